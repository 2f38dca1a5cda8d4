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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
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
                    .hasMessage(
                            "data folder " + path + " cannot be used: a file stands where a folder should be. Give the"
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
            writer.get(30, TimeUnit.SECONDS);
        }
        pool.shutdown();

        assertThat(Files.readString(temp.resolve("x"))).matches("(.)\\1{4999}");
        assertThat(names(temp)).containsExactly("x");
    }

    @Test
    void keepsTheNewestRunsWithAllTheirFilesAndLatest() throws Exception {
        DataFolder folder = DataFolder.open(temp);
        for (String name :
                List.of("r1.json", "r1.outcomes.jsonl", "r2.json", "r3.outcomes.jsonl", "latest.json", "note.txt")) {
            folder.writeWhole(Path.of("runs", name), new byte[0]);
        }

        int deleted = folder.keepNewest(Path.of("runs"), List.of(".json", ".outcomes.jsonl"), 2);

        assertThat(deleted).isEqualTo(1);
        assertThat(names(temp.resolve("runs")))
                .containsExactly("latest.json", "note.txt", "r2.json", "r3.outcomes.jsonl");
        assertThat(folder.keepNewest(Path.of("none"), List.of(".json"), 1)).isZero();
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

    /** Takes the lock, says how that went, and ends without giving it back. */
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
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
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
        Path old = Files.writeString(temp.resolve(".x.json.1.tmp"), "{");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(7200)));
        Path young = Files.writeString(temp.resolve(".y.json.1.tmp"), "{");

        try (HeldLock held = DataFolder.open(temp).lock("run")) {
            assertThat(held).isNotNull();
        }

        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }
}
