package dev.wfmbridge.bridge;

import static dev.wfmbridge.bridge.Scene.answer;
import static dev.wfmbridge.bridge.Scene.genesys;
import static dev.wfmbridge.bridge.Scene.get;
import static dev.wfmbridge.bridge.Scene.idOf;
import static dev.wfmbridge.bridge.Scene.keyKept;
import static dev.wfmbridge.bridge.Scene.letter;
import static dev.wfmbridge.bridge.Scene.letterCodes;
import static dev.wfmbridge.bridge.Scene.outcomes;
import static dev.wfmbridge.bridge.Scene.posts;
import static dev.wfmbridge.bridge.Scene.world;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a 409 means for each of its causes, and what happens to the idempotent key. */
class ConflictTest {

    /** Later than the end of any pass in a test, however slow the machine. */
    private static final Duration LATE = Duration.ofHours(10);

    @TempDir
    static Path folder;

    private static Rehearsal rehearsal;

    @BeforeAll
    static void open() throws Exception {
        rehearsal = Scene.rehearsal(world(1), folder, Scene.SIMPLE);
    }

    @AfterAll
    static void close() {
        rehearsal.close();
    }

    @BeforeEach
    void clean() throws Exception {
        Scene.cleanSlate(rehearsal);
        rehearsal.sandbox().genesys().segments("globex").forEach(segment -> rehearsal
                .world()
                .removeSegment("globex", segment.id()));
    }

    /** Somebody else's segment appears after the snapshot and before our POST. */
    private static void meanwhile(java.util.function.Consumer<World> somebody) {
        rehearsal.sandbox().genesys().interceptor(Scene.first(1, Scene::isPost, call -> {
            somebody.accept(rehearsal.world());
            return null;
        }));
    }

    private static List<Received> reads() {
        return genesys(rehearsal, Scene::isConflictRead);
    }

    private static List<String> order() {
        return genesys(rehearsal, call -> call.path().startsWith(Scene.SEGMENTS)).stream()
                .map(call -> Scene.isPost(call) ? "post" : Scene.isListing(call) ? "schedule" : "read")
                .toList();
    }

    @Test
    @DisplayName("(a) the own segment is there: present after two reads, no further POST, key kept")
    void ownIsThere() throws Exception {
        meanwhile(world -> world.addSegment("acme", idOf(0), "user-0", "sched-1", "PENDING"));
        Pass pass = rehearsal.once();
        assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("present", 1L));
        assertThat(order()).containsExactly("schedule", "post", "read", "read");
        assertThat(keyKept(rehearsal, idOf(0))).isTrue();
    }

    @Test
    @DisplayName("(b) user and schedule have a segment of another id: adopted, key kept")
    void madeByHand() throws Exception {
        meanwhile(world -> world.addSegment("acme", "by-hand", "user-0", "sched-1", "APPROVED"));
        Pass pass = rehearsal.once();
        assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("adopted", 1L));
        assertThat(order()).containsExactly("schedule", "post", "read", "read");
        assertThat(keyKept(rehearsal, idOf(0))).isTrue();
    }

    @Test
    @DisplayName("(b) that segment was cancelled by a person: declined, key given back")
    void cancelledByHand() throws Exception {
        meanwhile(world -> world.addSegment("acme", "by-hand", "user-0", "sched-1", "CANCELLED"));
        Pass pass = rehearsal.once();
        assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("declined", 1L));
        assertThat(posts(rehearsal)).hasSize(1);
        assertThat(letterCodes(rehearsal)).isEmpty();
        assertThat(keyKept(rehearsal, idOf(0))).isFalse();
    }

    @Test
    @DisplayName("the own id belongs to another user: segment-id-taken, key given back")
    void idTaken() throws Exception {
        meanwhile(world -> world.addSegment("acme", idOf(0), "somebody-else", "sched-1", "APPROVED"));
        Pass pass = rehearsal.once();
        assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("dead-lettered", 1L));
        assertThat(letterCodes(rehearsal)).containsExactly("segment-id-taken");
        assertThat(order()).containsExactly("schedule", "post", "read", "read");
        assertThat(keyKept(rehearsal, idOf(0))).isFalse();
        // The letter waits: the next pass sees the same in its snapshot, and sends nothing.
        rehearsal.once();
        assertThat(posts(rehearsal)).hasSize(1);
    }

    @Test
    @DisplayName("(c) our own POST is not committed yet: put aside, seen by the new read, one POST, created")
    void committedLate() throws Exception {
        rehearsal
                .sandbox()
                .genesys()
                .interceptor(Scene.first(1, Scene::isPost, call -> Fault.commitLate(Duration.ofSeconds(1))));
        Pass pass = rehearsal.once();
        assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 1L));
        assertThat(order()).containsExactly("schedule", "post", "schedule");
    }

    /** The first POST is committed only when the reads of the schedule after the second POST begin. */
    private static void committedAfterTheSecondPost(Duration lag) {
        AtomicInteger posted = new AtomicInteger();
        rehearsal.sandbox().genesys().interceptor(call -> {
            if (Scene.isPost(call)) {
                return posted.incrementAndGet() == 1 ? Fault.commitLate(LATE) : null;
            }
            if (Scene.isListing(call) && posted.get() == 2) {
                rehearsal.world().advance(lag);
            }
            return null;
        });
    }

    @Test
    @DisplayName("(c) a later commit: the second POST gets a 409, and the new read finds the segment")
    void committedVeryLate() throws Exception {
        committedAfterTheSecondPost(LATE);
        Pass pass = rehearsal.once();
        assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 1L));
        assertThat(order()).containsExactly("schedule", "post", "schedule", "post", "read", "read", "schedule");
        assertThat(keyKept(rehearsal, idOf(0))).isTrue();
    }

    @Test
    @DisplayName(
            "(c) a commit after all of that: a letter after the one extra POST, and the next pass finds the segment")
    void committedAfterThePass() throws Exception {
        committedAfterTheSecondPost(Duration.ZERO);
        Pass pass = rehearsal.once();
        assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("dead-lettered", 1L));
        assertThat(letterCodes(rehearsal)).containsExactly("phantom-conflict");
        int sent = posts(rehearsal).size();
        assertThat(sent).isLessThanOrEqualTo(3);
        rehearsal.world().advance(LATE);
        assertThat(outcomes(rehearsal.once(), "acme")).isEqualTo(Map.of("present", 1L));
        assertThat(posts(rehearsal)).hasSize(sent);
        assertThat(letterCodes(rehearsal)).isEmpty();
    }

    @Test
    @DisplayName(
            "(d) a duplicate that this organisation cannot see: one extra POST, then phantom-conflict with its evidence")
    void phantom() throws Exception {
        rehearsal.world().addSegment("globex", idOf(0), "globex-user-0", "sched-g", "APPROVED");
        Pass pass = rehearsal.once();
        assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("dead-lettered", 1L));
        assertThat(order())
                .containsExactly("schedule", "post", "read", "read", "schedule", "post", "read", "read", "schedule");
        assertThat(keyKept(rehearsal, idOf(0))).isFalse();

        JsonNode letter = letter(rehearsal, idOf(0));
        assertThat(letter.path("schema").intValue()).isEqualTo(1);
        assertThat(letter.path("code").textValue()).isEqualTo("phantom-conflict");
        assertThat(letter.path("message").textValue()).isNotBlank();
        assertThat(letter.path("nextStep").textValue()).isNotBlank();
        assertThat(letter.path("retryAt").textValue()).isNotBlank();
        JsonNode segment = letter.path("segment");
        assertThat(segment.path("userId").textValue()).isEqualTo("user-0");
        assertThat(segment.path("segmentId").textValue()).isEqualTo(idOf(0));
        assertThat(segment.path("scheduleId").textValue()).isEqualTo("sched-1");
        assertThat(segment.path("status").textValue()).isEqualTo("APPROVED");
        assertThat(letter.path("source").path("userId").longValue()).isEqualTo(Scene.FIRST_AGENT);
        assertThat(letter.path("source").path("groupId").longValue()).isEqualTo(Scene.SUPPORT);
        assertThat(letter.path("source").path("membershipId").longValue()).isPositive();
        JsonNode evidence = letter.path("evidence");
        assertThat(evidence.path("status").intValue()).isEqualTo(409);
        assertThat(evidence.path("attempts").intValue()).isEqualTo(2);
        assertThat(evidence.path("correlationId").textValue()).isNotBlank();
        assertThat(evidence.path("reads")).hasSize(6);
        assertThat(evidence.path("firstAt").textValue()).isNotBlank();
        assertThat(evidence.path("lastAt").textValue()).isNotBlank();

        rehearsal.sandbox().genesys().clearReceived();
        Pass second = rehearsal.once();
        assertThat(outcomes(second, "acme")).isEqualTo(Map.of("dead-lettered", 1L));
        assertThat(posts(rehearsal)).as("the letter waits for its retryAt").isEmpty();
    }

    @Test
    @DisplayName("one extra POST after an unexplained 409 and no more, whatever its answer")
    void onlyOneMore() throws Exception {
        AtomicInteger posted = new AtomicInteger();
        rehearsal
                .sandbox()
                .genesys()
                .interceptor(call -> !Scene.isPost(call)
                        ? null
                        : posted.incrementAndGet() == 1 ? answer(409) : Fault.gatewayPage(503));
        Pass pass = rehearsal.once();
        assertThat(posts(rehearsal)).hasSize(2);
        assertThat(letterCodes(rehearsal)).containsExactly("destination-unavailable");
        assertThat(pass.balance()).isZero();
    }

    @Test
    @DisplayName("a 409 whose two reads fail is put aside; the new read takes their place, and one extra POST follows")
    void readsFail() throws Exception {
        rehearsal
                .sandbox()
                .genesys()
                .interceptor(call ->
                        Scene.isPost(call) ? answer(409) : Scene.isConflictRead(call) ? Fault.gatewayPage(503) : null);
        Pass pass = rehearsal.once();
        assertThat(posts(rehearsal)).hasSize(2);
        assertThat(letterCodes(rehearsal)).containsExactly("phantom-conflict");
        assertThat(reads()).hasSize(8);
        assertThat(pass.balance()).isZero();
    }

    @Test
    @DisplayName("a 409 by a momentary mistake: the extra POST creates the segment, key kept")
    void momentary() throws Exception {
        rehearsal.sandbox().genesys().interceptor(Scene.first(1, Scene::isPost, call -> answer(409)));
        Pass pass = rehearsal.once();
        assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 1L));
        assertThat(order()).containsExactly("schedule", "post", "read", "read", "schedule", "post");
        assertThat(keyKept(rehearsal, idOf(0))).isTrue();
    }

    @Test
    @DisplayName("a halt while a 409 is being resolved: held, no letter, key given back")
    void haltMeanwhile() throws Exception {
        rehearsal
                .sandbox()
                .genesys()
                .interceptor(
                        call -> Scene.isPost(call) ? answer(409) : Scene.isConflictRead(call) ? answer(403) : null);
        Pass pass = rehearsal.once();
        assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("held", 1L));
        assertThat(Scene.halt(pass, "acme")).isEqualTo("forbidden");
        assertThat(posts(rehearsal)).hasSize(1);
        assertThat(letterCodes(rehearsal)).isEmpty();
        assertThat(keyKept(rehearsal, idOf(0))).isFalse();
    }

    @Test
    @DisplayName("an existing key means present, without a call, even if the snapshot does not show the segment yet")
    void keyThere() throws Exception {
        rehearsal.once();
        rehearsal
                .sandbox()
                .genesys()
                .interceptor(call -> Scene.isListing(call)
                        ? answer(200, "{\"entities\":[],\"pageSize\":100,\"pageNumber\":1,\"total\":0,\"pageCount\":0}")
                        : null);
        Pass second = rehearsal.once();
        assertThat(outcomes(second, "acme")).isEqualTo(Map.of("present", 1L));
        assertThat(posts(rehearsal)).hasSize(1);
        assertThat(keyKept(rehearsal, idOf(0))).isTrue();
        assertThat(genesys(rehearsal, get("/api/v2/users/user-0"))).isEmpty();
    }
}
