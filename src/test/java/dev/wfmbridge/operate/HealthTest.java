package dev.wfmbridge.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthTest {

    private static final String LIVE = "/observe/health/live";
    private static final String READY = "/observe/health/ready";

    @TempDir
    Path folder;

    @Test
    @DisplayName("ready once the first pass proved or halted each organisation, and it stays so; live from the start")
    void ready() throws Exception {
        try (Stage stage = Stage.with(folder, 2)) {
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            stage.genesys(call -> {
                if (call.tokenCall() && "globex".equals(call.account())) {
                    asked.countDown();
                    try {
                        go.await(120, TimeUnit.SECONDS);
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                }
                return null;
            });
            stage.rehearsal.start();
            assertThat(stage.get(LIVE).status()).isEqualTo(200);
            assertThat(stage.get(READY).status()).isEqualTo(503);
            assertThat(stage.get(READY).body()).contains("DOWN", "the first pass has not begun");

            assertThat(Stage.operation("startPass")).isEqualTo(true);
            assertThat(asked.await(120, TimeUnit.SECONDS)).isTrue();
            // acme gets through, globex waits for its token.
            await().atMost(ONE_MINUTE)
                    .until(() -> stage.rehearsal.sandbox().genesys().posts("acme") == 2);
            assertThat(stage.get(READY).status()).isEqualTo(503);
            assertThat(stage.get(READY).body()).contains("globex").doesNotContain("acme");
            assertThat(stage.get(LIVE).status()).isEqualTo(200);
            go.countDown();
            await().atMost(ONE_MINUTE).until(() -> stage.get(READY).status() == 200);

            await().atMost(ONE_MINUTE)
                    .until(() -> !stage.rehearsal.bridge().passes().isUnderWay()
                            && stage.rehearsal
                                            .bridge()
                                            .context()
                                            .getInflightRepository()
                                            .size()
                                    == 0);
            stage.genesys(Stage.answers(call -> true, 503));
            stage.rehearsal.sandbox().zendesk().interceptor(Stage.answers(call -> true, 503));
            assertThat(stage.rehearsal.byClock().isComplete()).isFalse();
            assertThat(stage.get(READY).status()).isEqualTo(200);
            assertThat(stage.get(LIVE).status()).isEqualTo(200);

            Stage.JMX.invoke(
                    new ObjectName("org.apache.camel:context=wfm-bridge,type=routes,name=\"paced-call\""),
                    "suspend",
                    null,
                    null);
            assertThat(stage.get(READY).status())
                    .as("an organisation that an operator suspended is halted for a known reason")
                    .isEqualTo(200);
            assertThat(stage.get(LIVE).status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName(
            "an organisation that is halted from the first pass on, or a Zendesk that is away, does not keep it from being ready")
    void halted() throws Exception {
        try (Stage stage = Stage.with(folder, 2)) {
            stage.genesys(Stage.answers(call -> call.tokenCall(), 401));
            stage.rehearsal.byClock();
            assertThat(stage.get(READY).status()).isEqualTo(200);

            stage.rehearsal.restart();
            stage.rehearsal.sandbox().zendesk().interceptor(Stage.answers(call -> true, 503));
            stage.rehearsal.byClock();
            assertThat(stage.get(READY).status()).isEqualTo(200);
            assertThat(stage.get(LIVE).status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("info names the program and no secret")
    void info() throws Exception {
        try (Stage stage = Stage.with(folder, 1)) {
            stage.rehearsal.byClock();
            Stage.Reply info = stage.get("/observe/info");
            assertThat(info.status()).isEqualTo(200);
            assertThat(info.body()).contains("\"name\":\"wfm-bridge\"").doesNotContain("secret-of-acme");
        }
    }
}
