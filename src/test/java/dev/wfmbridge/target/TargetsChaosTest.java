package dev.wfmbridge.target;

import static dev.wfmbridge.target.Ground.toStaffingGroup;
import static dev.wfmbridge.target.Ground.toUnit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random groups and units, random faults, and people who change both meanwhile. A failure names its seed; {@code -Dseed=N}
 * runs that one alone, {@code -Dseeds=N} so many.
 */
class TargetsChaosTest {

    @TempDir
    static Path folder;

    private static Ground ground;

    @BeforeAll
    static void start() {
        ground = new Ground(folder);
    }

    @AfterAll
    static void stop() {
        ground.close();
    }

    static LongStream seeds() {
        String one = System.getProperty("seed");
        return one != null ? LongStream.of(Long.parseLong(one)) : LongStream.rangeClosed(1, Long.getLong("seeds", 10));
    }

    /** One run: who is where, what people did, and what the bridge must not do. */
    private static final class Play {
        final Random random;
        final int agents;
        final String group;
        final List<String> units = new ArrayList<>();
        final String moveFrom;
        final Set<String> allowed = new HashSet<>();
        /** People in the staffing group whom the bridge did not put there. */
        final Set<String> theirs = new HashSet<>();

        final List<String> violations = new ArrayList<>();
        int changes;

        Play(long seed) {
            random = new Random(seed);
            agents = 1 + random.nextInt(14);
            group = ground.staffingGroup(1);
            for (int i = 1; i <= 3; i++) {
                units.add(ground.unit(i));
            }
            moveFrom = List.of("none", "any", "[" + units.get(1) + "]").get(random.nextInt(3));
            allowed.addAll(
                    moveFrom.equals("any") ? units : moveFrom.equals("none") ? List.of() : List.of(units.get(1)));
        }

        String user(int number) {
            return ground.user("Support", number);
        }

        /** Somebody changes the staffing group. */
        void person() {
            if (random.nextInt(3) == 0 && !theirs.isEmpty()) {
                String out = theirs.iterator().next();
                theirs.remove(out);
                ground.world.workforce("acme").removeStaffingGroupMember(group, out);
            } else {
                String in = "person-" + changes++;
                theirs.add(in);
                ground.world.workforce("acme").addStaffingGroupMember(group, in);
            }
        }

        synchronized Fault on(Received call) {
            if (!call.path().startsWith(Ground.ROOT)) {
                return null;
            }
            if (call.method().equals("POST")) {
                moves(call);
            }
            boolean writes = !call.method().equals("GET");
            if (call.path().contains("staffinggroups") && random.nextInt(4) == 0) {
                person();
            }
            return switch (random.nextInt(writes ? 9 : 14)) {
                case 0 -> Fault.loseAnswer();
                case 1 -> Fault.loseRequest();
                case 2 -> Fault.carryOutThenGatewayPage(504);
                case 3 -> Fault.gatewayPage(503);
                case 4 -> Fault.answer(429, Map.of("Retry-After", "1"), "{}");
                default -> null;
            };
        }

        /** At the moment of the call: nobody named in it is in a unit that they must not be taken from. */
        void moves(Received call) {
            for (int i = 0; i < agents; i++) {
                if (call.body().contains("\"" + user(i) + "\"")) {
                    String agent = user(i);
                    ground.world
                            .workforce("acme")
                            .managementUnitOf(agent)
                            .filter(unit -> !unit.equals(units.get(0)) && !allowed.contains(unit))
                            .ifPresent(unit -> violations.add(agent + " is in " + unit));
                }
            }
        }

        void check(long seed) {
            assertThat(ground.world.workforce("acme").staffingGroupMembers(group))
                    .as("seed %d: nobody is lost from the group", seed)
                    .containsAll(theirs);
            assertThat(violations)
                    .as("seed %d: nobody is moved against moveFrom %s", seed, moveFrom)
                    .isEmpty();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName(
            "whatever fails and whoever edits: nobody is lost from a staffing group, nobody moved against moveFrom")
    void anything(long seed) throws Exception {
        ground.fresh();
        Play play = new Play(seed);
        ground.group("Support", play.agents);
        ground.mapping(toStaffingGroup("Support", play.group), toUnit("Support", play.units.get(0), play.moveFrom));
        IntStream.range(0, play.random.nextInt(6)).forEach(i -> play.person());
        for (int i = 0; i < play.agents; i++) {
            int where = play.random.nextInt(5);
            if (where < 3) {
                ground.world.workforce("acme").putInManagementUnit(play.units.get(where), play.user(i));
            }
            if (play.random.nextInt(4) == 0) {
                ground.world.workforce("acme").addStaffingGroupMember(play.group, play.user(i));
            }
        }
        for (int pass = 0; pass < 2; pass++) {
            ground.rehearsal.sandbox().genesys().interceptor(play::on);
            ground.once();
            play.check(seed);
            // A person moves somebody between two passes.
            ground.world
                    .workforce("acme")
                    .putInManagementUnit(
                            play.units.get(play.random.nextInt(3)), play.user(play.random.nextInt(play.agents)));
        }
        ground.rehearsal.sandbox().genesys().interceptor(call -> {
            if (call.method().equals("POST")) {
                play.moves(call);
            }
            return null;
        });
        // The keys of what was just created have expired.
        ground.rehearsal.restart();
        OrganizationPass acme = ground.once();
        play.check(seed);
        assertThat(acme.getMessages())
                .as("seed %d: when nothing fails any more, each agent is where they belong", seed)
                .allMatch(message -> List.of("created", "present").contains(message.getOutcome())
                        || "in-another-unit".equals(message.reason()));
        for (int i = 0; i < play.agents; i++) {
            assertThat(ground.world.workforce("acme").staffingGroupMembers(play.group))
                    .as("seed %d", seed)
                    .contains(play.user(i));
            String unit = ground.world
                    .workforce("acme")
                    .managementUnitOf(play.user(i))
                    .orElse("none");
            assertThat(unit.equals(play.units.get(0)) || !play.allowed.contains(unit) && play.units.contains(unit))
                    .as("seed %d: agent %d is in %s", seed, i, unit)
                    .isTrue();
        }
        ground.assertFollowsTheVendorsFile();
    }
}
