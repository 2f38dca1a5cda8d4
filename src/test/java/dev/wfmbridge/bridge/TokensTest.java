package dev.wfmbridge.bridge;

import static dev.wfmbridge.bridge.Scene.genesys;
import static dev.wfmbridge.bridge.Scene.halt;
import static dev.wfmbridge.bridge.Scene.outcomes;
import static dev.wfmbridge.bridge.Scene.posts;
import static dev.wfmbridge.bridge.Scene.rehearsal;
import static dev.wfmbridge.bridge.Scene.world;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise 5, and tokens that expire, are refused or belong to somebody else. */
class TokensTest {

    private static final String ME = "/api/v2/organizations/me";

    @TempDir
    Path folder;

    private static List<Received> tokenCalls(Rehearsal rehearsal, String organization) {
        return genesys(rehearsal, call -> call.tokenCall() && organization.equals(call.account()));
    }

    private static List<Received> identityReads(Rehearsal rehearsal) {
        return genesys(rehearsal, call -> call.path().equals(ME));
    }

    private static World bothOrganizations(int agents) {
        World world = world(agents);
        for (int i = 0; i < agents; i++) {
            world.zendesk().addMembership(Scene.FIRST_AGENT + i, Scene.SALES);
        }
        return world;
    }

    /** Each token that was used was first used for the identity read. */
    private static void assertProvedFirst(Rehearsal rehearsal) {
        Map<String, List<String>> byToken = genesys(rehearsal, call -> !call.tokenCall()).stream()
                .collect(Collectors.groupingBy(
                        call -> call.headers().get("authorization"),
                        Collectors.mapping(Received::path, Collectors.toList())));
        assertThat(byToken).allSatisfy((token, paths) -> {
            assertThat(paths.get(0)).isEqualTo(ME);
            assertThat(paths).containsOnlyOnce(ME);
        });
    }

    @Test
    @DisplayName("one token and one identity read for many workers; the next pass uses it again")
    void oneForAll() throws Exception {
        try (Rehearsal rehearsal = rehearsal(world(40), folder, Scene.SIMPLE).with("GENESYS_WORKERS", "8")) {
            rehearsal.once();
            rehearsal.once();
            assertThat(tokenCalls(rehearsal, "acme")).hasSize(1);
            assertThat(identityReads(rehearsal)).hasSize(1);
            assertThat(rehearsal.sandbox().zendesk().received().stream().filter(Received::tokenCall))
                    .hasSize(1);
            assertProvedFirst(rehearsal);
        }
    }

    @Test
    @DisplayName("revoked in the middle of a pass: renewed once for all workers, each segment made once")
    void revoked() throws Exception {
        AtomicInteger posted = new AtomicInteger();
        try (Rehearsal rehearsal = rehearsal(world(60), folder, Scene.SIMPLE).with("GENESYS_WORKERS", "8")) {
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (Scene.isPost(call) && posted.incrementAndGet() == 20) {
                    rehearsal.sandbox().genesys().revokeTokens("acme");
                }
                return null;
            });
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 60L));
            assertThat(tokenCalls(rehearsal, "acme")).hasSize(2);
            assertThat(identityReads(rehearsal)).hasSize(2);
            assertThat(posts(rehearsal).stream().filter(call -> call.status() == 401))
                    .hasSizeBetween(1, 8);
            assertProvedFirst(rehearsal);
        }
    }

    @Test
    @DisplayName("a 401 that comes late drops only the token it was sent with, not the one that took its place")
    void dropsOnlyItsOwn() throws Exception {
        AtomicInteger posted = new AtomicInteger();
        try (Rehearsal rehearsal = rehearsal(world(12), folder, Scene.SIMPLE).with("GENESYS_WORKERS", "4")) {
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (!Scene.isPost(call)) {
                    return null;
                }
                // The first two go out with one token; one refusal arrives when the renewal for the other is done and
                // in use.
                return switch (posted.incrementAndGet()) {
                    case 1 -> {
                        await().atMost(Duration.ofSeconds(60))
                                .until(() -> posted.get() > 4
                                        && identityReads(rehearsal).size() == 2);
                        yield Scene.answer(401);
                    }
                    case 2 -> Scene.answer(401);
                    default -> null;
                };
            });
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 12L));
            assertThat(tokenCalls(rehearsal, "acme")).hasSize(2);
        }
    }

    @Test
    @DisplayName("the token's organisation is not the mapping's: halted after the identity read; the other one works")
    void wrongOrganization() throws Exception {
        try (Rehearsal rehearsal = rehearsal(bothOrganizations(5), folder, Scene.BOTH)) {
            rehearsal.sandbox().genesys().tokenOrganizationOverride("acme", "globex");
            Pass pass = rehearsal.once();
            assertThat(halt(pass, "acme")).isEqualTo("wrong-organization");
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("held", 5L));
            assertThat(outcomes(pass, "globex")).isEqualTo(Map.of("created", 5L));
            assertThat(genesys(rehearsal, call -> "client-of-acme".equals(call.clientId()) && !call.tokenCall()))
                    .extracting(Received::path)
                    .containsExactly(ME);
            assertThat(rehearsal.sandbox().genesys().segments("acme")).isEmpty();
            assertThat(rehearsal.sandbox().genesys().segments("globex")).hasSize(5);
        }
    }

    @Test
    @DisplayName("a renewed token of another organisation in the middle of a pass: nothing is written there")
    void wrongOrganizationLater() throws Exception {
        AtomicInteger posted = new AtomicInteger();
        try (Rehearsal rehearsal = rehearsal(world(40), folder, Scene.SIMPLE)) {
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (Scene.isPost(call) && posted.incrementAndGet() == 10) {
                    rehearsal.sandbox().genesys().tokenOrganizationOverride("acme", "globex");
                    rehearsal.sandbox().genesys().revokeTokens("acme");
                }
                return null;
            });
            Pass pass = rehearsal.once();
            assertThat(halt(pass, "acme")).isEqualTo("wrong-organization");
            assertThat(outcomes(pass, "acme")).containsOnlyKeys("created", "held");
            assertThat(outcomes(pass, "acme").values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(40);
            assertThat(rehearsal.sandbox().genesys().segments("globex")).isEmpty();
            assertThat(genesys(rehearsal, call -> "globex".equals(call.account()) && !call.tokenCall()))
                    .extracting(Received::path)
                    .containsExactly(ME);
            assertThat(Scene.letterCodes(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName("the token endpoint's throttling, a 400, is waited out; refused credentials are not")
    void throttledTokens() throws Exception {
        try (Rehearsal rehearsal = rehearsal(world(3), folder, Scene.SIMPLE)) {
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(
                            Scene.first(
                                    2,
                                    Received::tokenCall,
                                    call -> Scene.answer(
                                            400,
                                            "{\"error\":\"invalid_request\",\"description\":\"rate limit exceeded; too many\"}")));
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 3L));
            assertThat(tokenCalls(rehearsal, "acme")).hasSize(3);
            rehearsal.restart();
            rehearsal.sandbox().genesys().clearReceived();
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(Scene.always(
                            Received::tokenCall, call -> Scene.answer(401, "{\"error\":\"invalid_client\"}")));
            Pass refused = rehearsal.once();
            assertThat(halt(refused, "acme")).isEqualTo("credentials");
            assertThat(tokenCalls(rehearsal, "acme")).hasSize(1);
            assertThat(outcomes(refused, "acme")).isEqualTo(Map.of("held", 3L));
        }
    }

    @Test
    @DisplayName("a token endpoint that fails is asked http.max-attempts times, then the organisation is unavailable")
    void tokensUnavailable() throws Exception {
        try (Rehearsal rehearsal = rehearsal(world(3), folder, Scene.SIMPLE)) {
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(Scene.always(Received::tokenCall, call -> Fault.gatewayPage(503)));
            Pass pass = rehearsal.once();
            assertThat(halt(pass, "acme")).isEqualTo("unavailable");
            assertThat(tokenCalls(rehearsal, "acme")).hasSize(4);
            assertThat(genesys(rehearsal, call -> !call.tokenCall())).isEmpty();
        }
    }

    @Test
    @DisplayName("tokens that expire in the middle of a pass are renewed by their time alone, without a 401")
    void expiry() throws Exception {
        World world = world(50);
        // The server is lenient, as for any call that was long on its way; TokenLifeTest covers the moment of renewal.
        world.weather().genesysTokenLife(Duration.ofSeconds(20)).genesysTokenGrace(Duration.ofDays(1));
        try (Rehearsal rehearsal = Rehearsal.of(world, folder, 10)
                .mapping(Scene.SIMPLE)
                .with("ZENDESK_REQUESTS_PER_MINUTE", "5000")
                .with("GENESYS_WORKERS", "2")) {
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call -> Scene.isPost(call) ? Fault.delay(Duration.ofSeconds(1)) : null);
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 50L));
            assertThat(tokenCalls(rehearsal, "acme")).hasSizeGreaterThan(1);
            assertThat(genesys(rehearsal, call -> call.status() == 401)).isEmpty();
            assertThat(identityReads(rehearsal)).hasSameSizeAs(tokenCalls(rehearsal, "acme"));
            assertProvedFirst(rehearsal);
        }
    }

    @Test
    @DisplayName("two organisations on one host, and Zendesk: no token and no header of one reaches another")
    void noLeak() throws Exception {
        try (Rehearsal rehearsal = rehearsal(bothOrganizations(20), folder, Scene.BOTH)) {
            rehearsal.world().zendesk().sideLoadLacksUsers(Scene.FIRST_AGENT);
            Pass pass = rehearsal.once();
            assertThat(outcomes(pass, "acme")).isEqualTo(Map.of("created", 20L));
            assertThat(outcomes(pass, "globex")).isEqualTo(Map.of("created", 20L));
            List<Received> genesys = rehearsal.sandbox().genesys().received();
            List<Received> zendesk = rehearsal.sandbox().zendesk().received();
            Set<String> atGenesys = authorizations(genesys);
            Set<String> atZendesk = authorizations(zendesk);
            assertThat(atGenesys).doesNotContainAnyElementsOf(atZendesk);
            assertThat(genesys.stream().filter(call -> !call.tokenCall()))
                    .allMatch(call -> call.clientId().equals("client-of-" + call.account()));
            for (List<Received> calls : List.of(genesys, zendesk)) {
                assertThat(calls).allSatisfy(call -> {
                    assertThat(call.headers().keySet())
                            .isSubsetOf(
                                    "accept",
                                    "accept-encoding",
                                    "authorization",
                                    "connection",
                                    "content-length",
                                    "content-type",
                                    "host",
                                    "transfer-encoding",
                                    "user-agent");
                    if (call.method().equals("GET") || call.tokenCall()) {
                        assertThat(call.tokenCall() ? "" : call.body()).isEmpty();
                    }
                });
            }
            assertThat(posts(rehearsal)).allMatch(call -> call.query() == null);
            assertThat(posts(rehearsal).stream().filter(call -> call.account().equals("acme")))
                    .allMatch(call -> call.body().contains("sched-1"));
        }
    }

    private static Set<String> authorizations(List<Received> calls) {
        return calls.stream()
                .map(call -> call.headers().getOrDefault("authorization", ""))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.toSet());
    }
}
