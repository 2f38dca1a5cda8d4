package dev.wfmbridge.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Interceptor;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.segment.ExpectedId;
import dev.wfmbridge.segment.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/** What the tests of faults have in common: two organisations, their mapping, and what the servers received. */
final class Scene {

    static final String ACME = Sample.ACME;
    static final String GLOBEX = Sample.GLOBEX;
    static final long SUPPORT = Sample.SUPPORT;
    static final long SALES = 6130852536474L;
    static final long FIRST_AGENT = Sample.FIRST_AGENT;
    static final String SEGMENTS = "/api/v2/wfm/userschedulesegments";
    static final double FACTOR = 50;
    private static final Map<String, String> JSON_TYPE = Map.of("Content-Type", "application/json");

    private Scene() {}

    /** Agents in Support, each an active user of acme; globex has the users too, and nobody in its group Sales yet. */
    static World world(int agents) {
        World world = Sample.acme(agents)
                .zendesk()
                .addGroup(SALES, "Sales")
                .world()
                .addSchedule("acme", "sched-2")
                .addOrganization("globex", GLOBEX, "client-of-globex", "secret-of-globex", 100_000)
                .addSchedule("globex", "sched-g");
        for (int i = 0; i < agents; i++) {
            world.addUser("globex", "globex-user-" + i, Sample.address(i), "Agent " + i, "active");
        }
        return world;
    }

    static String organizations(String... names) {
        StringBuilder yaml = new StringBuilder();
        for (String name : names) {
            yaml.append(Sample.organization(name, name.equals("acme") ? ACME : GLOBEX, 5000, "60s"));
        }
        return Sample.mapping(yaml.toString());
    }

    static String entry(String group, String organization, String schedule, String... more) {
        return Sample.entry(group, organization, schedule, more);
    }

    static final String SIMPLE = organizations("acme") + entry("Support", "acme", "sched-1");
    static final String BOTH =
            organizations("acme", "globex") + entry("Support", "acme", "sched-1") + entry("Sales", "globex", "sched-g");

    static Rehearsal rehearsal(World world, Path folder, String mapping) throws Exception {
        return Rehearsal.of(world, folder, FACTOR)
                .mapping(mapping)
                .with("ZENDESK_REQUESTS_PER_MINUTE", "5000")
                .with("IDEMPOTENT_TTL", "24h");
    }

    static String idOf(int agent) {
        return id(ACME, "sched-1", "user-" + agent);
    }

    static String id(String organization, String schedule, String user) {
        return ExpectedId.inSchedule(organization, schedule, user);
    }

    /** The same servers and the same bridge, with nothing left from before: no segment, no letter, no key, no fault. */
    static Rehearsal cleanSlate(Rehearsal rehearsal) throws Exception {
        rehearsal.sandbox().genesys().interceptor(null);
        rehearsal.sandbox().zendesk().interceptor(null);
        // What is still being committed arrives now, so that it does not disturb the next test.
        rehearsal.world().advance(java.time.Duration.ofMinutes(1));
        rehearsal.sandbox().genesys().segments("acme").forEach(segment -> rehearsal
                .world()
                .removeSegment("acme", segment.id()));
        Path letters = rehearsal.data().resolve("dead-letter/acme");
        if (Files.isDirectory(letters)) {
            try (var files = Files.list(letters)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        keys(rehearsal).clear();
        rehearsal.sandbox().genesys().clearReceived();
        rehearsal.sandbox().zendesk().clearReceived();
        return rehearsal;
    }

    static boolean isPost(Received call) {
        return call.method().equals("POST") && call.path().equals(SEGMENTS);
    }

    static boolean isListing(Received call) {
        return call.method().equals("GET")
                && call.path().equals(SEGMENTS)
                && !call.query().contains("userId=");
    }

    /** The two readings after a 409. */
    static boolean isConflictRead(Received call) {
        return call.method().equals("GET")
                && (call.path().startsWith(SEGMENTS + "/")
                        || call.path().equals(SEGMENTS) && call.query().contains("userId="));
    }

    static Predicate<Received> get(String path) {
        return call -> call.method().equals("GET") && call.path().equals(path);
    }

    /** This many matching calls, the first ones, fail. */
    static Interceptor first(int times, Predicate<Received> which, Function<Received, Fault> how) {
        AtomicInteger left = new AtomicInteger(times);
        return call -> which.test(call) && left.getAndDecrement() > 0 ? how.apply(call) : null;
    }

    static Interceptor always(Predicate<Received> which, Function<Received, Fault> how) {
        return first(Integer.MAX_VALUE, which, how);
    }

    static Fault answer(int status) {
        return answer(status, "{\"code\":\"some.code\",\"status\":" + status + ",\"message\":\"no matter\"}");
    }

    static Fault answer(int status, String json) {
        return Fault.answer(status, JSON_TYPE, json);
    }

    /**
     * Empty pages of a Zendesk listing, each of which says that there are more, with these cursors in turn. After 30 pages it says that
     * this was the last one, so that whoever follows it for ever fails a test instead of never ending it.
     *
     * @param cursors of the pages; an empty one is left out, {@code no-meta} is a page that does not say whether there are more
     */
    static Interceptor endless(Predicate<Received> which, String field, List<String> cursors) {
        AtomicInteger page = new AtomicInteger();
        return call -> {
            if (!which.test(call)) {
                return null;
            }
            int number = page.getAndIncrement();
            String cursor = cursors.get(number % cursors.size());
            String meta = ",\"meta\":{\"has_more\":" + (number < 30)
                    + (cursor.isEmpty() ? "" : ",\"after_cursor\":\"" + cursor + "\"") + "}";
            return answer(
                    200,
                    "{\"" + field + "\":[],\"users\":[],\"groups\":[]".replace(",\"" + field + "\":[]", "")
                            + (cursor.equals("no-meta") ? "" : meta) + "}");
        };
    }

    static List<Received> genesys(Rehearsal rehearsal, Predicate<Received> which) {
        return rehearsal.sandbox().genesys().received().stream().filter(which).toList();
    }

    static List<Received> zendesk(Rehearsal rehearsal, Predicate<Received> which) {
        return rehearsal.sandbox().zendesk().received().stream().filter(which).toList();
    }

    static List<Received> posts(Rehearsal rehearsal) {
        return genesys(rehearsal, Scene::isPost);
    }

    /** Outcome → count, without those that are 0. */
    static Map<String, Long> outcomes(Pass pass, String organization) {
        OrganizationPass part = pass.organization(organization);
        Map<String, Long> counts = new TreeMap<>();
        for (Outcome outcome : Outcome.values()) {
            if (part.count(outcome) > 0) {
                counts.put(outcome.text(), part.count(outcome));
            }
        }
        return counts;
    }

    static String halt(Pass pass, String organization) {
        var halt = pass.organization(organization).currentHalt();
        return halt == null ? null : halt.reason().text();
    }

    static Map<String, String> placeHalts(Pass pass, String organization) {
        Map<String, String> halts = new TreeMap<>();
        pass.organization(organization)
                .placeHalts()
                .forEach((place, halt) -> halts.put(place, halt.reason().text()));
        return halts;
    }

    static JsonNode letter(Rehearsal rehearsal, String segmentId) throws IOException {
        Path file = rehearsal.data().resolve("dead-letter/acme/" + segmentId + ".json");
        return Files.exists(file) ? new ObjectMapper().readTree(file.toFile()) : null;
    }

    /** The codes of all letters of acme. */
    static List<String> letterCodes(Rehearsal rehearsal) throws IOException {
        Path folder = rehearsal.data().resolve("dead-letter/acme");
        List<String> codes = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    codes.add(new ObjectMapper()
                            .readTree(file.toFile())
                            .path("code")
                            .asText());
                }
            }
        }
        return codes;
    }

    static boolean keyKept(Rehearsal rehearsal, String segmentId) throws Exception {
        return keys(rehearsal).contains(segmentId);
    }

    private static SegmentKeys keys(Rehearsal rehearsal) throws Exception {
        return rehearsal.bridge().context().getRegistry().lookupByNameAndType("segmentKeys", SegmentKeys.class);
    }
}
