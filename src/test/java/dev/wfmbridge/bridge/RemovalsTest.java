package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.Segment;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import dev.wfmbridge.segment.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/removals.md: a right removal goes through, and each guard holds a wrong one back. */
class RemovalsTest {

    private static final long GROUP = Sample.SUPPORT;
    private static final long OTHER = 6130852536347L;
    private static final long FIRST = Sample.FIRST_AGENT;
    private static final String HEAD = Sample.acmeMapping(3000);
    private static final String SUPPORT =
            Sample.entry("Support", "acme", "sched-1", "status: APPROVED", "withoutTags: [on_leave]");
    private static final String BILLING = Sample.entry("Billing", "acme", "sched-1");

    @TempDir
    Path folder;

    private final World world =
            Sample.acme().zendesk().addGroup(OTHER, "Billing").world();

    private Rehearsal rehearsal(String policy) throws Exception {
        Sample.join(world, 0, 6, GROUP);
        Sample.join(world, 6, 8, OTHER);
        return Rehearsal.of(world, folder, 50)
                .mapping(HEAD + SUPPORT + BILLING)
                .with("ZENDESK_REQUESTS_PER_MINUTE", "3000")
                .with("BRIDGE_INSTANCE", "test")
                .with("REMOVALS_POLICY", policy);
    }

    /** More agents of the group, who are Genesys users. */
    private void join(int agents) {
        for (int i = 20; i < 20 + agents; i++) {
            String email = "agent" + i + "@example.com";
            world.zendesk()
                    .addAgent(ZendeskAgent.of(FIRST + i, "Agent " + i, email))
                    .addMembership(FIRST + i, GROUP)
                    .world()
                    .addUser("acme", "user-" + i, email, "Agent " + i, "active");
        }
    }

    /** After a pass that gave everybody a segment, the first agent leaves. */
    private void firstLeaves(Rehearsal rehearsal) throws Exception {
        rehearsal.once();
        world.zendesk().removeMembership(FIRST, GROUP);
    }

    /** Happens once, when the next pass reads the segments; true from then on. */
    private static AtomicBoolean whileSegmentsAreRead(Rehearsal rehearsal, Runnable change) {
        AtomicBoolean happened = new AtomicBoolean();
        rehearsal.sandbox().genesys().interceptor(call -> {
            if (call.path().endsWith("userschedulesegments") && happened.compareAndSet(false, true)) {
                change.run();
            }
            return null;
        });
        return happened;
    }

    private static Map<String, String> statuses(Rehearsal rehearsal) {
        return rehearsal.sandbox().genesys().segments("acme").stream()
                .collect(Collectors.toMap(Segment::userId, segment -> String.valueOf(segment.status())));
    }

    private static List<Received> changes(Rehearsal rehearsal) {
        return rehearsal.sandbox().genesys().received().stream()
                .filter(call -> call.method().equals("PUT") || call.method().equals("DELETE"))
                .toList();
    }

    @Test
    @DisplayName(
            "cancel: the segment of an agent who left is cancelled, and restored when they come back, whatever the policy is by then")
    void cancelAndBack() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").candidates()).isEqualTo(1);
            assertThat(pass.organization("acme").removed()).isEqualTo(1);
            assertThat(statuses(rehearsal)).containsEntry("user-0", "CANCELLED").containsEntry("user-1", "APPROVED");
            assertThat(rehearsal.once().organization("acme").candidates()).isZero();
            world.zendesk().addMembership(FIRST, GROUP);
            rehearsal.restart();
            rehearsal.with("REMOVALS_POLICY", "report");
            pass = rehearsal.once();
            assertThat(pass.organization("acme").count(Outcome.RESTORED)).isEqualTo(1);
            assertThat(statuses(rehearsal)).containsEntry("user-0", "APPROVED");
            assertThat(changes(rehearsal)).hasSize(2);
        }
    }

    @ParameterizedTest(name = "{0} to the PUT that restores: {1} {2}, exit {3}")
    @CsvSource({
        "400, DEAD_LETTERED, invalid-request, 3, 1",
        "422, DEAD_LETTERED, invalid-request, 3, 1",
        "301, DEAD_LETTERED, unexpected-answer, 3, 2",
        "418, DEAD_LETTERED, unexpected-answer, 3, 2",
        "403, HELD, forbidden, 2, 2"
    })
    @DisplayName(
            "a refused restore is never in step: a letter with its evidence, or held with a warning; later it goes through")
    void refusedRestore(int status, Outcome outcome, String reason, int exit, int puts) throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            rehearsal.once();
            world.zendesk().addMembership(FIRST, GROUP);
            rehearsal.sandbox().genesys().clearReceived();
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(Scene.always(call -> call.method().equals("PUT"), call -> Scene.answer(status)));
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").count(outcome)).isEqualTo(1);
            assertThat(rehearsal.report().path("exitCode").asInt()).isEqualTo(exit);
            assertThat(rehearsal.outcomes())
                    .extracting(line -> line.path("reason").asText())
                    .containsOnlyOnce(reason);
            boolean letter = outcome == Outcome.DEAD_LETTERED;
            assertThat(Scene.letterCodes(rehearsal)).isEqualTo(letter ? List.of(reason) : List.of());
            if (letter) {
                String id = segmentOf(rehearsal, "user-0").id();
                assertThat(Scene.letter(rehearsal, id).at("/evidence/status").asInt())
                        .isEqualTo(status);
            }
            assertThat(pass.warnings().toString().contains("stay CANCELLED")).isEqualTo(!letter);
            assertThat(pass.organization("acme").isHalted()).isFalse();
            // invalid-request waits for its time without a call, the others are tried again by each pass.
            rehearsal.once();
            assertThat(changes(rehearsal)).hasSize(puts);
            assertThat(rehearsal.report().path("exitCode").asInt()).isEqualTo(exit);
            rehearsal.sandbox().genesys().interceptor(null);
            if (puts > 1) {
                assertThat(rehearsal.once().organization("acme").count(Outcome.RESTORED))
                        .isEqualTo(1);
                assertThat(rehearsal.report().path("exitCode").asInt()).isZero();
                assertThat(Scene.letterCodes(rehearsal)).isEmpty();
                assertThat(statuses(rehearsal)).containsEntry("user-0", "APPROVED");
            }
        }
    }

    @Test
    @DisplayName("delete: the segment of an agent who left is deleted, and created again when they come back")
    void deleteAndBack() throws Exception {
        try (Rehearsal rehearsal = rehearsal("delete")) {
            firstLeaves(rehearsal);
            rehearsal.once();
            assertThat(statuses(rehearsal)).doesNotContainKey("user-0");
            world.zendesk().addMembership(FIRST, GROUP);
            assertThat(rehearsal.once().organization("acme").count(Outcome.CREATED))
                    .isEqualTo(1);
        }
    }

    @Test
    @DisplayName("a cancellation that the ledger cannot note is not sent, and nobody counts as removed")
    void ledgerUnwritable() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            Path ledger = rehearsal.data().resolve("ledger");
            rehearsal.sandbox().zendesk().interceptor(call -> {
                if (call.path().contains("/groups/" + GROUP)) {
                    putAway(ledger);
                }
                return null;
            });
            int before = rehearsal.sandbox().genesys().received().size();
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").candidates()).isEqualTo(1);
            assertThat(pass.organization("acme").removed()).isZero();
            assertThat(pass.organization("acme").refusedRemovals()).isEqualTo(1);
            List<Received> calls = rehearsal.sandbox().genesys().received();
            assertThat(calls.subList(before, calls.size()))
                    .noneMatch(call -> call.path().contains("/groups/"))
                    .noneMatch(call -> call.method().equals("PUT"));
        }
    }

    /** A file in place of the folder: nothing can be written there any more, not even by root. */
    private static void putAway(Path folder) {
        try {
            if (Files.isDirectory(folder)) {
                Files.move(folder, folder.resolveSibling("ledger-before"));
                Files.createFile(folder);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    @DisplayName("report removes nothing")
    void report() throws Exception {
        try (Rehearsal rehearsal = rehearsal("report")) {
            firstLeaves(rehearsal);
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").candidates()).isEqualTo(1);
            assertThat(changes(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName("half a listing removes nothing")
    void halfAListing() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            rehearsal
                    .sandbox()
                    .zendesk()
                    .interceptor(call -> call.path().contains("group_memberships") ? Fault.gatewayPage(502) : null);
            rehearsal.once();
            assertThat(changes(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName("a deleted and a renamed group remove nothing in their schedule")
    void groupGone() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            world.zendesk().renameGroup(OTHER, "Billing, new");
            rehearsal.once();
            assertThat(changes(rehearsal)).isEmpty();
            world.zendesk().renameGroup(OTHER, "Billing");
            world.zendesk().deleteGroup(OTHER);
            rehearsal.once();
            assertThat(changes(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName("an entry deleted from the mapping removes nobody; absent: true does")
    void lineGone() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            rehearsal.once();
            rehearsal.mapping(HEAD + SUPPORT);
            rehearsal.once();
            assertThat(changes(rehearsal)).isEmpty();
            rehearsal.mapping(HEAD + SUPPORT + BILLING + "    absent: true\n");
            rehearsal.once();
            assertThat(changes(rehearsal)).hasSize(2);
            assertThat(statuses(rehearsal)).containsEntry("user-6", "CANCELLED").containsEntry("user-7", "CANCELLED");
        }
    }

    @ParameterizedTest(name = "named by its id: {0}, without a trace: {1}")
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    @DisplayName(
            "an absent entry whose group is gone holds nobody else back; its own people go if it names the group's id, else a warning asks for it")
    void absentGroupGone(boolean byId, boolean withoutTrace) throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            rehearsal.once();
            rehearsal.mapping(HEAD + SUPPORT + Sample.entry(byId ? "" + OTHER : "Billing", "acme", "sched-1")
                    + "    absent: true\n");
            world.zendesk()
                    .removeMembership(FIRST, GROUP)
                    .removeMembership(FIRST + 6, OTHER)
                    .removeMembership(FIRST + 7, OTHER)
                    // Somebody of the group that goes is in the other one too.
                    .addMembership(FIRST + 7, GROUP);
            if (withoutTrace) {
                world.zendesk().removeGroup(OTHER);
            } else {
                world.zendesk().deleteGroup(OTHER);
            }
            rehearsal.restart();
            Pass pass = rehearsal.once();
            assertThat(statuses(rehearsal))
                    .containsEntry("user-0", "CANCELLED")
                    .containsEntry("user-6", byId ? "CANCELLED" : "APPROVED")
                    .containsEntry("user-7", "APPROVED");
            assertThat(changes(rehearsal)).hasSize(byId ? 2 : 1);
            assertThat(pass.organization("acme").refusedRemovals()).isZero();
            assertThat(rehearsal.report().path("exitCode").asInt()).isZero();
            if (byId) {
                assertThat(pass.warnings()).isEmpty();
            } else {
                assertThat(pass.warnings())
                        .singleElement()
                        .asString()
                        .contains("\"Billing\"", "Put its id there", "without an entry: " + OTHER + ".");
            }
            assertThat(rehearsal.once().organization("acme").candidates()).isZero();
        }
    }

    @Test
    @DisplayName("no warning about an absent entry's group that is gone once its people's segments are gone too")
    void absentGroupGoneInOrder() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            rehearsal.once();
            rehearsal.mapping(HEAD + SUPPORT + BILLING + "    absent: true\n");
            rehearsal.once();
            assertThat(changes(rehearsal)).hasSize(2);
            world.zendesk()
                    .removeMembership(FIRST + 6, OTHER)
                    .removeMembership(FIRST + 7, OTHER)
                    .removeGroup(OTHER);
            assertThat(rehearsal.once().warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {GROUP, OTHER})
    @DisplayName(
            "an agent added to any group of the schedule while the listing was read is found by the fresh read, and stays")
    void addedMeanwhile(long group) throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            AtomicBoolean back =
                    whileSegmentsAreRead(rehearsal, () -> world.zendesk().addMembership(FIRST, group));
            rehearsal.once();
            assertThat(back).isTrue();
            assertThat(changes(rehearsal)).isEmpty();
        }
    }

    /** What happens while a pass reads in which user-0's agent has no membership any more. */
    private enum Meanwhile {
        ADDRESS_HANDED_ON(0, 0) {
            @Override
            void happens(World world) {
                world.zendesk().updateAgent(FIRST, agent -> agent.withEmail("gone@example.com"));
                world.zendesk()
                        .addAgent(ZendeskAgent.of(FIRST + 9, "Agent 9", "Agent0@example.com"))
                        .addMembership(FIRST + 9, OTHER);
            }
        },
        NAMED_BY_THE_MAPPING(0, 0) {
            @Override
            void happens(World world) {
                world.zendesk()
                        .addAgent(ZendeskAgent.of(FIRST + 10, "Agent 10", "agent10@example.com"))
                        .addMembership(FIRST + 10, GROUP);
            }
        },
        ADDRESS_HANDED_ON_TO_A_MEMBER(0, 0) {
            @Override
            void happens(World world) {
                world.zendesk().updateAgent(FIRST, agent -> agent.withEmail("gone@example.com"));
                world.zendesk().updateAgent(FIRST + 7, agent -> agent.withEmail("agent0@example.com"));
            }
        },
        SUSPENDED_WITH_THE_ADDRESS(0, 0) {
            @Override
            void happens(World world) {
                world.zendesk()
                        .addAgent(ZendeskAgent.of(FIRST + 9, "Agent 9", "agent0@example.com")
                                .withSuspended(true))
                        .addMembership(FIRST + 9, GROUP);
            }
        },
        NOBODY_TELLS_WHO(0, 1) {
            @Override
            void happens(World world) {
                world.zendesk().addMembership(FIRST + 9, GROUP);
            }
        },
        UNKNOWN_ADDRESS_WHERE_THE_USER_IS_INACTIVE(0, 1) {
            @Override
            void happens(World world) {
                world.zendesk()
                        .addAgent(ZendeskAgent.of(FIRST + 9, "Agent 9", "new@example.com"))
                        .addMembership(FIRST + 9, GROUP);
            }
        },
        UNKNOWN_ADDRESS(1, 0) {
            @Override
            void happens(World world) {
                UNKNOWN_ADDRESS_WHERE_THE_USER_IS_INACTIVE.happens(world);
            }
        },
        SOMEBODY_ELSE(1, 0) {
            @Override
            void happens(World world) {
                world.zendesk()
                        .addAgent(ZendeskAgent.of(FIRST + 9, "Agent 9", "agent1@example.com"))
                        .addMembership(FIRST + 9, GROUP);
            }
        },
        NO_ADDRESS(1, 0) {
            @Override
            void happens(World world) {
                world.zendesk()
                        .addAgent(ZendeskAgent.of(FIRST + 9, "Agent 9", null))
                        .addMembership(FIRST + 9, GROUP);
            }
        },
        EXCLUDED_BY_A_TAG(1, 0) {
            @Override
            void happens(World world) {
                world.zendesk()
                        .addAgent(ZendeskAgent.of(FIRST + 9, "Agent 9", "agent0@example.com")
                                .withTags("on_leave"))
                        .addMembership(FIRST + 9, GROUP);
            }
        };

        private final int removed;
        private final int refused;

        Meanwhile(int removed, int refused) {
            this.removed = removed;
            this.refused = refused;
        }

        abstract void happens(World world);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "an agent who joins while the listing is read, and is or could be the same Genesys user, keeps the segment")
    void anotherAgentMeanwhile(Meanwhile meanwhile) throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            rehearsal.mapping("users: { %d: user-0 }%n".formatted(FIRST + 10) + HEAD + SUPPORT + BILLING);
            firstLeaves(rehearsal);
            if (meanwhile == Meanwhile.UNKNOWN_ADDRESS_WHERE_THE_USER_IS_INACTIVE) {
                world.userState("acme", "user-0", "inactive");
            }
            AtomicBoolean happened = whileSegmentsAreRead(rehearsal, () -> meanwhile.happens(world));
            rehearsal.restart();
            rehearsal.once();
            assertThat(happened).isTrue();
            assertThat(changes(rehearsal)).hasSize(meanwhile.removed);
            assertThat(rehearsal.report("acme").path("removals"))
                    .hasToString("{\"candidates\":1,\"removed\":%d,\"refused\":%d}"
                            .formatted(meanwhile.removed, meanwhile.refused));
            assertThat(rehearsal.report().path("warnings").toString().contains("the next pass decides"))
                    .isEqualTo(meanwhile.refused > 0);
        }
    }

    @Test
    @DisplayName("what remained open because somebody joined is decided by the next pass, which has searched for them")
    void decidedByTheNextPass() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            rehearsal.once();
            world.zendesk().removeMembership(FIRST, GROUP).world().userState("acme", "user-0", "inactive");
            AtomicBoolean happened = whileSegmentsAreRead(rehearsal, () -> Meanwhile.UNKNOWN_ADDRESS.happens(world));
            rehearsal.restart();
            rehearsal.once();
            assertThat(happened).isTrue();
            assertThat(changes(rehearsal)).isEmpty();
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").skipped()).containsEntry("user-not-found", 1L);
            assertThat(pass.organization("acme").removed()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent-suspended", "user-inactive", "user-ambiguous"})
    @DisplayName("an agent who is skipped, and is the Genesys user of somebody who left, keeps the segment")
    void skippedWithTheAddress(String reason) throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            rehearsal.once();
            world.zendesk()
                    .removeMembership(FIRST, GROUP)
                    .updateAgent(FIRST, agent -> agent.withEmail("gone@example.com"));
            world.zendesk()
                    .addAgent(ZendeskAgent.of(FIRST + 9, "Agent 9", "agent0@example.com")
                            .withSuspended(reason.equals("agent-suspended")))
                    .addMembership(FIRST + 9, GROUP);
            if (reason.equals("user-inactive")) {
                world.userState("acme", "user-0", "inactive");
            } else if (reason.equals("user-ambiguous")) {
                world.addUser("acme", "user-00", "agent0@example.com", "Agent 00", "active");
            }
            rehearsal.restart();
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").skipped()).containsEntry(reason, 1L);
            assertThat(pass.organization("acme").candidates()).isZero();
            assertThat(changes(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "an agent who left is removed although everybody else is suspended: the users are read for that, and only while somebody is missing")
    void onlySuspendedLeft() throws Exception {
        try (Rehearsal rehearsal = rehearsal("delete")) {
            rehearsal.once();
            for (int i = 1; i < 8; i++) {
                world.zendesk().updateAgent(FIRST + i, agent -> agent.withSuspended(true));
            }
            rehearsal.restart();
            rehearsal.sandbox().genesys().clearReceived();
            rehearsal.once();
            // The first agent is not among the suspended, so this pass reads the users anyway.
            assertThat(userPages(rehearsal)).isEqualTo(1);
            world.zendesk().removeMembership(FIRST, GROUP);
            rehearsal.restart();
            rehearsal.sandbox().genesys().clearReceived();
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").skipped()).containsEntry("agent-suspended", 7L);
            assertThat(pass.organization("acme").removed()).isEqualTo(1);
            assertThat(statuses(rehearsal)).hasSize(7).doesNotContainKey("user-0");
            assertThat(userPages(rehearsal)).isEqualTo(1);
            rehearsal.restart();
            rehearsal.sandbox().genesys().clearReceived();
            rehearsal.once();
            assertThat(userPages(rehearsal)).isZero();
        }
    }

    private static long userPages(Rehearsal rehearsal) {
        return rehearsal.sandbox().genesys().received().stream()
                .filter(call -> call.method().equals("GET") && call.path().equals("/api/v2/users"))
                .count();
    }

    @Test
    @DisplayName(
            "an agent who is no longer found in Genesys, or is suspended in Zendesk, is skipped, and the segment stays")
    void skippedStays() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            rehearsal.once();
            world.zendesk().updateAgent(FIRST, agent -> agent.withEmail("new@example.com"));
            world.zendesk().updateAgent(FIRST + 1, agent -> agent.withSuspended(true));
            rehearsal.restart();
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").skipped()).containsEntry("user-not-found", 1L);
            assertThat(changes(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName("an agent excluded by a tag counts as gone")
    void excludedByTag() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            rehearsal.once();
            world.zendesk().updateAgent(FIRST, agent -> agent.withTags("on_leave"));
            rehearsal.once();
            assertThat(statuses(rehearsal)).containsEntry("user-0", "CANCELLED");
        }
    }

    @Test
    @DisplayName(
            "an address handed on to a new agent, with its Genesys user: the new agent's row keeps the segment, no PUT")
    void addressHandedOn() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            rehearsal.once();
            world.zendesk()
                    .removeMembership(FIRST, GROUP)
                    .updateAgent(FIRST, agent -> agent.withEmail("gone@example.com"));
            world.zendesk()
                    .addAgent(ZendeskAgent.of(FIRST + 9, "Agent 9", "agent0@example.com"))
                    .addMembership(FIRST + 9, GROUP);
            rehearsal.once();
            assertThat(changes(rehearsal)).isEmpty();
            assertThat(statuses(rehearsal)).containsEntry("user-0", "APPROVED");
            assertThat(rehearsal.report("acme").path("removals"))
                    .hasToString("{\"candidates\":0,\"removed\":0,\"refused\":0}");
            assertThat(rehearsal.report("acme").path("outcomes").path("present").asInt())
                    .isEqualTo(8);
            assertThat(rehearsal.sandbox().genesys().posts("acme")).isEqualTo(8);
        }
    }

    @Test
    @DisplayName(
            "the fresh read of a group of more than 100 goes to the end: an agent who is back on its second page stays")
    void backOnTheSecondPage() throws Exception {
        join(100);
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            rehearsal.once();
            world.zendesk().removeMembership(FIRST, GROUP).removeMembership(FIRST + 1, GROUP);
            AtomicBoolean back =
                    whileSegmentsAreRead(rehearsal, () -> world.zendesk().addMembership(FIRST, GROUP));
            rehearsal.sandbox().zendesk().clearReceived();
            rehearsal.once();
            assertThat(back).isTrue();
            assertThat(rehearsal.sandbox().zendesk().received())
                    .filteredOn(call -> call.path().equals("/api/v2/groups/" + GROUP + "/memberships"))
                    .as("a full page, and the one with the agent")
                    .hasSize(2);
            assertThat(changes(rehearsal))
                    .extracting(Received::path)
                    .containsExactly("/api/v2/wfm/userschedulesegments/"
                            + segmentOf(rehearsal, "user-1").id());
            assertThat(statuses(rehearsal)).containsEntry("user-0", "APPROVED").containsEntry("user-1", "CANCELLED");
            assertThat(rehearsal.report("acme").path("removals").path("removed").asInt())
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"A, 2", "A+B, 3", "A+B+C+B, 4", "'', 1", "no-meta, 1"})
    @DisplayName("a fresh read whose cursors repeat or are missing confirms nobody's absence")
    void endlessFreshReading(String cursors, int pages) throws Exception {
        try (Rehearsal rehearsal = rehearsal("delete")) {
            firstLeaves(rehearsal);
            rehearsal
                    .sandbox()
                    .zendesk()
                    .interceptor(Scene.endless(
                            Scene.get("/api/v2/groups/" + GROUP + "/memberships"),
                            "group_memberships",
                            List.of(cursors.split("[+]"))));
            rehearsal.once();
            assertThat(rehearsal.sandbox().zendesk().received())
                    .filteredOn(call -> call.path().equals("/api/v2/groups/" + GROUP + "/memberships"))
                    .hasSize(pages);
            assertThat(changes(rehearsal)).isEmpty();
            assertThat(rehearsal.report("acme").path("removals"))
                    .hasToString("{\"candidates\":1,\"removed\":0,\"refused\":1}");
            assertThat(rehearsal.report().path("warnings").toString()).contains("Group " + GROUP);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // 8 own segments: min-count 3 is more than a tenth of them
        "0, 3, 3", "0, 4, 0",
        // 50 own segments: a tenth of them is more than min-count 3
        "42, 5, 5", "42, 6, 0"
    })
    @DisplayName("as many as the cap allows are removed; with one more, nobody is")
    void atTheCap(int moreAgents, int leave, int removed) throws Exception {
        join(moreAgents);
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            rehearsal.once();
            for (int i = 0; i < leave; i++) {
                world.zendesk().removeMembership(FIRST + i, i < 6 ? GROUP : OTHER);
            }
            rehearsal.once();
            assertThat(changes(rehearsal)).hasSize(removed);
            assertThat(statuses(rehearsal).values())
                    .filteredOn("CANCELLED"::equals)
                    .hasSize(removed);
            assertThat(rehearsal.report("acme").path("removals"))
                    .hasToString("{\"candidates\":%d,\"removed\":%d,\"refused\":%d}"
                            .formatted(leave, removed, leave - removed));
        }
    }

    @Test
    @DisplayName("more than the cap is refused until exactly that number is approved")
    void cap() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            rehearsal.once();
            for (int i = 0; i < 5; i++) {
                world.zendesk().removeMembership(FIRST + i, GROUP);
            }
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").refusedRemovals()).isEqualTo(5);
            assertThat(pass.warnings()).anyMatch(w -> w.contains("--approve-removals acme/sched-1=5"));
            assertThat(changes(rehearsal)).isEmpty();
            rehearsal.pass(new PassOrder(Trigger.ONCE, null, true, Map.of("acme/sched-1", 5)));
            assertThat(changes(rehearsal)).hasSize(5);
        }
    }

    @Test
    @DisplayName(
            "a lost answer to the PUT is read before anything is sent again; a person's change meanwhile is left alone")
    void lostAnswer() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            rehearsal.sandbox().genesys().interceptor(call -> call.method().equals("PUT") ? Fault.loseAnswer() : null);
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").removed()).isEqualTo(1);
            assertThat(changes(rehearsal)).hasSize(1);
        }
    }

    @Test
    @DisplayName(
            "a lost answer to the PUT, and a read that shows a status nobody knows: refused, and the cancellation is still known as ours")
    void lostAnswerThenUnclear() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            Segment segment = segmentOf(rehearsal, "user-0");
            String path = Scene.SEGMENTS + "/" + segment.id();
            String unclear = "{\"id\":\"" + segment.id() + "\",\"userId\":\"user-0\",\"scheduleId\":\"sched-1\","
                    + "\"status\":\"SOMETHING_NEW\",\"version\":2}";
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call -> call.method().equals("PUT")
                            ? Fault.loseAnswer()
                            : Scene.get(path).test(call) ? Scene.answer(200, unclear) : null);
            assertThat(rehearsal.once().organization("acme").refusedRemovals()).isEqualTo(1);
            assertThat(changes(rehearsal)).hasSize(1);
            rehearsal.sandbox().genesys().interceptor(null);
            world.zendesk().addMembership(FIRST, GROUP);
            assertThat(rehearsal.once().organization("acme").count(Outcome.RESTORED))
                    .isEqualTo(1);
        }
    }

    @Test
    @DisplayName("what a person cancelled after our own cancellation is declined, not restored")
    void personSaidNo() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            rehearsal.once();
            world.cancel("acme", segmentOf(rehearsal, "user-0").id());
            world.zendesk().addMembership(FIRST, GROUP);
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").count(Outcome.DECLINED)).isEqualTo(1);
        }
    }

    private Segment segmentOf(Rehearsal rehearsal, String user) {
        return rehearsal.sandbox().genesys().segments("acme").stream()
                .filter(s -> s.userId().equals(user))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("a person's cancellation after a PUT of ours that was refused is declined, not restored")
    void personAfterRefusal() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call ->
                            call.method().equals("PUT") ? Fault.answer(403, Map.of(), "{\"status\":403}") : null);
            rehearsal.once();
            world.cancel("acme", segmentOf(rehearsal, "user-0").id());
            world.zendesk().addMembership(FIRST, GROUP);
            rehearsal.sandbox().genesys().interceptor(null);
            assertThat(rehearsal.once().organization("acme").count(Outcome.DECLINED))
                    .isEqualTo(1);
        }
    }

    @Test
    @DisplayName(
            "a person's cancellation after a PUT of ours that never arrived is declined, once the segment was seen active")
    void personAfterLostPut() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            rehearsal.sandbox().genesys().interceptor(call -> call.method().equals("PUT") ? Fault.loseRequest() : null);
            rehearsal.once();
            world.zendesk().addMembership(FIRST, GROUP);
            rehearsal.sandbox().genesys().interceptor(null);
            rehearsal.restart();
            assertThat(rehearsal.once().organization("acme").count(Outcome.PRESENT))
                    .isEqualTo(8);
            world.cancel("acme", segmentOf(rehearsal, "user-0").id());
            assertThat(rehearsal.once().organization("acme").count(Outcome.DECLINED))
                    .isEqualTo(1);
        }
    }

    /** Without the cap, so that it is the guard itself that holds. */
    private Rehearsal uncapped() throws Exception {
        return rehearsal("cancel").with("REMOVALS_MIN_COUNT", "100");
    }

    private void nobodyRemoved(Rehearsal rehearsal) throws Exception {
        rehearsal.restart();
        rehearsal.once();
        assertThat(changes(rehearsal)).isEmpty();
    }

    @Test
    @DisplayName(
            "without a cap, the members of a group that was deleted by mistake, renamed, or has lost its entry stay")
    void groupOrLineLost() throws Exception {
        try (Rehearsal rehearsal = uncapped()) {
            rehearsal.once();
            world.zendesk().renameGroup(GROUP, "Support, new");
            nobodyRemoved(rehearsal);
            world.zendesk().renameGroup(GROUP, "Support");
            rehearsal.mapping(HEAD + BILLING);
            nobodyRemoved(rehearsal);
            rehearsal.mapping(HEAD + SUPPORT + BILLING);
            world.zendesk().deleteGroup(GROUP);
            nobodyRemoved(rehearsal);
            world.zendesk().removeGroup(GROUP);
            nobodyRemoved(rehearsal);
        }
    }

    @Test
    @DisplayName(
            "without a cap, nobody is removed after half a listing, and the same listing read to its end removes the agent")
    void secondPageMissing() throws Exception {
        try (Rehearsal rehearsal = uncapped()) {
            for (int i = 0; i < 100; i++) {
                world.zendesk().addMembership(6_900_000_000_000L + i, 6_900_000_000_999L);
            }
            world.zendesk().addMembership(FIRST + 7, GROUP);
            firstLeaves(rehearsal);
            rehearsal
                    .sandbox()
                    .zendesk()
                    .interceptor(call -> call.path().equals("/api/v2/group_memberships")
                                    && call.query().contains("after")
                            ? Fault.gatewayPage(502)
                            : null);
            rehearsal.once();
            assertThat(changes(rehearsal)).isEmpty();
            rehearsal.sandbox().zendesk().interceptor(null);
            rehearsal.once();
            assertThat(changes(rehearsal)).hasSize(1);
        }
    }

    @Test
    @DisplayName("a malformed row of the group, or of an unknown group, keeps the segments whose agents it could name")
    void malformedRow() throws Exception {
        try (Rehearsal rehearsal = uncapped()) {
            firstLeaves(rehearsal);
            world.zendesk()
                    .addRawMembership(com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                            .objectNode()
                            .put("id", 7_900_000_000_001L)
                            .putNull("user_id")
                            .put("group_id", OTHER));
            rehearsal.once();
            assertThat(changes(rehearsal)).isEmpty();
            world.zendesk()
                    .addRawMembership(com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                            .objectNode()
                            .put("id", 7_900_000_000_002L));
            rehearsal.mapping(HEAD + SUPPORT);
            rehearsal.once();
            assertThat(changes(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName("a halted organisation and a schedule that was not read to its end remove nobody")
    void halted() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            rehearsal.bridge().clients().known("acme").suspend();
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").currentHalt().reason().text()).isEqualTo("suspended");
            assertThat(changes(rehearsal)).isEmpty();
            rehearsal.bridge().clients().known("acme").resume();
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(call -> call.path().endsWith("userschedulesegments") ? Fault.gatewayPage(502) : null);
            pass = rehearsal.once();
            assertThat(pass.organization("acme").placeHalts()).containsKey("sched-1");
            assertThat(changes(rehearsal)).isEmpty();
            rehearsal.sandbox().genesys().interceptor(null);
            rehearsal.once();
            assertThat(changes(rehearsal)).hasSize(1);
        }
    }

    @Test
    @DisplayName("an organisation that is halted while it delivers removes nobody")
    void haltedMeanwhile() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            world.zendesk()
                    .addAgent(ZendeskAgent.of(FIRST + 9, "Agent 9", "agent9@example.com"))
                    .addMembership(FIRST + 9, GROUP)
                    .world()
                    .addUser("acme", "user-9", "agent9@example.com", "Agent 9", "active");
            rehearsal.restart();
            rehearsal
                    .sandbox()
                    .genesys()
                    .interceptor(
                            call -> call.method().equals("POST") && call.path().endsWith("userschedulesegments")
                                    ? Fault.answer(403, Map.of(), "{\"status\":403}")
                                    : null);
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").currentHalt().reason().text()).isEqualTo("forbidden");
            assertThat(changes(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName("without a ledger nobody is removed; what a person made is never touched")
    void notOurs() throws Exception {
        world.addSegment("acme", "by-hand", "user-1", "sched-1", "APPROVED");
        try (Rehearsal rehearsal = rehearsal("delete")) {
            rehearsal.once();
            world.zendesk().removeMembership(FIRST + 1, GROUP);
            rehearsal.once();
            assertThat(changes(rehearsal)).isEmpty();
            world.zendesk().removeMembership(FIRST, GROUP);
            java.nio.file.Files.delete(rehearsal.data().resolve("ledger/acme.jsonl"));
            nobodyRemoved(rehearsal);
            assertThat(statuses(rehearsal)).containsEntry("user-0", "APPROVED").containsEntry("user-1", "APPROVED");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 404})
    @DisplayName("a fresh read that fails confirms nobody's absence, and no more does one that knows no such group")
    void freshReadingFails(int status) throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            rehearsal
                    .sandbox()
                    .zendesk()
                    .interceptor(call ->
                            call.path().matches("/api/v2/groups/\\d+/memberships") ? Fault.gatewayPage(status) : null);
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").refusedRemovals()).isEqualTo(1);
            assertThat(changes(rehearsal)).isEmpty();
        }
    }

    /** The data folder as it was when the PUT was on the wire, which Genesys never saw. */
    private void killedBeforePut(Rehearsal rehearsal) throws Exception {
        java.nio.file.Path ledger = rehearsal.data().resolve("ledger/acme.jsonl");
        AtomicReference<String> noted = new AtomicReference<>();
        rehearsal.sandbox().genesys().interceptor(call -> {
            if (!call.method().equals("PUT")) {
                return null;
            }
            try {
                noted.compareAndSet(null, java.nio.file.Files.readString(ledger));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return Fault.answer(403, Map.of(), "{\"status\":403}");
        });
        rehearsal.once();
        rehearsal.restart();
        rehearsal.sandbox().genesys().interceptor(null);
        assertThat(noted.get()).contains("\"cancelledVersion\":2");
        java.nio.file.Files.writeString(ledger, noted.get());
        rehearsal.sandbox().genesys().clearReceived();
    }

    @Test
    @DisplayName(
            "a kill between the note and the PUT: an agent who came back meanwhile is not removed, and a person's later rejection stands")
    void killedThenBack() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            killedBeforePut(rehearsal);
            world.zendesk().addMembership(FIRST, GROUP);
            assertThat(rehearsal.once().organization("acme").count(Outcome.PRESENT))
                    .isEqualTo(8);
            assertThat(changes(rehearsal)).isEmpty();
            world.cancel("acme", segmentOf(rehearsal, "user-0").id());
            assertThat(rehearsal.once().organization("acme").count(Outcome.DECLINED))
                    .isEqualTo(1);
            assertThat(changes(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName("a kill between the note and the PUT: an agent who is still away is removed by the next pass, once")
    void killedThenAway() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            killedBeforePut(rehearsal);
            assertThat(rehearsal.once().organization("acme").removed()).isEqualTo(1);
            assertThat(changes(rehearsal)).hasSize(1);
            world.zendesk().addMembership(FIRST, GROUP);
            assertThat(rehearsal.once().organization("acme").count(Outcome.RESTORED))
                    .isEqualTo(1);
        }
    }

    @Test
    @DisplayName("report: an agent who comes back still has the segment, and no call was made for it")
    void reportAndBack() throws Exception {
        try (Rehearsal rehearsal = rehearsal("report")) {
            firstLeaves(rehearsal);
            rehearsal.once();
            world.zendesk().addMembership(FIRST, GROUP);
            assertThat(rehearsal.once().organization("acme").count(Outcome.PRESENT))
                    .isEqualTo(8);
            assertThat(changes(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "after a version conflict the PUT's segment is read again: an approved one is still cancelled, a rejection stays")
    void versionConflict() throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            world.zendesk().removeMembership(FIRST + 1, GROUP);
            String approved = segmentOf(rehearsal, "user-0").id();
            String declined = segmentOf(rehearsal, "user-1").id();
            AtomicBoolean first = new AtomicBoolean();
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (call.method().equals("PUT") && first.compareAndSet(false, true)) {
                    world.approve("acme", approved).decline("acme", declined);
                }
                return null;
            });
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").removed()).isEqualTo(1);
            assertThat(statuses(rehearsal)).containsEntry("user-0", "CANCELLED").containsEntry("user-1", "REJECTED");
            assertThat(changes(rehearsal)).extracting(Received::status).contains(409);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, DECLINED, CANCELLED", "1, RESTORED, APPROVED"})
    @DisplayName(
            "a person cancels just before our PUT, at the version that it would have made: their decision stands, unless an earlier PUT may have arrived")
    void personWasFirst(int lostBefore, Outcome outcome, String status) throws Exception {
        try (Rehearsal rehearsal = rehearsal("cancel")) {
            firstLeaves(rehearsal);
            String segment = segmentOf(rehearsal, "user-0").id();
            AtomicInteger puts = new AtomicInteger();
            rehearsal.sandbox().genesys().interceptor(call -> {
                if (!call.method().equals("PUT")) {
                    return null;
                }
                if (puts.incrementAndGet() <= lostBefore) {
                    return Fault.loseRequest();
                }
                if (puts.get() == lostBefore + 1) {
                    world.cancel("acme", segment);
                }
                return null;
            });
            rehearsal.once();
            assertThat(changes(rehearsal)).extracting(Received::status).endsWith(409);
            world.zendesk().addMembership(FIRST, GROUP);
            rehearsal.sandbox().genesys().interceptor(null);
            assertThat(rehearsal.once().organization("acme").count(outcome)).isEqualTo(1);
            assertThat(statuses(rehearsal)).containsEntry("user-0", status);
        }
    }

    @Test
    @DisplayName("what this pass itself creates does not raise the cap")
    void capCountsWhatWasThere() throws Exception {
        try (Rehearsal rehearsal =
                rehearsal("cancel").with("REMOVALS_MIN_COUNT", "0").with("REMOVALS_MAX_SHARE", "0.13")) {
            firstLeaves(rehearsal);
            world.zendesk().removeMembership(FIRST + 1, GROUP);
            for (int i = 20; i < 40; i++) {
                String email = "agent" + i + "@example.com";
                world.zendesk()
                        .addAgent(ZendeskAgent.of(FIRST + i, "Agent " + i, email))
                        .addMembership(FIRST + i, GROUP)
                        .world()
                        .addUser("acme", "user-" + i, email, "Agent " + i, "active");
            }
            rehearsal.restart();
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").count(Outcome.CREATED)).isEqualTo(20);
            assertThat(pass.organization("acme").refusedRemovals()).isEqualTo(2);
            assertThat(changes(rehearsal)).isEmpty();
        }
    }

    @Test
    @DisplayName("in staffing groups and management units removals are only reported, whatever the policy is")
    void otherTargets() throws Exception {
        String unit = "11111111-1111-4111-8111-111111111111";
        String mu = "22222222-2222-4222-8222-222222222222";
        String sg = "33333333-3333-4333-8333-333333333333";
        world.workforce("acme")
                .addBusinessUnit(unit, "Business")
                .addManagementUnit(unit, mu, "One")
                .addStaffingGroup(unit, sg, "Staff");
        try (Rehearsal rehearsal = rehearsal("delete")
                .mapping(HEAD + "  - zendeskGroup: Support\n    organization: acme\n    target: staffinggroup\n"
                        + "    businessUnitId: " + unit + "\n    staffingGroupId: " + sg + "\n"
                        + "  - zendeskGroup: Billing\n    organization: acme\n    target: managementunit\n"
                        + "    managementUnitId: " + mu + "\n")) {
            rehearsal.once();
            assertThat(world.workforce("acme").staffingGroupMembers(sg)).hasSize(6);
            assertThat(world.workforce("acme").managementUnitMembers(mu)).hasSize(2);
            world.zendesk().removeMembership(FIRST, GROUP).removeMembership(FIRST + 7, OTHER);
            rehearsal.sandbox().genesys().clearReceived();
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").removed()).isZero();
            assertThat(pass.organization("acme").candidates()).isEqualTo(2);
            assertThat(rehearsal.sandbox().genesys().received())
                    .filteredOn(call -> call.path().contains("workforcemanagement"))
                    .extracting(Received::method)
                    .containsOnly("GET");
        }
    }

    @Test
    @DisplayName(
            "after half a listing the schedule's first entry is delivered, a later one with another status is held")
    void firstEntryOfHalfAListing() throws Exception {
        try (Rehearsal rehearsal =
                rehearsal("report").mapping(HEAD + SUPPORT + BILLING.replace("APPROVED", "PENDING"))) {
            for (int i = 0; i < 101; i++) {
                world.zendesk().addMembership(6_900_000_000_000L + i, 6_900_000_000_999L);
            }
            rehearsal
                    .sandbox()
                    .zendesk()
                    .interceptor(call -> call.path().equals("/api/v2/group_memberships")
                                    && call.query().contains("after")
                            ? Fault.gatewayPage(502)
                            : null);
            Pass pass = rehearsal.once();
            assertThat(pass.organization("acme").count(Outcome.CREATED)).isEqualTo(6);
            assertThat(pass.organization("acme").count(Outcome.HELD)).isEqualTo(2);
        }
    }
}
