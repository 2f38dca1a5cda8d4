package dev.wfmbridge.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.dist.Page.Block;
import dev.wfmbridge.dist.Page.Command;
import dev.wfmbridge.dist.Unpacked.Said;
import dev.wfmbridge.network.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Types the commands of the pages that operations type from, as they are written there: with the distribution, against the sandbox. What a
 * test cannot have (a cluster, systemd, a container engine) stands in a list, one a line. The distribution lies in one place for all pages,
 * unpacked anew for each, so that they share the archive of classes.
 */
final class TypedPages {

    private static final Path DOCS = Path.of("docs");
    private static final Path LIST = Path.of("src/test/resources/dev/wfmbridge/dist/commands-that-need-more.txt");
    /** The three longest have a test class each, which runs beside the one for the others. */
    static final List<String> RUNBOOK = List.of("runbook.md");

    static final List<String> DRILL = List.of("fire-drill.md");

    static final List<String> DEPLOY = List.of("deploy.md");

    static final List<String> OTHERS =
            List.of("upgrading.md", "backup.md", "secrets.md", "cronjob.md", "jmx.md", "image.md");

    /** What a page leaves to the reader, with the values for the sandbox. */
    private static final Map<String, String> MEANT = Map.of(
            "ORG/SCHEDULE=N", "acme-emea/emea-frontline=1",
            "--organization NAME", "--organization acme-emea",
            "why 6596848315901", "why 6130871995162",
            "6596848315901", "6130871995162",
            "http://127.0.0.1:9876/", "http://127.0.0.1:$PORT/");

    private final Path folder;
    private final Path cache;

    /** @param folder for all pages of a class */
    TypedPages(Path folder) throws IOException {
        this.folder = folder;
        // As the launcher requires: nobody else may write there.
        this.cache = Files.createDirectory(
                folder.resolve("cache"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Every command of the pages. */
    static Set<String> written() throws IOException {
        Set<String> written = new HashSet<>();
        for (List<String> pages : List.of(RUNBOOK, DRILL, DEPLOY, OTHERS)) {
            for (String page : pages) {
                written.addAll(Page.read(DOCS.resolve(page)).all());
            }
        }
        return written;
    }

    /** Those that are not tried. */
    static Set<String> listed() throws IOException {
        Set<String> all = new TreeSet<>();
        for (String line : Files.readAllLines(LIST)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                assertThat(all.add(line.strip()))
                        .as("twice in the list: " + line)
                        .isTrue();
            }
        }
        return all;
    }

    /** Types all commands of a page that are not listed. */
    void type(String name) throws Exception {
        Page page = Page.read(DOCS.resolve(name));
        Set<String> listed = listed();
        List<Block> blocks = new ArrayList<>();
        for (Block block : page.blocks()) {
            blocks.add(new Block(
                    block.commands().stream()
                            .filter(command -> !listed.contains(command.text()))
                            .toList(),
                    block.sees()));
        }
        List<Command> inline = page.inline().stream()
                .distinct()
                .filter(command -> !listed.contains(command))
                .map(command -> new Command(command, 0))
                .toList();
        blocks.add(new Block(inline, List.of()));
        if (blocks.stream().allMatch(block -> block.commands().isEmpty())) {
            assertThat(page.all())
                    .as("every command of %s is in the list", name)
                    .isNotEmpty();
            return;
        }
        type(name, blocks);
    }

    /** Types the blocks one after the other into one shell, in the folder of the distribution, beside the sandbox that serves. */
    private void type(String name, List<Block> blocks) throws Exception {
        Path place = folder.resolve("distribution");
        if (Files.exists(place)) {
            try (Stream<Path> files = Files.walk(place)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Unpacked unpacked = Unpacked.in(Files.createDirectory(place));
        boolean drill = name.equals("fire-drill.md");
        StringBuilder script = new StringBuilder("export PORT=" + FreePort.any() + "\ncd '" + unpacked.home() + "'\n");
        script.append("bridge() { '").append(unpacked.launcher()).append("' \"$@\"; }\n");
        if (!drill) {
            script.append(
                    """
                    ls "$WFM_BRIDGE_CACHE"/*.jsa > /dev/null 2>&1 || bin/wfm-bridge warm-up > /dev/null
                    bin/wfm-bridge sandbox serve > "$HOME/sandbox.env" & serving=$!
                    until grep -q BRIDGE_DATA_DIR "$HOME/sandbox.env"; do kill -0 $serving || exit 9; sleep 0.2; done
                    . "$HOME/sandbox.env"
                    export BRIDGE_DATA_DIR="$PWD/data/sandbox"
                    bin/wfm-bridge once > /dev/null 2>&1
                    """);
        }
        if (name.equals("jmx.md") || name.equals("deploy.md")) {
            script.append(
                    """
                    CAMEL_MANAGEMENT_PORT=$PORT CAMEL_MANAGEMENT_JOLOKIA_ENABLED=true bin/wfm-bridge run > "$HOME/run.log" 2>&1 & running=$!
                    until curl -sf http://127.0.0.1:$PORT/observe/health/ready > /dev/null; do kill -0 $running || exit 9; sleep 0.2; done
                    """);
        }
        script.append("trap 'kill $(jobs -p) 2> /dev/null; wait' EXIT\n");
        int number = 0;
        for (Block block : blocks) {
            script.append("echo '@@block ").append(number++).append("'\n");
            for (Command command : block.commands()) {
                String typed = typed(command.text());
                script.append(typed).append('\n');
                script.append("printf '\\n@@exit %s ").append(command.exit()).append("\\n' $?\n");
            }
        }
        Path file = folder.resolve("typed.sh");
        Files.writeString(file, script.append("echo @@end\n"));
        // What the build made, where a page unpacks it.
        Path target = Files.createDirectories(unpacked.home().resolve("target"));
        Path archive = Unpacked.archive(".tar.gz");
        Files.copy(archive, target.resolve(archive.getFileName()));
        Said said = Unpacked.run(
                unpacked.home(),
                new HashMap<>(Map.of(
                        "HOME", Files.createTempDirectory(folder, "home").toString(),
                        "WFM_BRIDGE_CACHE", cache.toString())),
                List.of("bash", file.toString()));
        assertThat(said.out()).as(said.text()).contains("@@end");
        String[] parts = said.out().split("@@block \\d+\n");
        assertThat(parts).hasSize(blocks.size() + 1);
        for (int i = 0; i < blocks.size(); i++) {
            List<Command> commands = blocks.get(i).commands();
            List<String> ends = parts[i + 1]
                    .lines()
                    .filter(line -> line.startsWith("@@exit "))
                    .toList();
            assertThat(ends).hasSameSizeAs(commands);
            for (int c = 0; c < commands.size(); c++) {
                String[] words = ends.get(c).split(" ");
                assertThat(words[1])
                        .as("exit of: %s%n%s%n%s", commands.get(c).text(), parts[i + 1], said.err())
                        .isEqualTo(words[2]);
            }
            for (String line : blocks.get(i).sees()) {
                assertThat(parts[i + 1]).contains(line);
            }
        }
        assertThat(said.out()).doesNotContain("\"status\":403", "\"error_type\"");
    }

    /** As it is typed in the sandbox' place: names put in, and what would not end by itself stopped by the signal that ends it. */
    private static String typed(String text) {
        String typed = text;
        for (String key : MEANT.keySet().stream()
                .sorted((a, b) -> b.length() - a.length())
                .toList()) {
            typed = typed.replace(key, MEANT.get(key));
        }
        if (typed.startsWith("sudo /opt/wfm-bridge/bin/wfm-bridge")) {
            typed = typed.replace("sudo /opt/wfm-bridge/", "");
        }
        if (typed.matches("(bin/wfm-bridge|bridge) run")) {
            // One is running already, so a second one has to say so.
            return typed + " 2>&1 | grep 'is in use by run'";
        }
        if (typed.endsWith(" --create-fields")) {
            return "ZENDESK_STATUS_FIELD=wfm_status " + typed;
        }
        if (typed.startsWith("export ") && typed.contains("…")) {
            return "( " + typed + " )";
        }
        return typed;
    }
}
