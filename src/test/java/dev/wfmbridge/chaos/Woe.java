package dev.wfmbridge.chaos;

import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What can go wrong with an answer: each status that means something of its own, lost and late answers, and the causes of a 409. */
enum Woe {
    WAIT_2(4),
    WAIT_30(3),
    WAIT_DATE(3),
    WAIT_PAST_DATE(2),
    WAIT_ZERO(1),
    WAIT_NEGATIVE(1),
    WAIT_GARBAGE(1),
    WAIT_MISSING(1),
    WAIT_HOUR(1),
    S400(1),
    S401(2),
    S403(1),
    S404(2),
    S408(3),
    S422(1),
    S302(1),
    PAGE_500(5),
    PAGE_503(5),
    PAGE_200(3),
    LOST_REQUEST(6),
    LOST_ANSWER(6),
    DONE_THEN_504(5),
    DELAY(4),
    TIME_OUT(1),
    REVOKED(3),

    // of an identity read
    OTHER_ORGANIZATION(2),

    // of a POST
    PHANTOM_409(6),
    DONE_THEN_409(4),
    BY_HAND(4),
    BY_HAND_REJECTED(2),
    ID_TAKEN_HERE(2),
    ID_TAKEN_ELSEWHERE(2),
    LATE(6),
    LATE_504(4),
    LATE_409(4),

    // of a PUT
    PERSON_APPROVES(4),
    PERSON_CANCELS(4);

    final int weight;

    Woe(int weight) {
        this.weight = weight;
    }

    boolean fits(Kind kind) {
        if (this == OTHER_ORGANIZATION) {
            return kind == Kind.IDENTITY;
        }
        if (isOfPut()) {
            return kind == Kind.PUT;
        }
        if (ordinal() >= PHANTOM_409.ordinal()) {
            return kind == Kind.POST;
        }
        // A DELETE has no version that would guard it, so one that arrives after all else is nobody's mistake.
        return this != TIME_OUT || kind != Kind.DELETE;
    }

    boolean isOfPut() {
        return this == PERSON_APPROVES || this == PERSON_CANCELS;
    }

    /** Seconds that a 429 tells for certain; 0 if none. */
    int told() {
        return this == WAIT_30 ? 30 : 0;
    }

    /** What goes wrong with this call; null for what the servers do by themselves. */
    Fault with(Received call, Town town, String organization) {
        return switch (this) {
            case WAIT_2 -> tooMany("2");
            case WAIT_30 -> tooMany("30");
            case WAIT_DATE -> tooMany(date(20));
            case WAIT_PAST_DATE -> tooMany(date(-100));
            case WAIT_ZERO -> tooMany("0");
            case WAIT_NEGATIVE -> tooMany("-5");
            case WAIT_GARBAGE -> tooMany("soon");
            case WAIT_MISSING -> tooMany(null);
            case WAIT_HOUR -> tooMany("3600");
            case S400 -> json(400, "bad.request");
            case S401 -> json(401, "bad.credentials");
            case S403 -> json(403, "not.authorized");
            case S404 -> json(404, "not.found");
            case S408 -> json(408, "request.timeout");
            case S422 -> json(422, "unprocessable");
            case S302 -> Fault.answer(302, Map.of("Location", "http://127.0.0.1:9/elsewhere"), "");
            case PAGE_500 -> Fault.gatewayPage(500);
            case PAGE_503 -> Fault.gatewayPage(503);
            case PAGE_200 -> Fault.gatewayPage(200);
            case LOST_REQUEST -> Fault.loseRequest();
            case LOST_ANSWER -> Fault.loseAnswer();
            case DONE_THEN_504 -> Fault.carryOutThenGatewayPage(504);
            case DELAY -> Fault.delay(Duration.ofSeconds(3));
            case TIME_OUT -> Fault.delay(Duration.ofMillis((long) (1.3 * Town.TIME_OUT_MILLIS * Town.FACTOR)));
            case REVOKED -> {
                town.revoke(organization);
                yield null;
            }
            case OTHER_ORGANIZATION ->
                Fault.answer(
                        200,
                        Map.of("Content-Type", "application/json"),
                        "{\"id\":\"11111111-2222-4333-8444-555555555555\",\"name\":\"another one\"}");
            case PHANTOM_409 -> json(409, "conflict");
            case DONE_THEN_409 ->
                Fault.carryOutThen(
                        409, Map.of("Content-Type", "application/json"), "{\"code\":\"conflict\",\"status\":409}");
            case BY_HAND -> town.byHand(organization, call, "APPROVED");
            case BY_HAND_REJECTED -> town.byHand(organization, call, "REJECTED");
            case ID_TAKEN_HERE -> town.takeId(organization, organization, call);
            case ID_TAKEN_ELSEWHERE ->
                town.takeId(organization.equals(town.acme) ? town.globex : town.acme, organization, call);
            case LATE -> Fault.commitLate(lag(call));
            case LATE_504 -> Fault.commitLateThenGatewayPage(lag(call), 504);
            case LATE_409 ->
                Fault.commitLateThen(
                        lag(call), 409, Map.of("Content-Type", "application/json"), "{\"code\":\"conflict\"}");
            case PERSON_APPROVES -> town.personChanges(organization, call, true);
            case PERSON_CANCELS -> town.personChanges(organization, call, false);
        };
    }

    private static Duration lag(Received call) {
        return Duration.ofSeconds(1 + Math.floorMod(call.body().hashCode(), 12));
    }

    private static Fault tooMany(String retryAfter) {
        Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "application/json"));
        if (retryAfter != null) {
            headers.put("Retry-After", retryAfter);
        }
        return Fault.answer(429, headers, "{\"code\":\"too.many.requests.retry.after\",\"status\":429}");
    }

    private static Fault json(int status, String code) {
        return Fault.answer(
                status,
                Map.of("Content-Type", "application/json"),
                "{\"code\":\"" + code + "\",\"status\":" + status + ",\"message\":\"no matter\"}");
    }

    private static String date(int seconds) {
        return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                .format(ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(seconds));
    }
}
