package dev.wfmbridge.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.PublishedContract;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import dev.wfmbridge.segment.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One bridge and one organisation for many tests. Each test has agents, groups and units of its own, and at its end,
 * what it sent is checked against the vendor's file.
 */
final class Ground implements AutoCloseable {

    static final String ROOT = "/api/v2/workforcemanagement";
    static final String BUSINESS = "11111111-1111-4111-8111-111111111111";
    private static final String HEAD = Sample.acmeMapping(5000);

    final World world = new World()
            .addOrganization("acme", Sample.ACME, "client", "secret-of-acme", 100_000)
            .workforce("acme")
            .addBusinessUnit(BUSINESS, "Business")
            .world();
    final Rehearsal rehearsal;
    private int cases;
    private final List<Long> groups = new ArrayList<>();
    private final List<String> units = new ArrayList<>();

    Ground(Path folder) {
        world.weather().zendeskRequestsPerMinute(100_000);
        rehearsal = Rehearsal.of(world, folder, 100)
                .with("ZENDESK_REQUESTS_PER_MINUTE", "5000")
                .with("GENESYS_HALT_AFTER", "50");
    }

    /** Begins a test: nothing of the previous ones is in the way. */
    void fresh() {
        cases++;
        quiet();
        groups.forEach(world.zendesk()::removeGroup);
        groups.clear();
        units.forEach(unit -> world.workforce("acme").removeManagementUnit(unit));
        units.clear();
    }

    /** What is received from now on belongs to this test. */
    void quiet() {
        rehearsal.sandbox().genesys().interceptor(null);
        rehearsal.sandbox().genesys().clearReceived();
    }

    /** These calls fail one after the other as listed; null: this one does not. */
    void failing(Predicate<Received> which, List<Function<Received, Fault>> faults) {
        AtomicInteger number = new AtomicInteger();
        rehearsal.sandbox().genesys().interceptor(call -> {
            int i = which.test(call) ? number.getAndIncrement() : faults.size();
            return i < faults.size() && faults.get(i) != null ? faults.get(i).apply(call) : null;
        });
    }

    /** A Zendesk group with new agents, who are Genesys users; by a letter of the test's own. */
    String group(String name, int agents) {
        long id = 6_000_000_000L + cases * 1_000L + groups.size();
        world.zendesk().addGroup(id, name);
        groups.add(id);
        for (int i = 0; i < agents; i++) {
            long agent = id * 1_000 + i;
            String email = user(name, i) + "@example.com";
            world.zendesk()
                    .addAgent(ZendeskAgent.of(agent, "Wilhelmina Agnew", email))
                    .world()
                    .addUser("acme", user(name, i), email, "Wilhelmina Agnew", "active");
            join(name, agent);
        }
        return name;
    }

    /** An agent of another group comes into this one too. */
    void join(String name, long agent) {
        world.zendesk().addMembership(agent, groups.get(groups.size() - 1));
    }

    long agent(int group, int number) {
        return groups.get(group) * 1_000 + number;
    }

    long groupId(int group) {
        return groups.get(group);
    }

    String user(String group, int number) {
        return group.toLowerCase() + "-" + cases + "-" + number;
    }

    String staffingGroup(int number) {
        String id = "33333333-3333-4333-8333-%04d%08d".formatted(cases, number);
        world.workforce("acme").addStaffingGroup(BUSINESS, id, "Staff");
        return id;
    }

    String unit(int number) {
        return unit(number, 1_500);
    }

    String unit(int number, int limit) {
        String id = "22222222-2222-4222-8222-%04d%08d".formatted(cases, number);
        world.workforce("acme").addManagementUnit(BUSINESS, id, "Unit", limit);
        units.add(id);
        return id;
    }

    void unitIsGone(String id) {
        world.workforce("acme").removeManagementUnit(id);
        units.remove(id);
    }

    static String toStaffingGroup(String group, String id) {
        return "  - zendeskGroup: " + group
                + "\n    organization: acme\n    target: staffinggroup\n    businessUnitId: " + BUSINESS
                + "\n    staffingGroupId: " + id + "\n";
    }

    static String toUnit(String group, String id, String moveFrom) {
        return "  - zendeskGroup: " + group
                + "\n    organization: acme\n    target: managementunit\n    managementUnitId: " + id + "\n"
                + (moveFrom == null ? "" : "    moveFrom: " + moveFrom + "\n");
    }

    void mapping(String... entries) throws Exception {
        rehearsal.mapping(HEAD + String.join("", entries));
    }

    OrganizationPass once() throws Exception {
        Pass pass = rehearsal.once();
        assertThat(pass.balance()).isZero();
        return pass.organization("acme");
    }

    /** Outcome → count, without those that are 0; skipped and dead-lettered ones by their reason. */
    Map<String, Long> outcomes(OrganizationPass acme) {
        Map<String, Long> counts = new TreeMap<>();
        acme.getMessages()
                .forEach(message -> counts.merge(
                        message.ending() == Outcome.DEAD_LETTERED || message.ending() == Outcome.SKIPPED
                                ? message.reason()
                                : message.getOutcome(),
                        1L,
                        Long::sum));
        return counts;
    }

    /** The workforce calls since {@link #quiet}. */
    List<Received> calls(String method) {
        return rehearsal.sandbox().genesys().received().stream()
                .filter(call -> call.path().startsWith(ROOT))
                .filter(call -> call.method().equals(method))
                .toList();
    }

    List<String> gets() {
        return calls("GET").stream()
                .map(call -> call.path().substring(ROOT.length()))
                .toList();
    }

    static JsonNode json(Received call) throws Exception {
        return new ObjectMapper().readTree(call.body());
    }

    static TreeSet<String> values(JsonNode list) {
        TreeSet<String> values = new TreeSet<>();
        list.forEach(value -> values.add(value.asText()));
        return values;
    }

    static Fault answer(int status, String json) {
        return Fault.answer(status, Map.of("Content-Type", "application/json"), json);
    }

    void assertFollowsTheVendorsFile() {
        assertThat(rehearsal.sandbox().genesys().received())
                .filteredOn(call -> call.path().startsWith(ROOT))
                .flatExtracting(PublishedContract::violations)
                .isEmpty();
    }

    @Override
    public void close() {
        rehearsal.close();
    }
}
