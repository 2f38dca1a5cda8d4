package dev.wfmbridge.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class DataFolderTest {

    @TempDir
    Path temp;

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void makesFilesAndFoldersThatOnlyTheUserCanRead() throws Exception {
        DataFolder folder = DataFolder.open(temp.resolve("a/data"));

        folder.writeWhole(Path.of("runs/today/x.txt"), "one".getBytes(StandardCharsets.UTF_8));
        folder.writeWhole(Path.of("runs/today/x.txt"), "two".getBytes(StandardCharsets.UTF_8));

        assertThat(folder.path().resolve("runs/today/x.txt")).hasContent("two");
        assertThat(permissions(folder.path().resolve("runs/today/x.txt"))).isEqualTo("rw-------");
        for (String made : List.of("", "runs", "runs/today")) {
            assertThat(permissions(folder.path().resolve(made))).isEqualTo("rwx------");
        }
        assertThat(names(folder.path())).as("nothing is left of the trial").containsExactly("runs");
        assertThat(names(folder.path().resolve("runs/today"))).containsExactly("x.txt");
    }

    @Test
    void saysWhatIsWrongWithAFolderAndHowToMendIt() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "");

        for (Path path : List.of(file, file.resolve("below"))) {
            assertThatThrownBy(() -> DataFolder.open(path))
                    .isInstanceOf(DataFolderException.class)
                    .hasMessage("data folder " + path
                            + " cannot be used: there is a file where a folder should be. Give the"
                            + " bridge's user the right to write there, or set bridge.data-dir to another folder.");
        }
    }

    @Test
    void leavesTheOldFileWhereTheNewOneCannotBeWritten() throws Exception {
        DataFolder folder = DataFolder.open(temp);
        folder.writeWhole(Path.of("dir/kept"), new byte[] {1});

        assertThatThrownBy(() -> folder.writeWhole(Path.of("dir"), new byte[] {2}))
                .isInstanceOf(IOException.class);

        assertThat(names(temp)).containsExactly("dir");
        assertThat(temp.resolve("dir/kept")).hasBinaryContent(new byte[] {1});
    }

    @Test
    void writesNothingOutside() throws Exception {
        DataFolder folder = DataFolder.open(temp.resolve("data"));

        for (String path : List.of("../x", "a/../../x", "", temp.resolve("x").toString())) {
            assertThatThrownBy(() -> folder.writeWhole(Path.of(path), new byte[0]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void readsTheJsonThatItWrote() throws Exception {
        DataFolder folder = DataFolder.open(temp);
        folder.writeJson(
                Path.of("x.json"), JsonNodeFactory.instance.objectNode().put("name", "Zoë"));

        assertThat(folder.readJson(Path.of("x.json")).orElseThrow().path("name").asText())
                .isEqualTo("Zoë");
        assertThat(folder.readJson(Path.of("none/y.json"))).isEmpty();
        Files.writeString(temp.resolve("x.json"), "{");
        assertThatThrownBy(() -> folder.readJson(Path.of("x.json"))).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void showsAReaderOneOfManyWritersWhole() throws Exception {
        DataFolder folder = DataFolder.open(temp);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] bytes = String.valueOf((char) ('a' + i)).repeat(5000).getBytes(StandardCharsets.UTF_8);
            writers.add(pool.submit(() -> {
                folder.writeWhole(Path.of("x"), bytes);
                return null;
            }));
        }
        for (Future<?> writer : writers) {
            writer.get(120, TimeUnit.SECONDS);
        }
        pool.shutdown();

        assertThat(Files.readString(temp.resolve("x"))).matches("(.)\\1{4999}");
        assertThat(names(temp)).containsExactly("x");
    }

    @Test
    void keepsTheNewestRunsWithAllTheirFilesAndLatest() throws Exception {
        DataFolder folder = DataFolder.open(temp);
        List<String> ids = IntStream.rangeClosed(1, 6)
                .mapToObj(day -> "2026120" + day + "T091500.123Z")
                .toList();
        List<String> kept = List.of(
                ids.get(1) + ".json",
                ids.get(2) + ".outcomes.jsonl",
                Runs.ofEvents(ids.get(4)) + ".json",
                Runs.ofEvents(ids.get(5)) + ".json",
                "latest.json");
        List<String> old =
                List.of(ids.get(0) + ".json", ids.get(0) + ".outcomes.jsonl", Runs.ofEvents(ids.get(3)) + ".json");
        List<String> notOfPasses =
                List.of("0.json", "notes.json", "old.outcomes.jsonl", "note.txt", "x" + ids.get(0) + ".json");
        for (List<String> names : List.of(kept, old, notOfPasses)) {
            for (String name : names) {
                folder.writeWhole(Path.of("runs", name), new byte[0]);
            }
        }

        int deleted = new Runs(folder).keepNewest(2);

        assertThat(deleted).as("one of each kind").isEqualTo(2);
        assertThat(names(temp.resolve("runs")))
                .as("what no pass wrote is never deleted")
                .containsAll(notOfPasses)
                .containsAll(kept)
                .hasSize(kept.size() + notOfPasses.size());
        assertThat(new Runs(DataFolder.open(temp.resolve("empty"))).keepNewest(1))
                .isZero();
    }

    @Test
    void deletesWhatAPassWrote() throws Exception {
        Runs runs = new Runs(DataFolder.open(temp));
        String id = Runs.idNow();
        for (String runId : List.of(id, Runs.ofEvents(id))) {
            runs.write(runId, JsonNodeFactory.instance.objectNode(), false);
            runs.writeOutcomes(runId, lines -> lines.write("{}"));
        }

        assertThat(runs.keepNewest(0)).isEqualTo(2);
        assertThat(names(temp.resolve("runs"))).isEmpty();
    }

    @Test
    void saysWhoHoldsItWithinOneProcess() throws Exception {
        DataFolder folder = DataFolder.open(temp);
        DataFolder again = DataFolder.open(temp);
        try (HeldLock held = folder.lock("run")) {
            assertThat(held).isNotNull();
            LockHeldException e = catchThrowableOfType(LockHeldException.class, () -> again.lock("once"));
            assertThat(e.holder())
                    .startsWith("run, process " + ProcessHandle.current().pid() + ", since 2");
            assertThat(e.getMessage()).startsWith("data folder " + temp + " is in use by run, process ");
            assertThat(tryFromAnotherProcess())
                    .as("the refusal left the operating system's lock alone")
                    .startsWith("held by run, process ");
        }
        try (HeldLock held = again.lock("once")) {
            assertThat(Files.readString(temp.resolve("lock"))).startsWith("once, process ");
            assertThat(permissions(temp.resolve("lock"))).isEqualTo("rw-------");
            assertThat(held).isNotNull();
        }
        assertThat(tryFromAnotherProcess()).isEqualTo("taken");
    }

    /** Takes the lock, reports how that went, and ends without releasing it. */
    public static final class AnotherProcess {
        public static void main(String[] args) throws Exception {
            try {
                DataFolder.open(Path.of(args[0])).lock("replay");
                System.out.println("taken");
            } catch (LockHeldException e) {
                System.out.println("held by " + e.holder());
            }
            Runtime.getRuntime().halt(0);
        }
    }

    private String tryFromAnotherProcess() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AnotherProcess.class.getName(),
                        temp.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            return line;
        }
    }

    @Test
    void isFreeAgainAfterAProcessThatNeverGaveItBack() throws Exception {
        assertThat(tryFromAnotherProcess()).isEqualTo("taken");

        try (HeldLock held = DataFolder.open(temp).lock("run")) {
            assertThat(held).isNotNull();
        }
    }

    @Test
    void clearsAwayWhatAKilledProcessLeftHalfWritten() throws Exception {
        Path old = Files.writeString(temp.resolve(".x.json." + UUID.randomUUID() + ".tmp"), "{");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(7200)));
        Path young = Files.writeString(temp.resolve(".y.json." + UUID.randomUUID() + ".tmp"), "{");

        try (HeldLock held = DataFolder.open(temp).lock("run")) {
            assertThat(held).isNotNull();
        }

        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void walksOnlyWhatIsItsOwn() throws Exception {
        String halfWritten = ".x.json." + UUID.randomUUID() + ".tmp";
        FileTime longAgo = FileTime.from(Instant.now().minusSeconds(7200));
        List<Path> foreign = new ArrayList<>();
        for (String place : List.of("lost+found", "dead-letter/lost+found", "dead-letter/Old letters", "backup")) {
            Path file = Files.createDirectories(temp.resolve(place)).resolve(halfWritten);
            Files.setLastModifiedTime(Files.writeString(file, "{"), longAgo);
            foreign.add(file);
        }
        Path own = Files.createDirectories(temp.resolve("dead-letter/acme")).resolve(halfWritten);
        Files.setLastModifiedTime(Files.writeString(own, "{"), longAgo);
        // Root can still read it; others cannot enter it, as on a volume.
        Files.setPosixFilePermissions(temp.resolve("lost+found"), PosixFilePermissions.fromString("---------"));
        DataFolder folder = DataFolder.open(temp);
        try (HeldLock held = folder.lock("run")) {
            assertThat(held).isNotNull();
        } finally {
            Files.setPosixFilePermissions(temp.resolve("lost+found"), PosixFilePermissions.fromString("rwx------"));
        }

        assertThat(own).doesNotExist();
        assertThat(foreign).allMatch(Files::exists);
        String known = "data folder " + temp + ": ";
        String alone = " is not one of the bridge's own, and is left alone. Keep other files elsewhere.";
        assertThat(folder.takeWarnings())
                .containsExactlyInAnyOrder(
                        known + "dead-letter/lost+found" + alone,
                        known + "dead-letter/Old letters" + alone,
                        known + "backup" + alone);
        assertThat(folder.takeWarnings()).as("each is told once").isEmpty();
    }

    @Test
    void followsNoLinkInPlaceOfItsLock() throws Exception {
        Path victim = Files.writeString(temp.resolve("victim"), "somebody's");
        Path data = Files.createDirectory(temp.resolve("data"));
        for (Path target : List.of(victim, temp.resolve("not there yet"))) {
            Files.createSymbolicLink(data.resolve("lock"), target);
            assertThatThrownBy(() -> DataFolder.open(data).lock("run"))
                    .isInstanceOf(DataFolderException.class)
                    .hasMessage("lock file " + data.resolve("lock")
                            + " is a link, which is not followed: see who put it there, and delete it.");
            Files.delete(data.resolve("lock"));
        }
        assertThat(victim).hasContent("somebody's");
        assertThat(temp.resolve("not there yet")).doesNotExist();
        try (HeldLock held = DataFolder.open(data).lock("run")) {
            assertThat(held).as("a refusal leaves nothing behind").isNotNull();
        }
    }

    @Test
    void closesItsFolderToOthers() throws Exception {
        Path data = Files.createDirectory(
                temp.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        DataFolder folder = DataFolder.open(data);
        assertThat(permissions(data)).as("who does not hold it changes nothing").isEqualTo("rwxr-x---");
        try (HeldLock held = folder.lock("run")) {
            assertThat(held).isNotNull();
        }

        assertThat(permissions(data)).isEqualTo("rwx------");
        assertThat(folder.takeWarnings())
                .containsExactly("data folder " + data + " was open to others (rwxr-x---): it is 0700 now.");
        try (HeldLock held = folder.lock("run")) {
            assertThat(held).isNotNull();
        }
        assertThat(folder.takeWarnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "wfm  | rwx------ | -",
                "wfm  | rwxr-xr-x | was open to others (rwxr-xr-x)",
                "root | rwxrwx--- | who is in its group can take its files away",
                "root | rwxrwxrwx | anybody can take its files away",
                "root | rwx------ | root cannot read what is made now",
            })
    void saysWhatIsWrongWithOwnerAndMode(String owner, String mode, String said) {
        String objection = FolderCare.objection(owner, "wfm", PosixFilePermissions.fromString(mode));
        if (said == null) {
            assertThat(objection).isNull();
        } else {
            assertThat(objection).contains(said);
        }
    }

    @Test
    void putsAsideWhatCannotBeReadAndNeverOverAnEarlierOne() throws Exception {
        DataFolder folder = DataFolder.open(temp);
        List<String> told = new ArrayList<>();
        Path state = Path.of("state.json");
        Files.writeString(temp.resolve("state.json"), "{1");
        assertThat(folder.readOwn(state, "Next", told::add)).isEmpty();
        assertThat(folder.readOwn(state, "Next", told::add)).isEmpty();
        assertThat(temp.resolve("state.json")).as("without the lock it stays").hasContent("{1");
        assertThat(told)
                .containsExactly("state.json in the data folder is not JSON. It is left where it is, and ignored.");
        told.clear();
        try (HeldLock held = folder.lock("run")) {
            assertThat(held).isNotNull();
            for (String content : List.of("{1", "[2]", "")) {
                Files.writeString(temp.resolve("state.json"), content);
                assertThat(folder.readOwn(state, "Next", told::add)).isEmpty();
            }
            Files.createDirectory(temp.resolve("state.json"));
            assertThat(folder.readOwn(state, "Next", told::add)).isEmpty();
        }

        assertThat(temp.resolve("state.json")).doesNotExist();
        assertThat(temp.resolve("state.json.unreadable")).hasContent("{1");
        assertThat(temp.resolve("state.json.unreadable.2")).hasContent("[2]");
        assertThat(temp.resolve("state.json.unreadable.3")).hasContent("");
        assertThat(temp.resolve("state.json.unreadable.4")).isDirectory();
        assertThat(told)
                .hasSize(4)
                .startsWith(
                        "state.json in the data folder is not JSON, and was put aside as state.json.unreadable. Next.")
                .endsWith(
                        "state.json in the data folder is not a file, and was put aside as state.json.unreadable.4. Next.");
        assertThat(folder.takeWarnings()).containsAll(told);
    }

    @Test
    void putsAsideALastReportThatIsNone() throws Exception {
        Path latest = Files.createDirectories(temp.resolve("runs")).resolve("latest.json");
        DataFolder folder = DataFolder.open(temp);
        for (String content : List.of("{\"runId\": ", "[]", "{} {}")) {
            Files.writeString(latest, content);
            folder.lock("run").close();
            assertThat(latest).as(content).doesNotExist();
        }
        Files.writeString(latest, "{\"runId\": [{}]}");
        folder.lock("run").close();
        assertThat(latest).exists();
        assertThat(names(temp.resolve("runs")))
                .containsExactly(
                        "latest.json",
                        "latest.json.unreadable",
                        "latest.json.unreadable.2",
                        "latest.json.unreadable.3");
    }

    @Test
    void readsNoLineWithoutAnEnd() throws Exception {
        DataFolder folder = DataFolder.open(temp);
        Files.write(temp.resolve("lines"), "a\nb\n\nü".getBytes(StandardCharsets.UTF_8));
        assertThat(folder.readLines(Path.of("lines"))).containsExactly("a", "b", "", "ü");
        assertThat(folder.readLines(Path.of("none"))).isEmpty();
        Files.write(temp.resolve("lines"), new byte[1 << 17]);
        assertThatThrownBy(() -> folder.readLines(Path.of("lines"))).isInstanceOf(UnreadableException.class);
        Files.write(temp.resolve("lines"), new byte[] {'a', (byte) 0xff, '\n'});
        assertThatThrownBy(() -> folder.readLines(Path.of("lines"))).isInstanceOf(UnreadableException.class);
    }
}
