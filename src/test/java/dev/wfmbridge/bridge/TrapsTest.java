package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Camel's traps (docs/maintaining.md): each test fails if its trap springs, judged by what the servers received. */
class TrapsTest {

    private static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();
    private static final Set<String> OWN_HEADERS = Set.of(
            "accept",
            "accept-encoding",
            "authorization",
            "connection",
            "content-length",
            "content-type",
            "host",
            "user-agent");

    @TempDir
    Path folder;

    private static Fault busy() {
        return Fault.answer(503, Map.of("Content-Type", "application/json"), "{\"status\":503,\"message\":\"busy\"}");
    }

    /** A copy of routes/ and config/, in which one file is edited. */
    private Path editedHome(String file, String from, String to) throws IOException {
        Path home = folder.resolve("home");
        for (String part : List.of("config", "routes")) {
            try (Stream<Path> files = Files.walk(Rehearsal.HOME.resolve(part))) {
                for (Path source : files.toList()) {
                    Path target = home.resolve(Rehearsal.HOME.relativize(source).toString());
                    if (Files.isDirectory(source)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(source, target);
                    }
                }
            }
        }
        Path edited = home.resolve(file);
        String text = Files.readString(edited);
        assertThat(text).contains(from);
        Files.writeString(edited, text.replace(from, to));
        return home;
    }

    @Test
    @DisplayName("HttpClient repeats nothing by itself: one attempt is one POST")
    void noAutomaticRetries() throws Exception {
        try (Rehearsal rehearsal =
                Scene.rehearsal(Scene.world(1), folder, Scene.SIMPLE).with("GENESYS_MAX_ATTEMPTS", "1")) {
            rehearsal.sandbox().genesys().interceptor(Scene.always(Scene::isPost, call -> busy()));
            rehearsal.once();
            assertThat(Scene.posts(rehearsal)).hasSize(1);
        }
    }

    @Test
    @DisplayName("the test above can fail: with HttpClient's own retries the server sees two POSTs of one attempt")
    void automaticRetries() throws Exception {
        Path home = editedHome(
                "config/application.properties",
                "camel.component.https.automatic-retries-disabled=true",
                "camel.component.https.automatic-retries-disabled=false");
        try (Rehearsal rehearsal = Scene.rehearsal(Scene.world(1), folder, Scene.SIMPLE)
                .with("GENESYS_MAX_ATTEMPTS", "1")
                .home(home)) {
            rehearsal.sandbox().genesys().interceptor(Scene.always(Scene::isPost, call -> busy()));
            rehearsal.once();
            assertThat(Scene.posts(rehearsal)).hasSize(2);
        }
    }

    @Test
    @DisplayName("a call that is repeated passes the throttle again")
    void throttledRetries() throws Exception {
        // One in 10 s, divided by 10.
        String mapping = Scene.SIMPLE.replace("requests: 5000, per: 60s", "requests: 1, per: 10s");
        try (Rehearsal rehearsal = Rehearsal.of(Scene.world(1), folder, 10)
                .mapping(mapping)
                .with("HTTP_BACKOFF", "1ms-2ms")
                .with("ZENDESK_REQUESTS_PER_MINUTE", "5000")) {
            rehearsal.sandbox().genesys().interceptor(Scene.first(2, Scene.get("/api/v2/users"), call -> busy()));
            rehearsal.once();
            List<Received> calls = Scene.genesys(rehearsal, call -> !call.tokenCall());
            assertThat(calls)
                    .extracting(Received::status)
                    .filteredOn(status -> status == 503)
                    .hasSize(2);
            assertThat(Scene.posts(rehearsal)).hasSize(1);
            // Over all of them, since a busy machine may be late with one: with a single call past the throttle, the
            // total is a second short.
            Duration all = Duration.ofNanos(
                    calls.get(calls.size() - 1).nanoTime() - calls.get(0).nanoTime());
            assertThat(all).isGreaterThan(Duration.ofSeconds(calls.size() - 1));
        }
    }

    @Test
    @DisplayName("no header of one call goes out with another, least of all to the other side")
    void headers() throws Exception {
        World world = Scene.world(3);
        try (Rehearsal rehearsal = Scene.rehearsal(world, folder, Scene.BOTH)
                .with("BRIDGE_INSTANCE", "test")
                .with("REMOVALS_POLICY", "cancel")) {
            world.zendesk().addMembership(Scene.FIRST_AGENT, Scene.SALES);
            rehearsal.once();
            world.zendesk().removeMembership(Scene.FIRST_AGENT + 1, Scene.SUPPORT);
            rehearsal.once();
            List<Received> zendesk = Scene.zendesk(rehearsal, call -> true);
            List<Received> genesys = Scene.genesys(rehearsal, call -> true);
            assertThat(genesys).extracting(Received::method).contains("GET", "POST", "PUT");
            for (Received call :
                    Stream.concat(zendesk.stream(), genesys.stream()).toList()) {
                assertThat(OWN_HEADERS)
                        .as("%s %s", call.method(), call.path())
                        .containsAll(call.headers().keySet());
            }
            Set<String> ofZendesk = authorizations(zendesk);
            assertThat(ofZendesk).isNotEmpty().doesNotContainAnyElementsOf(authorizations(genesys));
            for (String organization : List.of("acme", "globex")) {
                Set<String> others = authorizations(genesys.stream()
                        .filter(call -> !organization.equals(call.account()))
                        .toList());
                assertThat(authorizations(genesys.stream()
                                .filter(call -> organization.equals(call.account()))
                                .toList()))
                        .hasSize(2)
                        .doesNotContainAnyElementsOf(others);
            }
        }
    }

    private static Set<String> authorizations(List<Received> calls) {
        return calls.stream()
                .map(call -> call.headers().get("authorization"))
                .filter(java.util.Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    @DisplayName("a redirect is never followed, by whatever call it comes, so that no token goes to another host")
    void redirects() throws Exception {
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            Path own = Files.createDirectories(folder.resolve("r" + status));
            try (Rehearsal rehearsal = Scene.rehearsal(Scene.world(2), own, Scene.SIMPLE)) {
                String elsewhere = rehearsal.sandbox().zendesk().url() + "/elsewhere";
                Fault there = Fault.answer(status, Map.of("Location", elsewhere), "");
                rehearsal.sandbox().genesys().interceptor(Scene.always(Scene::isPost, call -> there));
                rehearsal.once();
                rehearsal.sandbox().genesys().interceptor(Scene.always(call -> !call.tokenCall(), call -> there));
                rehearsal.once();
                rehearsal.restart();
                rehearsal.sandbox().genesys().interceptor(Scene.always(call -> true, call -> there));
                rehearsal.once();
                assertThat(Scene.zendesk(rehearsal, call -> call.path().contains("elsewhere")))
                        .as("%d", status)
                        .isEmpty();
                assertThat(rehearsal.sandbox().genesys().segments("acme")).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("a misspelt policy id, with which Camel would silently repeat nothing, is refused")
    void policyWithTypo() throws Exception {
        Path home = editedHome(
                "routes/genesys-read.camel.yaml",
                "routeConfigurationId: quota-errors,read-errors",
                "routeConfigurationId: quota-errors,read-erors");
        try (Rehearsal rehearsal = Scene.rehearsal(Scene.world(1), folder, Scene.SIMPLE)) {
            rehearsal.sandbox().genesys().interceptor(Scene.first(1, Scene.get("/api/v2/users"), call -> busy()));
            rehearsal.once();
            assertThat(Scene.genesys(rehearsal, Scene.get("/api/v2/users"))).hasSize(2);
            rehearsal.restart();
            rehearsal.sandbox().genesys().clearReceived();
            rehearsal.home(home);
            assertThatThrownBy(rehearsal::once)
                    .isInstanceOf(RouteFileException.class)
                    .hasMessageContaining("there is no routeConfiguration \"read-erors\"");
            assertThat(rehearsal.sandbox().genesys().received()).isEmpty();
        }
    }

    @Test
    @DisplayName("an organisation that an operator suspended is held, the other goes on; resumed, it catches up")
    void suspended() throws Exception {
        World world = Scene.world(2);
        try (Rehearsal rehearsal = Scene.rehearsal(world, folder, Scene.BOTH)) {
            rehearsal.once();
            rehearsal.world().removeSegment("acme", Scene.idOf(0));
            world.zendesk().addMembership(Scene.FIRST_AGENT, Scene.SALES);
            ObjectName bridge = new ObjectName(Bridge.MBEAN);
            assertThat(operator("suspend", "acme")).isTrue();
            assertThat(operator("suspend", "nobody")).isFalse();
            rehearsal.sandbox().genesys().clearReceived();

            Pass held = rehearsal.once();
            assertThat(Scene.halt(held, "acme")).isEqualTo("suspended");
            assertThat(Scene.outcomes(held, "acme")).isEqualTo(Map.of("held", 2L));
            assertThat(Scene.outcomes(held, "globex")).isEqualTo(Map.of("created", 1L));
            assertThat(held.balance()).isZero();
            assertThat(Scene.genesys(rehearsal, call -> "acme".equals(call.account())))
                    .isEmpty();
            assertThat(JMX.getAttribute(bridge, "Halts").toString()).contains("acme", "suspended");

            assertThat(operator("resume", "acme")).isTrue();
            assertThat(Scene.halt(rehearsal.once(), "acme")).isNull();
        }
    }

    private static boolean operator(String operation, String organization) throws Exception {
        return (Boolean) JMX.invoke(new ObjectName(Bridge.MBEAN), operation, new Object[] {organization}, new String[] {
            String.class.getName()
        });
    }

    @Test
    @DisplayName("mapped − outcomes − in flight is 0 whenever JMX looks, even during a bad pass")
    void conservation() throws Exception {
        World world = Scene.world(60);
        world.weather().genesysLostAnswers(0.1).zendeskLostAnswers(0.1);
        try (Rehearsal rehearsal = Scene.rehearsal(world, folder, Scene.BOTH)) {
            ObjectName bridge = new ObjectName(Bridge.MBEAN);
            Queue<Object> seen = new ConcurrentLinkedQueue<>();
            Queue<Object> underWay = new ConcurrentLinkedQueue<>();
            rehearsal.bridge();
            rehearsal.sandbox().genesys().interceptor(call -> {
                try {
                    seen.add(JMX.getAttribute(bridge, "Conservation"));
                    underWay.add(JMX.getAttribute(bridge, "InFlight"));
                } catch (Exception failed) {
                    seen.add(failed);
                }
                return null;
            });
            rehearsal.once();
            assertThat(seen).hasSizeGreaterThan(60).containsOnly(0L);
            assertThat(underWay).anyMatch(value -> (Long) value > 0);
            assertThat(JMX.getAttribute(bridge, "Conservation")).isEqualTo(0L);
            assertThat(JMX.getAttribute(bridge, "InFlight")).isEqualTo(0L);
        }
    }

    @Test
    @DisplayName(
            "JMX shows the stages of the flow, one route each however many organisations there are, with their counts, and how many keys there are")
    void mbeans() throws Exception {
        try (Rehearsal rehearsal =
                Scene.rehearsal(Scene.world(4), folder, Scene.BOTH).managed()) {
            rehearsal.once();
            for (String stage : List.of("organization", "segment-deliver", "paced-call")) {
                assertThat(routes(stage)).as(stage).hasSize(1);
            }
            ObjectName deliver = routes("segment-deliver").iterator().next();
            assertThat(JMX.getAttribute(deliver, "ExchangesTotal")).isEqualTo(4L);
            assertThat(JMX.getAttribute(deliver, "ExchangesFailed")).isEqualTo(0L);
            Set<ObjectName> keys =
                    JMX.queryNames(new ObjectName("org.apache.camel:type=services,name=SegmentKeys*,*"), null);
            assertThat(keys).hasSize(1);
            assertThat(JMX.getAttribute(keys.iterator().next(), "Size")).isEqualTo(4L);
            assertThat(rehearsal
                            .bridge()
                            .context()
                            .getRegistry()
                            .lookupByNameAndType("segmentKeys", SegmentKeys.class)
                            .getSize())
                    .isEqualTo(4);
        }
        assertThat(routes("segment-deliver")).as("after the end").isEmpty();
        assertThat(JMX.queryNames(new ObjectName("org.apache.camel:type=services,name=SegmentKeys*,*"), null))
                .as("after the end")
                .isEmpty();
    }

    private static Set<ObjectName> routes(String id) throws Exception {
        return JMX.queryNames(
                new ObjectName("org.apache.camel:context=*,type=routes,name=" + ObjectName.quote(id)), null);
    }
}
