package dev.wfmbridge.writeback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.halt.HaltedException;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Pace;
import dev.wfmbridge.http.Pages;
import dev.wfmbridge.http.Paging;
import dev.wfmbridge.http.RoutesAway;
import dev.wfmbridge.http.UnexpectedAnswerException;
import dev.wfmbridge.http.Waits;
import dev.wfmbridge.ledger.Ledger;
import dev.wfmbridge.ledger.LedgerLine;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.GroupRef;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.mapping.Organization;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.segment.Membership;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.writeback.StatusWriteBack.Job;
import dev.wfmbridge.zendesk.Agent;
import dev.wfmbridge.zendesk.Source;
import dev.wfmbridge.zendesk.UserFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written into the field, from the facts alone: nothing is started or sent. */
class StatusWriteBackTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Place S1 = new Place("userschedulesegments", "s1", null);
    private static final Place S2 = new Place("userschedulesegments", "s2", null);
    private static final long ANN = 1;
    private static final long BOB = 2;

    @TempDir
    Path folder;

    private final UserFields fields = new UserFields();
    private final StatusWriteBack writeBack = new StatusWriteBack("wfm_status", new Waits(1), new Paging(10), fields);
    private Entry entry;
    private Pass pass;
    private Source source;
    private OrganizationPass acme;
    private Ledger ledger;

    @BeforeEach
    void pass() throws Exception {
        pass(Trigger.ONCE);
    }

    private void pass(Trigger trigger) throws Exception {
        entry = new Entry(
                0,
                "mapping.yaml",
                1,
                new GroupRef(100L, null),
                "acme",
                S1.target(),
                List.of(S1, S2),
                "APPROVED",
                Map.of(),
                Set.of(),
                Set.of(),
                false,
                null);
        Mapping mapping = new Mapping(folder, "", Map.of(), null, Map.of(), List.of(entry), List.of());
        pass = new Pass("run-1", new PassOrder(trigger, null, false), mapping, new Stopping());
        source = new Source(client("zendesk"), pass, 10, "zendesk");
        source.readWhole();
        pass.readsFrom(source);
        acme = organization("acme");
        ledger = Ledger.read(DataFolder.open(folder.resolve("data")), "acme");
        acme.keeps(() -> ledger);
    }

    private OrganizationPass organization(String name) {
        OrganizationPass organization = new OrganizationPass(
                new Organization(name, null, null, null, null, null, null, List.of()),
                List.of(S1, S2),
                client(name),
                pass,
                10);
        pass.add(organization);
        organization.snapshot().replace("s1", List.of());
        organization.snapshot().replace("s2", List.of());
        return organization;
    }

    private static ApiClient client(String name) {
        return new ApiClient(name, null, null, Pace.of(300, Duration.ofMinutes(1)), new Waits(1), new RoutesAway());
    }

    private void agent(long id, String field) {
        source.add(new Agent(id, true, false, "agent" + id + "@example.com", Set.of(), null, field));
    }

    private SegmentMessage message(long agent, Place place, String user) {
        SegmentMessage message = new SegmentMessage(entry, place, new Membership(agent, agent, 100, 0));
        if (user != null) {
            message.found(user, "id-" + user + "-" + place.id());
        }
        return message;
    }

    /** A segment whose status this pass saw. */
    private SegmentMessage seen(long agent, Place place, String status) {
        SegmentMessage message = message(agent, place, "user-" + agent);
        message.ends(Outcome.PRESENT, null).observed(status);
        acme.collect(message);
        return message;
    }

    private Map<Long, String> changes() {
        Map<Long, String> all = new TreeMap<>();
        writeBack.batches(pass, true).forEach(all::putAll);
        return all;
    }

    // --- whether

    @Test
    @DisplayName("nothing is written without a field, from a part of the memberships, or after Zendesk was halted")
    void on() {
        assertThat(writeBack.isOn(pass)).isTrue();
        for (String none : new String[] {null, ""}) {
            assertThat(new StatusWriteBack(none, new Waits(1), new Paging(10), fields).isOn(pass))
                    .isFalse();
        }
        Pass partial = new Pass("run-1", PassOrder.forAgents(List.of(ANN), null), pass.mapping(), new Stopping());
        partial.readsFrom(source);
        assertThat(writeBack.isOn(partial)).isFalse();
        source.halt(HaltReason.UNAVAILABLE, null);
        assertThat(writeBack.isOn(pass)).isFalse();
    }

    @Test
    @DisplayName("the field is searched for page by page, and not beyond its own")
    void fieldPages() throws Exception {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        Pages pages = writeBack.fields();
        assertThat(pages.getCall().getPath()).isEqualTo("/api/v2/user_fields");
        assertThat(pages.getCall().getQuery()).isEqualTo("page%5Bsize%5D=100");
        exchange.setProperty(CallProperties.PAGES, pages);
        exchange.setProperty(CallProperties.READING, false);
        for (String key : List.of("another", "wfm_status")) {
            exchange.getMessage()
                    .setBody(JSON.readTree("{\"user_fields\":[{\"id\":7,\"key\":\"" + key
                            + "\"}],\"meta\":{\"has_more\":true,\"after_cursor\":\"x" + key + "\"}}"));
            writeBack.takeFieldsPage(exchange);
            assertThat(pages.isMore()).isEqualTo(key.equals("another"));
            assertThat(fields.keyOf("7")).isEqualTo(key);
        }
        assertThat(exchange.getProperty(CallProperties.READING, Boolean.class)).isTrue();
    }

    @Test
    @DisplayName("a field that does not exist is one warning, and nothing is written")
    void noField() {
        agent(ANN, "");
        seen(ANN, S1, "APPROVED");
        assertThat(writeBack.batches(pass, false)).isEmpty();
        assertThat(pass.warnings()).singleElement().asString().contains("\"wfm_status\"");
        assertThat(pass.writtenBack()).isEmpty();
    }

    @Test
    @DisplayName("a plan says what would be written, and writes nothing")
    void plan() throws Exception {
        pass(Trigger.PLAN);
        agent(ANN, "");
        seen(ANN, S1, "APPROVED");
        assertThat(writeBack.batches(pass, true)).isEmpty();
        assertThat(pass.writtenBack()).isEqualTo(Map.of(ANN, "approved"));
    }

    @ParameterizedTest
    @CsvSource({"100, 1, 100", "101, 2, 1", "200, 2, 100", "201, 3, 1"})
    @DisplayName("100 agents a call, and each of them once")
    void batches(int agents, int calls, int last) {
        for (long agent = 1; agent <= agents; agent++) {
            agent(agent, "");
            seen(agent, S1, "APPROVED");
        }
        List<Map<Long, String>> batches = writeBack.batches(pass, true);
        assertThat(batches).hasSize(calls);
        assertThat(batches.get(calls - 1)).hasSize(last);
        assertThat(batches.stream().flatMap(batch -> batch.keySet().stream()))
                .doesNotHaveDuplicates()
                .hasSize(agents);
    }

    // --- which status

    @Test
    @DisplayName("only what differs is written")
    void differs() {
        agent(ANN, "approved");
        agent(BOB, "pending");
        seen(ANN, S1, "APPROVED");
        seen(BOB, S1, "APPROVED");
        assertThat(changes()).isEqualTo(Map.of(BOB, "approved"));
    }

    @ParameterizedTest
    @CsvSource({
        "REJECTED, APPROVED, rejected",
        "REJECTED, CANCELLED, rejected",
        "CANCELLED, PENDING, cancelled",
        "PENDING, APPROVED, pending",
        "APPROVED, APPROVED, approved",
        "APPROVED, SOMETHING_NEW, approved",
        "REJECTED, SOMETHING_NEW, rejected"
    })
    @DisplayName(
            "of two schedules the one that needs attention is shown, in either order; an unknown status comes last")
    void precedence(String one, String other, String shown) throws Exception {
        for (List<String> order : List.of(List.of(one, other), List.of(other, one))) {
            pass();
            agent(ANN, "");
            seen(ANN, S1, order.get(0));
            seen(ANN, S2, order.get(1));
            assertThat(changes()).as("%s", order).isEqualTo(Map.of(ANN, shown));
        }
    }

    @Test
    @DisplayName("what this pass created has the status that was posted, until Genesys shows another")
    void created() {
        agent(ANN, "");
        agent(BOB, "");
        SegmentMessage created = message(ANN, S1, "user-1");
        created.wants("PENDING");
        acme.collect(created.ends(Outcome.CREATED, null));
        SegmentMessage shown = message(BOB, S1, "user-2");
        shown.wants("PENDING");
        shown.observed("APPROVED");
        acme.collect(shown.ends(Outcome.CREATED, null));
        assertThat(changes()).isEqualTo(Map.of(ANN, "pending", BOB, "approved"));
        assertThat(StatusWriteBack.seen(acme, created)).isEqualTo("pending");
    }

    @Test
    @DisplayName("otherwise the schedule's row of that user counts, not a row with the same id elsewhere")
    void ofTheSnapshot() {
        agent(ANN, "");
        agent(BOB, "old");
        SegmentMessage merged = message(ANN, S1, "user-1");
        merged.wants("PENDING");
        acme.collect(merged.ends(Outcome.MERGED, null));
        acme.snapshot().add(new SegmentRow(merged.id(), "somebody", "s1", "REJECTED", 1, null));
        acme.snapshot().add(new SegmentRow(merged.id(), "user-1", "s2", "REJECTED", 1, null));
        acme.snapshot().add(new SegmentRow("by-hand", "user-1", "s1", "APPROVED", 1, null));
        acme.snapshot().add(new SegmentRow("by-hand-too", "user-1", "s1", "PENDING", 1, null));
        SegmentMessage nothing = message(BOB, S1, "user-2");
        nothing.wants("PENDING");
        acme.collect(nothing.ends(Outcome.DEAD_LETTERED, "phantom-conflict"));
        assertThat(changes()).isEqualTo(Map.of(ANN, "pending"));
        assertThat(StatusWriteBack.seen(acme, nothing)).isNull();
    }

    private enum Doubt {
        ORGANIZATION_HALTED,
        SCHEDULE_HALTED,
        NOT_READ,
        HELD
    }

    @ParameterizedTest
    @EnumSource(Doubt.class)
    @DisplayName(
            "an agent with a schedule that was not read is not written, whatever their others say; other agents are")
    void unclear(Doubt doubt) {
        agent(ANN, "");
        agent(BOB, "");
        OrganizationPass other = organization("globex");
        SegmentMessage far = message(ANN, S2, "user-9");
        far.ends(Outcome.PRESENT, null).observed("REJECTED");
        switch (doubt) {
            case ORGANIZATION_HALTED -> other.halt(HaltReason.UNAVAILABLE, null);
            case SCHEDULE_HALTED -> other.haltPlace("s2", HaltReason.SNAPSHOT_INCOMPLETE, null);
            case NOT_READ -> far = message(ANN, new Place("userschedulesegments", "unread", null), "user-9");
            case HELD -> far.ends(Outcome.HELD, "unavailable");
        }
        other.collect(far);
        seen(ANN, S1, "APPROVED");
        seen(BOB, S1, "APPROVED");
        assertThat(changes()).isEqualTo(Map.of(BOB, "approved"));
    }

    @Test
    @DisplayName("an agent who is skipped everywhere, or unknown in Zendesk, is not written")
    void skipped() {
        agent(ANN, "approved");
        acme.collect(message(ANN, S1, null).ends(Outcome.SKIPPED, "user-not-found"));
        seen(BOB, S1, "APPROVED");
        assertThat(changes()).isEmpty();
    }

    // --- agents who left

    private void wrote(long agent) {
        SegmentMessage message = message(agent, S1, "user-" + agent);
        ledger.learn(message.ends(Outcome.CREATED, null));
        ledger.noteWritten(agent, "approved");
    }

    private String written(long agent) {
        return ledger.lines().stream()
                .filter(line -> line.zendeskUserId() == agent)
                .map(LedgerLine::statusWritten)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    @Test
    @DisplayName("the field of whoever left is emptied, if it was written here and holds anything")
    void emptied() {
        wrote(ANN);
        agent(ANN, "approved");
        wrote(BOB);
        agent(BOB, "");
        long cat = 3;
        ledger.learn(message(cat, S1, "user-3").ends(Outcome.CREATED, null));
        agent(cat, "written by hand");
        long dan = 4;
        wrote(dan);
        assertThat(changes()).isEqualTo(Map.of(ANN, "", dan, ""));
        // The field is empty already: nothing is left to be emptied.
        assertThat(written(BOB)).isNull();
        assertThat(written(ANN)).isEqualTo("approved");
    }

    private enum Kept {
        INCOMPLETE,
        GROUP_MISSING,
        SKIPPED,
        NO_LEDGER
    }

    @ParameterizedTest
    @EnumSource(Kept.class)
    @DisplayName("nobody's field is emptied as long as they could be somewhere")
    void notEmptied(Kept why) {
        wrote(ANN);
        agent(ANN, "approved");
        switch (why) {
            case INCOMPLETE -> source.incomplete("half");
            case GROUP_MISSING -> pass.lacksGroupOf(entry);
            case SKIPPED -> acme.collect(message(ANN, S1, null).ends(Outcome.SKIPPED, "agent-suspended"));
            case NO_LEDGER -> acme.keeps(() -> null);
        }
        assertThat(changes()).isEmpty();
        assertThat(written(ANN)).isEqualTo("approved");
    }

    // --- the call and its job

    @Test
    @DisplayName("one call writes the one field of each agent of a batch, and empties it with null")
    void updateCall() throws Exception {
        Call call = writeBack.updateCall(new TreeMap<>(Map.of(ANN, "approved", BOB, "")));
        assertThat(call.kind()).isEqualTo(Call.Kind.CHANGE);
        assertThat(call.getMethod()).isEqualTo("PUT");
        assertThat(call.getPath()).isEqualTo("/api/v2/users/update_many.json");
        assertThat(JSON.readTree(call.getBody()))
                .isEqualTo(
                        JSON.readTree(
                                """
                                {"users": [
                                  {"id": 1, "user_fields": {"wfm_status": "approved"}},
                                  {"id": 2, "user_fields": {"wfm_status": null}}]}
                                """));
    }

    private Job job(Map<Long, String> batch, Job before, String answer) throws Exception {
        return writeBack.takeJob(pass, batch, before, JSON.readTree("{\"job_status\":" + answer + "}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"queued", "working"})
    @DisplayName("a job under way is looked at again after a second, and at most 300 times")
    void underWay(String status) throws Exception {
        long before = System.nanoTime();
        Job job = job(Map.of(ANN, "approved"), null, "{\"id\":\"j1\",\"status\":\"" + status + "\"}");
        assertThat(job.isOpen()).isTrue();
        assertThat(job.looks()).isEqualTo(1);
        assertThat(job.due() - before).isGreaterThanOrEqualTo(1_000_000_000L);
        assertThat(writeBack.isJobTooEarly(pass, new Job("j1", before + 3_600_000_000_000L, 1, false)))
                .isTrue();
        long wait = writeBack.untilJobDue(job);
        assertThat(wait).isBetween(1L, 1001L);
        assertThat(wait * 1_000_000).as("not too early").isGreaterThanOrEqualTo(job.due() - System.nanoTime());
        Job due = new Job("j1", before - 1, 1, false);
        assertThat(writeBack.isJobTooEarly(pass, due)).isFalse();
        assertThat(writeBack.untilJobDue(due)).isEqualTo(1);
        assertThat(writeBack.jobCall(job).getPath()).isEqualTo("/api/v2/job_statuses/j1");
        assertThat(new Job("j1", 0, 299, false).isOpen()).isTrue();
        Job last = job(Map.of(), new Job("j1", 0, 299, false), "{\"id\":\"j1\",\"status\":\"" + status + "\"}");
        assertThat(last.looks()).isEqualTo(300);
        assertThat(last.isOpen()).isFalse();
        source.halt(HaltReason.STOPPING, null);
        assertThatThrownBy(() -> writeBack.isJobTooEarly(pass, job)).isInstanceOf(HaltedException.class);
    }

    @Test
    @DisplayName("an answer that names no job is none")
    void noJob() {
        assertThatThrownBy(() -> job(Map.of(), null, "{\"status\":\"queued\"}"))
                .isInstanceOf(UnexpectedAnswerException.class);
    }

    @ParameterizedTest
    @CsvSource({"completed, 0", "failed, 2", "killed, 2"})
    @DisplayName("when a job ends, the ledger knows what was written; if it failed, nothing was")
    void ended(String status, int failed) throws Exception {
        wrote(ANN);
        ledger.learn(message(BOB, S1, "user-2").ends(Outcome.CREATED, null));
        Job job = job(
                new TreeMap<>(Map.of(ANN, "", BOB, "pending")),
                null,
                "{\"id\":\"j1\",\"status\":\"" + status + "\",\"results\":[]}");
        assertThat(job.over()).isTrue();
        assertThat(job.isOpen()).isFalse();
        assertThat(pass.writeBackFailures()).isEqualTo(failed);
        assertThat(written(ANN)).isEqualTo(failed == 0 ? null : "approved");
        assertThat(written(BOB)).isEqualTo(failed == 0 ? "pending" : null);
        assertThat(pass.wrote(ANN)).isEqualTo(failed == 0);
        assertThat(pass.failedToWrite(BOB)).isEqualTo(failed > 0);
        assertThat(pass.warnings()).hasSize(failed == 0 ? 0 : 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'id':1,'success':false}                        | 1",
                "{'index':0,'success':false}                     | 1",
                "{'index':1,'status':'Failed'}                   | 2",
                "{'id':2,'errors':'x'}                           | 2",
                "{'id':2,'error':'x'}                            | 2",
                "{'id':1,'error':'x','success':true}             | 0",
                "{'id':1,'success':true,'status':'Updated'}      | 0",
                "{'id':1}                                        | 0",
                "{'id':1,'error':'UserNotFound','success':false} | 1",
                "{'id':2,'error':'UserNotFound','success':false} | 0",
                "{'id':2,'error':'RecordNotFound'}               | 0"
            })
    @DisplayName("a failed row is recognised by its id or its position; a deleted user has no field to empty")
    void rows(String row, long failed) throws Exception {
        job(
                new TreeMap<>(Map.of(ANN, "approved", BOB, "")),
                null,
                "{\"id\":\"j1\",\"status\":\"completed\",\"results\":[" + row.replace('\'', '"') + "]}");
        assertThat(pass.failedToWrite(ANN)).isEqualTo(failed == ANN);
        assertThat(pass.failedToWrite(BOB)).isEqualTo(failed == BOB);
        assertThat(pass.writeBackFailures()).isEqualTo(failed == 0 ? 0 : 1);
        assertThat(pass.wrote(ANN)).isEqualTo(failed != ANN);
        assertThat(pass.wrote(BOB)).isEqualTo(failed != BOB);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'id':9,'success':false}", "{'index':2,'success':false}", "{'success':false}"})
    @DisplayName("a failed row that names nobody is still counted")
    void rowOfNobody(String row) throws Exception {
        job(
                new TreeMap<>(Map.of(ANN, "approved", BOB, "")),
                null,
                "{\"id\":\"j1\",\"status\":\"completed\",\"results\":[" + row.replace('\'', '"') + "]}");
        assertThat(pass.writeBackFailures()).isEqualTo(1);
        assertThat(pass.wrote(ANN)).isTrue();
        assertThat(pass.wrote(BOB)).isTrue();
    }

    @Test
    @DisplayName("a failed call, or fields that could not be read, are a warning; nobody counts as written")
    void failed() {
        writeBack.failed(pass, Map.of(ANN, "approved"), new IOException("reset"));
        writeBack.fieldsUnread(pass, new IOException("reset"));
        assertThat(pass.failedToWrite(ANN)).isTrue();
        assertThat(pass.wrote(ANN)).isFalse();
        assertThat(pass.writeBackFailures()).isEqualTo(1);
        assertThat(pass.warnings()).hasSize(2);
        assertThat(pass.warnings().get(0)).startsWith("1 statuses could not be written");
        assertThat(pass.warnings().get(1)).startsWith("Zendesk's user fields could not be read");
    }

    @ParameterizedTest
    @EnumSource(
            value = Trigger.class,
            names = {"ONCE", "PLAN"})
    @DisplayName("what was written is kept in the ledger, except by a plan")
    void keep(Trigger trigger) throws Exception {
        pass(trigger);
        ledger.learn(message(ANN, S1, "user-1").ends(Outcome.CREATED, null));
        organization("globex");
        writeBack.keep(pass);
        List<LedgerLine> saved = new ArrayList<>(
                Ledger.read(DataFolder.toRead(folder.resolve("data")), "acme").lines());
        assertThat(saved).hasSize(trigger == Trigger.PLAN ? 0 : 1);
        assertThat(pass.isDataFolderFailed()).isFalse();
    }

    @Test
    @DisplayName("a ledger that cannot be written is reported, and makes the pass fail")
    void ledgerNotWritten() throws Exception {
        ledger.learn(message(ANN, S1, "user-1").ends(Outcome.CREATED, null));
        Files.createDirectories(folder.resolve("data/ledger/acme.jsonl/in-the-way"));
        writeBack.keep(pass);
        assertThat(pass.isDataFolderFailed()).isTrue();
    }
}
