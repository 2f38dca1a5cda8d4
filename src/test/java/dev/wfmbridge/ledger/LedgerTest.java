package dev.wfmbridge.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.HeldLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {

    private static final String LINE = "{\"segmentId\": \"s1\", \"scheduleId\": \"sched-1\", \"zendeskUserId\": 1}\n";

    @TempDir
    Path temp;

    private Path file() throws IOException {
        return Files.createDirectories(temp.resolve("ledger")).resolve("acme.jsonl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"segmentId\"", "5\n", "{}\n", "[]\n"})
    void putsAsideWhatIsNoLedgerAndBeginsANewOne(String garbage) throws Exception {
        Files.writeString(file(), LINE + garbage);
        DataFolder folder = DataFolder.open(temp);
        try (HeldLock held = folder.lock("run")) {
            assertThat(held).isNotNull();
            Ledger ledger = Ledger.read(folder, "acme");

            assertThat(ledger.lines()).as("half a ledger is none").isEmpty();
            assertThat(file()).doesNotExist();
            assertThat(temp.resolve("ledger/acme.jsonl.unreadable")).hasContent(LINE + garbage);
            assertThat(folder.takeWarnings())
                    .containsExactly(
                            "ledger/acme.jsonl in the data folder is not a ledger (line 2), and was put aside as acme.jsonl.unreadable."
                                    + " Nothing of acme is removed until passes have written a new one: restore it from a backup, if"
                                    + " there is one.");
            assertThat(Ledger.read(folder, "acme").isEmpty()).isTrue();
        }
    }

    @Test
    void putsAsideRandomBytes() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        byte[] garbage = new byte[100_000];
        new Random(seed).nextBytes(garbage);
        Files.write(file(), garbage);
        DataFolder folder = DataFolder.open(temp);
        try (HeldLock held = folder.lock("run")) {
            assertThat(held).isNotNull();
            assertThat(Ledger.read(folder, "acme").isEmpty()).isTrue();
        }
        assertThat(temp.resolve("ledger/acme.jsonl.unreadable")).hasBinaryContent(garbage);
    }

    @Test
    void leavesItWhereItIsWithoutTheLock() throws Exception {
        Files.writeString(file(), LINE + "{");
        DataFolder folder = DataFolder.open(temp);

        assertThatThrownBy(() -> Ledger.read(folder, "acme")).isInstanceOf(IOException.class);
        assertThat(file()).hasContent(LINE + "{");
        Files.writeString(file(), LINE);
        assertThat(Ledger.read(folder, "acme").line("s1")).isPresent();
    }
}
