package dev.wfmbridge.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_MINUTE;

import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators do by JMX. */
class OperatorTest {

    @TempDir
    Path folder;

    @Test
    @DisplayName("an operator starts a pass, suspends an organisation before any pass met it, and resumes it")
    void suspends() throws Exception {
        try (Stage stage = Stage.with(folder, 3)) {
            stage.rehearsal.start();
            assertThat(Stage.operation("suspend", "nobody")).isEqualTo(false);
            assertThat(Stage.operation("suspend", "acme")).isEqualTo(true);
            assertThat(Stage.attribute("Suspended")).isEqualTo(new String[] {"acme"});

            assertThat(Stage.operation("startPass")).isEqualTo(true);
            Pass first = ended(stage, null);
            assertThat(first.organization("acme").currentHalt().reason().text()).isEqualTo("suspended");
            assertThat(first.organization("acme").count(Outcome.HELD)).isEqualTo(3);
            assertThat(first.organization("globex").count(Outcome.CREATED)).isEqualTo(1);
            assertThat(stage.rehearsal.sandbox().genesys().posts("acme")).isZero();
            assertThat(Stage.attribute("Halts").toString()).contains("acme", "suspended");

            stage.rehearsal.restart();
            stage.rehearsal.start();
            assertThat(stage.rehearsal.byClock().organization("acme").count(Outcome.HELD))
                    .isEqualTo(3);
            assertThat(stage.rehearsal.sandbox().genesys().posts("acme")).isZero();
            first = stage.rehearsal.bridge().passes().current();

            assertThat(Stage.operation("resume", "acme")).isEqualTo(true);
            assertThat(Stage.operation("startPass")).isEqualTo(true);
            Pass second = ended(stage, first);
            assertThat(second.organization("acme").count(Outcome.CREATED)).isEqualTo(3);
            assertThat(second.balance()).isZero();
            await().atMost(ONE_MINUTE).untilAsserted(() -> assertThat(Stage.attribute("LastCompletePass"))
                    .asString()
                    .isNotEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"paced-call", "genesys-token", "organization", "deliver-all", "segment-deliver", "genesys-write"
            })
    @DisplayName(
            "a route that is suspended in JMX, which all share, ends all calls at once and says so; resumed, the next pass catches up")
    void suspendedRoute(String route) throws Exception {
        try (Stage stage = Stage.with(folder, 3)) {
            stage.rehearsal.mapping(Stage.BOTH);
            assertThat(stage.rehearsal.byClock().isComplete()).isTrue();
            for (var segment : stage.rehearsal.sandbox().genesys().segments("acme")) {
                stage.rehearsal.world().removeSegment("acme", segment.id());
            }
            ObjectName name = new ObjectName("org.apache.camel:context=wfm-bridge,type=routes,name=\"" + route + "\"");
            Stage.JMX.invoke(name, "suspend", null, null);
            assertThat(Stage.attribute("Suspended")).isEqualTo(new String[] {"acme", "globex"});
            stage.rehearsal.sandbox().zendesk().clearReceived();
            stage.rehearsal.sandbox().genesys().clearReceived();

            Pass pass = stage.rehearsal.byClock();
            assertThat(pass.getSource().currentHalt().reason().text()).isEqualTo("suspended");
            assertThat(pass.getSource().currentHalt().message()).contains(route);
            assertThat(pass.isComplete()).isFalse();
            assertThat(pass.balance()).isZero();
            assertThat(stage.rehearsal.sandbox().zendesk().received()).isEmpty();
            assertThat(stage.rehearsal.sandbox().genesys().received()).isEmpty();

            Stage.JMX.invoke(name, "resume", null, null);
            assertThat(Stage.attribute("Suspended")).isEqualTo(new String[0]);
            Pass next = stage.rehearsal.byClock();
            assertThat(next.isComplete()).isTrue();
            assertThat(next.organization("acme").mapped()).isEqualTo(3);
        }
    }

    @Test
    @DisplayName(
            "a call route that is suspended while workers post: what was not posted is held, nothing waits or is lost")
    void suspendedWhilePosting() throws Exception {
        try (Stage stage = Stage.with(folder, 30)) {
            stage.rehearsal.start();
            AtomicBoolean once = new AtomicBoolean();
            stage.genesys(call -> {
                // What suspending the route amounts to, once Camel has waited for what is in flight.
                if (Stage.isPost(call) && "acme".equals(call.account()) && once.compareAndSet(false, true)) {
                    ServiceHelper.suspendService(consumer(stage, "paced-call"));
                }
                return null;
            });
            Pass pass = stage.rehearsal.byClock();
            assertThat(pass.balance()).isZero();
            assertThat(pass.organization("acme").currentHalt().reason().text()).isEqualTo("suspended");
            assertThat(pass.organization("acme").count(Outcome.HELD)).isPositive();
            assertThat(pass.organization("acme").count(Outcome.CREATED)
                            + pass.organization("acme").count(Outcome.HELD))
                    .isEqualTo(30);
            assertThat((long)
                            stage.rehearsal.sandbox().genesys().segments("acme").size())
                    .isGreaterThanOrEqualTo(pass.organization("acme").count(Outcome.CREATED));
        }
    }

    @Test
    @DisplayName(
            "a replay takes the matching letters, after the pass under way, and refuses what it does not understand")
    void replays() throws Exception {
        try (Stage stage = Stage.with(folder, 3)) {
            stage.genesys(Stage.answers(Stage::isPost, 400));
            Pass failing = stage.rehearsal.byClock();
            assertThat(failing.organization("acme").count(Outcome.DEAD_LETTERED))
                    .isEqualTo(3);
            assertThat(failing.organization("globex").count(Outcome.DEAD_LETTERED))
                    .isEqualTo(1);

            assertThatThrownBy(() -> Stage.operation("replay", "nobody", "", "", 0))
                    .isInstanceOfAny(RuntimeMBeanException.class, MBeanException.class)
                    .hasRootCauseMessage("organization nobody is not in the mapping");
            assertThatThrownBy(() -> Stage.operation("replay", "", "no-code", "", 0))
                    .hasStackTraceContaining("no-code");
            assertThatThrownBy(() -> Stage.operation("replay", "", "", "soon", 0))
                    .hasStackTraceContaining("soon");
            assertThatThrownBy(() -> Stage.operation("replay", "", "", "", -1))
                    .hasStackTraceContaining("ratePerMinute");
            assertThat(Stage.operation("replay", "", "", "1h", 0)).isEqualTo(0);
            assertThat(Stage.operation("replay", "", "phantom-conflict", "", 0)).isEqualTo(0);

            CountDownLatch reading = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            stage.genesys(null);
            stage.rehearsal.sandbox().zendesk().interceptor(call -> {
                reading.countDown();
                awaitLatch(go);
                return null;
            });
            assertThat(Stage.operation("startPass")).isEqualTo(true);
            awaitLatch(reading);
            assertThat(Stage.operation("startPass")).isEqualTo(false);
            assertThat(Stage.operation("replay", "acme", "invalid-request", "", 0))
                    .isEqualTo(3);
            go.countDown();
            await().atMost(ONE_MINUTE).until(() -> letters("acme") == 0);
            assertThat(letters("globex")).isEqualTo(1);
            assertThat(stage.rehearsal.sandbox().genesys().posts("acme")).isEqualTo(3);
        }
    }

    @Test
    @DisplayName(
            "operations say what they do and name their parameters; each step of a route has an MBean with a name that tells what it does")
    void names() throws Exception {
        try (Stage stage = Stage.with(folder, 1)) {
            stage.rehearsal.byClock();
            MBeanInfo info = Stage.JMX.getMBeanInfo(new ObjectName("dev.wfmbridge:type=Bridge"));
            for (MBeanOperationInfo operation : info.getOperations()) {
                assertThat(operation.getDescription()).endsWith(".");
            }
            assertThat(Stream.of(info.getOperations())
                            .filter(operation -> operation.getName().equals("replay"))
                            .flatMap(operation -> Stream.of(operation.getSignature()))
                            .map(parameter -> parameter.getName()))
                    .containsExactly("organization", "code", "olderThan", "ratePerMinute");

            List<String> processors = Stage.JMX
                    .queryNames(new ObjectName("org.apache.camel:context=wfm-bridge,type=processors,*"), null)
                    .stream()
                    .map(name -> ObjectName.unquote(name.getKeyProperty("name")))
                    .collect(Collectors.toList());
            assertThat(processors)
                    .contains(
                            "segment-deliver.bean deliveries.giveBack",
                            "pass-stages.bean passes.finish",
                            "outcome.to direct:dead-letter",
                            "http")
                    .allSatisfy(name ->
                            assertThat(name).matches("[a-z0-9-]+\\.\\S.*|http(-[a-z0-9-]+)?|(setProperty|bean) .*"));
            assertThat(stage.rehearsal.bridge().context().getRoutes()).allSatisfy(route -> assertThat(processors)
                    .anyMatch(name -> name.startsWith(route.getRouteId() + ".")));
        }
    }

    private int letters(String organization) throws Exception {
        Path letters = folder.resolve("data/dead-letter").resolve(organization);
        if (!Files.isDirectory(letters)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(letters)) {
            return (int) files.count();
        }
    }

    private static Pass ended(Stage stage, Pass before) throws Exception {
        await().atMost(ONE_MINUTE).until(() -> {
            Pass now = stage.rehearsal.bridge().passes().current();
            return now != null && now != before && now.finishedAt() != null;
        });
        return stage.rehearsal.bridge().passes().current();
    }

    private static Object consumer(Stage stage, String route) {
        try {
            return stage.rehearsal.bridge().context().getRoute(route).getConsumer();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            if (!latch.await(120, java.util.concurrent.TimeUnit.SECONDS)) {
                throw new AssertionError("what is waited for did not come within 30 s");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
