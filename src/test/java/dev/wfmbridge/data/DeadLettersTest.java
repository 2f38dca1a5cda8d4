package dev.wfmbridge.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DeadLettersTest {
    private static final Instant T0 = Instant.parse("2026-11-24T09:00:00Z");

    @TempDir
    Path temp;

    private final List<String> warnings = new ArrayList<>();
    private DeadLetters letters;

    @BeforeEach
    void open() throws Exception {
        letters = new DeadLetters(DataFolder.open(temp), warnings::add);
    }

    private static DeadLetter letter(String segmentId, LetterCode code, Instant at) {
        return new DeadLetter(
                Map.of("segmentId", segmentId, "userId", "u1", "scheduleId", "s1", "status", "APPROVED"),
                new DeadLetter.Source(6596848315901L, 360006012345L, null),
                code,
                code.cause(),
                new DeadLetter.Evidence(409, "abc", List.of(TextNode.valueOf("by id: none")), 4, at, at));
    }

    @ParameterizedTest
    @EnumSource(LetterCode.class)
    void saysOfEachCodeWhatHappenedAndWhatToDo(LetterCode code) {
        assertThat(code.text()).matches("[a-z]+(-[a-z]+)+");
        assertThat(LetterCode.of(code.text())).contains(code);
        assertThat(code.cause()).endsWith(".");
        assertThat(code.nextStep()).endsWith(".");
    }

    @ParameterizedTest
    @CsvSource({
        "invalid-request, true",
        "segment-id-taken, true",
        "phantom-conflict, true",
        "user-not-found, false",
        "schedule-not-found, false",
        "destination-unavailable, false",
        "unexpected-answer, false",
    })
    void letsTheFirstThreeWait(String code, boolean waits) throws Exception {
        LetterCode known = LetterCode.of(code).orElseThrow();

        assertThat(known.waits()).isEqualTo(waits);
        assertThat(letters.put("acme", letter("x", known, T0)).retryAt()).isEqualTo(waits ? T0.plusSeconds(900) : null);
    }

    @Test
    void writesTheFormOfTheContract() throws Exception {
        letters.put("acme", letter("x", LetterCode.PHANTOM_CONFLICT, T0));

        JsonNode json = new ObjectMapper()
                .readTree(temp.resolve("dead-letter/acme/x.json").toFile());

        assertThat(json.properties())
                .extracting(Map.Entry::getKey)
                .containsExactly(
                        "schema",
                        "segment",
                        "source",
                        "code",
                        "message",
                        "evidence",
                        "nextStep",
                        "retryAt",
                        "failures");
        assertThat(json.path("schema").intValue()).isEqualTo(1);
        assertThat(json.at("/segment/scheduleId").textValue()).isEqualTo("s1");
        assertThat(json.at("/source/userId").longValue()).isEqualTo(6596848315901L);
        assertThat(json.at("/source/membershipId").isNull()).isTrue();
        assertThat(json.path("code").textValue()).isEqualTo("phantom-conflict");
        assertThat(json.path("evidence").properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("status", "correlationId", "reads", "attempts", "firstAt", "lastAt");
        assertThat(json.path("retryAt").textValue()).isEqualTo("2026-11-24T09:15:00Z");
    }

    @Test
    void readsWhatItWroteAndIgnoresWhatItDoesNotKnow() throws Exception {
        DeadLetter filed = letters.put("acme", letter("x", LetterCode.INVALID_REQUEST, T0));
        ObjectNode json = filed.toJson().put("later", 1);
        json.withObject("/evidence").put("more", true);
        json.withObject("/source").put("userId", "6596848315901");

        assertThat(letters.find("acme", "x")).contains(filed);
        assertThat(DeadLetter.fromJson(json)).isEqualTo(filed);
        assertThat(letters.find("acme", "y")).isEmpty();
    }

    @Test
    void waitsTwiceAsLongAfterEachFailureAndADayAtMost() throws Exception {
        List<Long> minutes = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            Instant at = T0.plus(Duration.ofDays(i));
            DeadLetter filed = letters.put("acme", letter("x", LetterCode.PHANTOM_CONFLICT, at));
            minutes.add(Duration.between(at, filed.retryAt()).toMinutes());
            assertThat(filed.failures()).isEqualTo(i + 1);
            assertThat(filed.evidence().firstAt()).isEqualTo(T0);
            assertThat(filed.evidence().lastAt()).isEqualTo(at);
        }

        assertThat(minutes).containsExactly(15L, 30L, 60L, 120L, 240L, 480L, 960L, 1440L, 1440L);
    }

    @Test
    void beginsAnewAfterALetterWasWithdrawn() throws Exception {
        letters.put("acme", letter("x", LetterCode.PHANTOM_CONFLICT, T0));

        assertThat(letters.withdraw("acme", "x")).isTrue();
        assertThat(letters.withdraw("acme", "x")).isFalse();

        assertThat(letters.put("acme", letter("x", LetterCode.PHANTOM_CONFLICT, T0))
                        .failures())
                .isEqualTo(1);
    }

    @Test
    void listsByOrganisationAndWithdrawsWhatIsNotNamed() throws Exception {
        letters.put("b", letter("x2", LetterCode.USER_NOT_FOUND, T0));
        letters.put("b", letter("x1", LetterCode.USER_NOT_FOUND, T0));
        letters.put("a", letter("x3", LetterCode.USER_NOT_FOUND, T0));

        assertThat(letters.list())
                .extracting(filed -> filed.organization() + " " + filed.letter().segmentId())
                .containsExactly("a x3", "b x1", "b x2");
        assertThat(letters.withdrawAllBut("b", Set.of("x2"))).isEqualTo(1);
        assertThat(letters.withdrawAllBut("none", Set.of())).isZero();
        assertThat(letters.list("b"))
                .extracting(filed -> filed.letter().segmentId())
                .containsExactly("x2");
        assertThat(letters.list()).hasSize(2);
    }

    @Test
    void prunesByTheLastFailure() throws Exception {
        letters.put("a", letter("old", LetterCode.USER_NOT_FOUND, T0));
        letters.put("a", letter("young", LetterCode.USER_NOT_FOUND, T0.plus(Duration.ofDays(50))));
        Path corrupt = Files.writeString(temp.resolve("dead-letter/a/corrupt.json"), "{");
        Files.setLastModifiedTime(corrupt, FileTime.from(T0));

        int pruned = letters.prune(Duration.ofDays(90), Clock.fixed(T0.plus(Duration.ofDays(91)), ZoneOffset.UTC));

        assertThat(pruned).isEqualTo(2);
        assertThat(letters.list())
                .extracting(filed -> filed.letter().segmentId())
                .containsExactly("young");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''",
                "{",
                "[]",
                "{\"segment\": {}}",
                "{\"segment\": {\"segmentId\": \"y\"}, \"code\": \"phantom-conflict\", \"evidence\": {\"lastAt\": \"2026-11-24T09:00:00Z\"}}",
                "{\"segment\": {\"segmentId\": \"x\"}, \"code\": \"phantom-conflict\"}",
                "{\"segment\": {\"segmentId\": \"x\"}, \"code\": \"of-later\", \"evidence\": {\"lastAt\": \"2026-11-24T09:00:00Z\"}}",
                "{\"segment\": {\"segmentId\": \"x\"}, \"code\": \"phantom-conflict\", \"evidence\": {\"lastAt\": \"yesterday\"}}",
            })
    void warnsOfAFileThatIsNoLetterAndReplacesIt(String content) throws Exception {
        Path file = temp.resolve("dead-letter/acme/x.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);

        assertThat(letters.find("acme", "x")).isEmpty();
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("dead-letter/acme/x.json in the data folder is not ");
        assertThat(letters.list()).isEmpty();
        assertThat(letters.put("acme", letter("x", LetterCode.USER_NOT_FOUND, T0))
                        .failures())
                .isEqualTo(1);
        assertThat(letters.list()).hasSize(1);
    }

    @Test
    void leavesAloneWhatIsNotItsOwn() throws Exception {
        letters.put("acme", letter("x", LetterCode.USER_NOT_FOUND, T0));
        for (String place : List.of("lost+found", "Old letters", "acme")) {
            Path note = Files.createDirectories(temp.resolve("dead-letter").resolve(place))
                    .resolve("note.txt");
            Files.setLastModifiedTime(Files.writeString(note, "a note"), FileTime.from(T0));
        }
        Files.writeString(temp.resolve("dead-letter/stray.json"), "{");

        assertThat(letters.list()).extracting(FiledLetter::organization).containsExactly("acme");
        assertThat(letters.prune(Duration.ofDays(90), Clock.fixed(T0.plus(Duration.ofDays(91)), ZoneOffset.UTC)))
                .isEqualTo(1);
        assertThat(letters.withdrawAllBut("acme", Set.of())).isZero();
        assertThat(temp.resolve("dead-letter/acme/note.txt")).exists();
        assertThat(temp.resolve("dead-letter/lost+found/note.txt")).exists();
        assertThat(temp.resolve("dead-letter/stray.json")).exists();
        assertThat(warnings).isEmpty();
    }

    @Test
    void deletesNothingThatIsNoLetter() throws Exception {
        letters.put("acme", letter("x", LetterCode.USER_NOT_FOUND, T0));
        letters.put("acme", letter("8f1cbb0e-4f0b-5c1e-9a53-0d9a7a7f2a11", LetterCode.USER_NOT_FOUND, T0));
        Files.writeString(temp.resolve("dead-letter/acme/notes.json"), "{\"mine\": true}");

        assertThat(letters.withdrawAllBut("acme", Set.of())).isEqualTo(2);

        assertThat(temp.resolve("dead-letter/acme/notes.json")).hasContent("{\"mine\": true}");
        assertThat(letters.segments("acme")).containsExactly("notes");
        assertThat(warnings).singleElement().asString().contains("notes.json", "left where it is");
    }

    @Test
    void takesNoIdThatIsAPath() {
        assertThatThrownBy(() -> letters.find("acme", "../../x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> letters.list("..")).isInstanceOf(IllegalArgumentException.class);
    }
}
