package dev.wfmbridge.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.halt.Halt;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Interceptor;
import dev.wfmbridge.sandbox.Received;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a halt says of the answer that caused it: what the vendor's support asks for first, and nothing that names a person. */
class EvidenceTest {

    private static final String CORRELATION = "7f1a9c52-3b0e-4d68-9f11-2c64a0d1b7e3";
    private static final String TIME = ", 20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";

    @TempDir
    Path folder;

    private static Interceptor answers(Predicate<Received> which, int status, String correlation) {
        return call -> which.test(call)
                ? Fault.answer(
                        status,
                        Map.of("Content-Type", "application/json", "ININ-Correlation-Id", correlation),
                        "{\"code\":\"internal.server.error\",\"status\":" + status + ",\"message\":\"no matter\"}")
                : null;
    }

    private static boolean isOfAcme(Received call) {
        return "acme".equals(call.account());
    }

    @Test
    @DisplayName("failures in a row: kind, path template, correlation id and time, in the halt, the report and the log")
    void unavailable() throws Exception {
        try (Stage stage = Stage.with(folder, 12);
                Logged logged = Logged.of("dev.wfmbridge")) {
            stage.rehearsal.with("GENESYS_HALT_AFTER", "3");
            stage.genesys(answers(call -> Stage.isPost(call) && isOfAcme(call), 500, CORRELATION));
            Pass pass = stage.rehearsal.byClock();
            Halt halt = pass.organization("acme").currentHalt();
            assertThat(halt.reason()).isEqualTo(HaltReason.UNAVAILABLE);
            String evidence =
                    "HTTP 500 to POST /api/v2/wfm/userschedulesegments (insert), correlation id " + CORRELATION;
            assertThat(halt.message()).contains(evidence).containsPattern(CORRELATION + TIME);
            assertThat(RunReport.of(pass)
                            .at("/organizations/acme/halted/message")
                            .textValue())
                    .isEqualTo(halt.message());
            assertThat(logged.lines())
                    .filteredOn(line -> line.startsWith("WARN") && line.contains("acme") && line.contains(evidence))
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName("a failed snapshot and a failed listing of users say so too, and an id in the path is shown as {id}")
    void snapshotAndUsers() throws Exception {
        try (Stage stage = Stage.with(folder, 2);
                Logged logged = Logged.of("dev.wfmbridge")) {
            stage.rehearsal.with("GENESYS_USERS_FRESH", "0s");
            stage.genesys(answers(
                    call -> isOfAcme(call)
                            && call.method().equals("GET")
                            && call.path().equals(Stage.SEGMENTS),
                    503,
                    CORRELATION));
            Pass snapshot = stage.rehearsal.byClock();
            String evidence = "HTTP 503 to GET /api/v2/wfm/userschedulesegments (read), correlation id " + CORRELATION;
            assertThat(snapshot.organization("acme").haltOf("sched-1").message())
                    .contains(evidence)
                    .containsPattern(CORRELATION + TIME);
            assertThat(logged.lines()).anyMatch(line -> line.startsWith("WARN") && line.contains(evidence));

            stage.genesys(answers(
                    call -> isOfAcme(call)
                            && call.method().equals("GET")
                            && call.path().equals("/api/v2/users"),
                    502,
                    CORRELATION));
            Pass users = stage.rehearsal.byClock();
            Halt halt = users.organization("acme").currentHalt();
            assertThat(halt.reason()).isEqualTo(HaltReason.USERS_INCOMPLETE);
            assertThat(halt.message())
                    .contains("HTTP 502 to GET /api/v2/users (read), correlation id " + CORRELATION)
                    .containsPattern(CORRELATION + TIME);
        }
    }

    @Test
    @DisplayName("what does not have the shape of an id is never repeated, wherever it came from")
    void noId() throws Exception {
        try (Stage stage = Stage.with(folder, 2)) {
            stage.genesys(answers(call -> isOfAcme(call) && Stage.isPost(call), 403, "agent0@example.com is to blame"));
            Halt halt = stage.rehearsal.byClock().organization("acme").currentHalt();
            assertThat(halt.reason()).isEqualTo(HaltReason.FORBIDDEN);
            assertThat(halt.message())
                    .contains("HTTP 403 to POST /api/v2/wfm/userschedulesegments (insert), 20")
                    .doesNotContain("correlation", "example.com", "blame");
        }
    }
}
