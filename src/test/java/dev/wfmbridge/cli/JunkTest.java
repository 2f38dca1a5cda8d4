package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.cli.Site.Child;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.segment.SegmentIds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A data folder with things in it that the bridge did not write, or not like that. */
@Timeout(value = 5, unit = java.util.concurrent.TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JunkTest {

    @TempDir
    Path folder;

    private static String segmentOf(int agent) {
        return new SegmentIds("test")
                .idFor(Site.ACME, new Place("userschedulesegments", "sched-1", null), "user-" + agent);
    }

    private Site site(World world) throws Exception {
        return Site.of(world, folder)
                .with("BRIDGE_INSTANCE", "test")
                .with("REMOVALS_POLICY", "delete")
                .with("REMOVALS_MIN_COUNT", "9");
    }

    /** Random bytes in place of each file that a pass reads, and folders that are not the bridge's. */
    private static Map<String, byte[]> litter(Path data) throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Map<String, byte[]> written = new LinkedHashMap<>();
        for (String name : List.of(
                "ledger/acme.jsonl",
                "dead-letter/acme/" + segmentOf(1) + ".json",
                "runs/latest.json",
                "operate.json")) {
            byte[] garbage = new byte[1 + random.nextInt(5000)];
            random.nextBytes(garbage);
            withoutAddresses(garbage);
            Path file = data.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, garbage);
            written.put(name, garbage);
        }
        Files.createDirectories(data.resolve("lost+found"));
        Files.setPosixFilePermissions(data.resolve("lost+found"), PosixFilePermissions.fromString("---------"));
        Files.createDirectories(data.resolve("dead-letter/Old letters/2025"));
        Files.createDirectories(data.resolve("dead-letter/lost+found"));
        return written;
    }

    /** Now and then chance produces something like an e-mail address, which the check for personal data would find. */
    private static void withoutAddresses(byte[] garbage) {
        for (int i = 0; i < garbage.length; i++) {
            if (garbage[i] == '@') {
                garbage[i] = 0;
            }
        }
    }

    private static List<String> warnings(JsonNode report) {
        List<String> warnings = new ArrayList<>();
        report.path("warnings").forEach(warning -> warnings.add(warning.asText()));
        return warnings;
    }

    private static Map<String, Long> sizes(Path data) throws Exception {
        Map<String, Long> sizes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sizes.put(data.relativize(file).toString(), Files.size(file));
            }
        }
        return sizes;
    }

    @Test
    @DisplayName(
            "each junk file costs one warning with its name and is put aside; delivery is complete, a lost ledger removes nothing, and the next pass is quiet")
    void putAside() throws Exception {
        World world = Site.world(4);
        try (Site site = site(world)) {
            Child first = site.start("once");
            assertThat(first.exit()).as(first.output()).isZero();
            // With its ledger, this one would be removed.
            world.zendesk().removeMembership(Site.FIRST_AGENT, Site.GROUP);
            world.removeSegment("acme", segmentOf(1));
            Map<String, byte[]> litter = litter(site.data());

            Child once = site.start("once");
            assertThat(once.exit()).as(once.output()).isZero();
            assertThat(once.output()).doesNotContain("\tat ", "Exception");
            for (Map.Entry<String, byte[]> file : litter.entrySet()) {
                assertThat(site.data().resolve(file.getKey() + ".unreadable"))
                        .as(file.getKey())
                        .hasBinaryContent(file.getValue());
                assertThat(warnings(site.latest()))
                        .filteredOn(warning -> warning.startsWith(file.getKey() + " in the data folder"))
                        .hasSize(1);
            }
            assertThat(warnings(site.latest()))
                    .filteredOn(warning -> warning.contains("dead-letter/Old letters is not one of the bridge's own")
                            || warning.contains("dead-letter/lost+found is not one of the bridge's own"))
                    .hasSize(2);
            assertThat(site.sandbox().genesys().segments("acme")).hasSize(4);
            JsonNode removals = site.latest().path("organizations").path("acme").path("removals");
            assertThat(removals.path("candidates").asInt(-1)).isZero();
            assertThat(removals.path("removed").asInt(-1)).isZero();

            Child again = site.start("once");
            assertThat(again.exit()).as(again.output()).isZero();
            assertThat(warnings(site.latest())).noneMatch(warning -> warning.contains("unreadable"));
            assertThat(site.data().resolve("ledger/acme.jsonl")).exists();
        } finally {
            Files.setPosixFilePermissions(
                    folder.resolve("data/lost+found"), PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    @DisplayName(
            "commands without the lock change nothing: plan, check and replay --dry-run only report it; why names the file, exit 1")
    void onlySaid() throws Exception {
        try (Site site = site(Site.world(2))) {
            assertThat(site.start("once").exit()).isZero();
            litter(site.data());
            Map<String, Long> before = sizes(site.data());

            Child plan = site.start("plan");
            assertThat(plan.exit()).as(plan.output()).isZero();
            assertThat(plan.output()).contains("ledger/acme.jsonl").doesNotContain("\tat ", "Exception");
            Child check = site.start("check");
            assertThat(check.exit()).as(check.output()).isZero();
            Child dryRun = site.start("replay", "--dry-run");
            assertThat(dryRun.exit()).as(dryRun.output()).isZero();
            assertThat(dryRun.output()).contains(segmentOf(1) + ".json", "0 letters would be replayed");
            String agent = String.valueOf(Site.FIRST_AGENT);
            for (String[] words : new String[][] {
                {"why", agent}, {"why", agent, "--data-dir", site.data().toString()}
            }) {
                Child why = site.start(words);
                assertThat(why.exit()).as(why.output()).isEqualTo(1);
                assertThat(why.output().strip())
                        .isEqualTo(
                                site.data().resolve("runs/latest.json")
                                        + " cannot be read: it is not JSON. The next pass writes it again; until then why --live asks both sides.");
            }
            assertThat(sizes(site.data())).isEqualTo(before);
        } finally {
            Files.setPosixFilePermissions(
                    folder.resolve("data/lost+found"), PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    @DisplayName("why with the outcomes of the last pass cut off, or a report that leads elsewhere")
    void whyOutcomes() throws Exception {
        try (Site site = site(Site.world(2))) {
            assertThat(site.start("once").exit()).isZero();
            String runId = site.latest().path("runId").asText();
            Path outcomes = site.data().resolve("runs/" + runId + ".outcomes.jsonl");
            byte[] whole = Files.readAllBytes(outcomes);
            Files.write(outcomes, java.util.Arrays.copyOf(whole, whole.length - 9));
            Child why = site.start("why", String.valueOf(Site.FIRST_AGENT));
            assertThat(why.exit()).as(why.output()).isEqualTo(1);
            assertThat(why.output().strip())
                    .startsWith(outcomes + " cannot be read: line 2 is not JSON.")
                    .hasLineCount(1);

            Files.writeString(site.data().resolve("runs/latest.json"), "{\"runId\": \"../../elsewhere\"}");
            why = site.start("why", String.valueOf(Site.FIRST_AGENT));
            assertThat(why.exit()).as(why.output()).isEqualTo(1);
            assertThat(why.output()).contains("latest.json cannot be read: it is not a report");
        }
    }
}
