package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.config.KafkaAccess;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.FiledLetter;
import dev.wfmbridge.data.SuspendedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/** What a command does alongside the processes that share the organisations: it shows, orders, and moves what is known. */
public final class Shell {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LOOK = Duration.ofMillis(300);
    private static final Duration LOOK_FOR_MEMBERS = Duration.ofSeconds(2);

    /** So long there may be no process, as while the only one starts again. */
    private static final Duration NOBODY = Duration.ofSeconds(20);

    /** A reader takes an order within this time, if there is one that is not in the middle of a pass. */
    private static final Duration WITHIN = Duration.ofMinutes(20);

    private final Connection connection;
    private final Topics topics;
    private final String group;
    private final int keepRuns;

    /** @throws UnreachableException if the brokers do not answer */
    public Shell(KafkaAccess access) throws UnreachableException {
        connection = Connection.of(access.brokers(), access.options());
        topics = new Topics(access.prefix());
        group = access.group();
        keepRuns = access.keepRuns();
        connection.await();
    }

    /** Shows in a folder what is known: ledgers, letters, the reports that are kept, and the outcomes of the last pass. */
    public void show(DataFolder folder) throws IOException {
        try (SegmentsTopic segments = new SegmentsTopic(connection, topics, folder);
                ClockTopic clock = new ClockTopic(connection, topics, keepRuns, record -> {})) {
            segments.catchUpAll();
            segments.catchUpSuspensions();
            SuspendedFile.write(folder, segments.suspended());
            ShownReports reports = new ShownReports(folder, keepRuns);
            ShownOutcomes outcomes = new ShownOutcomes(folder);
            clock.catchUp(record -> {
                reports.show(record);
                outcomes.hear(record);
            });
            try (TopicView results = new TopicView(connection.consumer(), topics.results())) {
                outcomes.fetch(results);
            }
        }
    }

    /**
     * Orders a pass from whichever process is the reader, and waits for its report. An order that nobody took is withdrawn.
     *
     * @param what {@code kind}: {@code pass} with {@code approvals}, or {@code replay} with {@code filter}
     * @param stops says that the caller no longer waits
     * @param waiting is told every now and then, in words, who is expected to take the order, or has taken it
     * @return the report; null if the caller no longer waits
     * @throws UnreachableException if there is no process, or none takes it, or the one that took it gives it up
     */
    public JsonNode order(ObjectNode what, BooleanSupplier stops, Consumer<String> waiting) throws IOException {
        try (ClockTopic clock = new ClockTopic(connection, topics);
                Admin admin = connection.admin()) {
            clock.skipToEnd();
            String id = UUID.randomUUID().toString();
            clock.say(what.put("type", ClockTopic.ORDER)
                    .put("id", id)
                    .put("at", Instant.now().toString()));
            AtomicReference<String> taker = new AtomicReference<>();
            AtomicReference<JsonNode> report = new AtomicReference<>();
            try {
                await(clock, admin, id, taker, report, stops, waiting);
            } finally {
                if (taker.get() == null) {
                    clock.say(JSON.createObjectNode()
                            .put("type", ClockTopic.WITHDRAWN)
                            .put("id", id)
                            .put("at", Instant.now().toString()));
                }
            }
            return report.get();
        }
    }

    private void await(
            ClockTopic clock,
            Admin admin,
            String id,
            AtomicReference<String> taker,
            AtomicReference<JsonNode> report,
            BooleanSupplier stops,
            Consumer<String> waiting)
            throws IOException {
        Instant until = Instant.now().plus(WITHIN);
        Instant nobodyUntil = Instant.now().plus(NOBODY);
        Instant nextLook = Instant.now();
        while (report.get() == null && !stops.getAsBoolean()) {
            AtomicReference<String> givenUpBy = new AtomicReference<>();
            clock.catchUp(record -> {
                if (record.path("id").asText().equals(id)) {
                    String by = record.path("reader").asText();
                    switch (record.path("type").asText()) {
                        case ClockTopic.TAKEN -> taker.set(by);
                        case ClockTopic.GIVEN_UP -> givenUpBy.set(by);
                        default -> {
                            // The order itself.
                        }
                    }
                }
                record.path("orders").forEach(order -> {
                    if (order.asText().equals(id)) {
                        report.set(record.path("report"));
                    }
                });
            });
            if (report.get() == null && givenUpBy.get() != null) {
                throw new UnreachableException(
                        "Process " + givenUpBy.get() + " could not carry out the order: its log says why.", null);
            }
            if (report.get() == null && Instant.now().isAfter(nextLook)) {
                Members members = members(admin);
                nextLook = Instant.now().plus(LOOK_FOR_MEMBERS);
                if (members == null || !members.processes().isEmpty()) {
                    nobodyUntil = Instant.now().plus(NOBODY);
                } else if (Instant.now().isAfter(nobodyUntil)) {
                    throw new UnreachableException(
                            "No process shares this work now: wfm-bridge run must run somewhere with these brokers and kafka.group "
                                    + group + ".",
                            null);
                }
                waiting.accept(waitsFor(taker.get(), members));
            }
            if (taker.get() == null && Instant.now().isAfter(until)) {
                throw new UnreachableException(
                        "No process took the order in " + WITHIN.toMinutes()
                                + " minutes: see the log of the one that reads Zendesk (wfm-bridge check names it).",
                        null);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static String waitsFor(String taker, Members members) {
        if (taker != null) {
            return "pass of " + taker;
        }
        if (members == null) {
            return "a process that reads Zendesk";
        }
        if (members.processes().isEmpty()) {
            return "no process yet";
        }
        return members.reader() == null ? "one of " + members.processes().size() + " processes" : members.reader();
    }

    /** Null if this user may not ask for them. */
    private Members members(Admin admin) {
        try {
            return Members.of(admin, group);
        } catch (UnreachableException silent) {
            return null;
        }
    }

    /**
     * The processes that share the work, in words.
     *
     * @throws UnreachableException if the brokers do not say
     */
    public List<String> processes() throws UnreachableException {
        try (Admin admin = connection.admin()) {
            Members members = Members.of(admin, group);
            List<String> processes = new ArrayList<>();
            members.shares()
                    .forEach((name, share) -> processes.add(name + ": " + share + " of " + Topics.PARTITIONS
                            + " partitions" + (name.equals(members.reader()) ? ", reads Zendesk" : "")));
            return processes;
        }
    }

    /** What is known must not change while it is moved. */
    private void requireNobody() throws UnreachableException {
        try (Admin admin = connection.admin()) {
            Set<String> running = Members.of(admin, group).processes();
            if (!running.isEmpty()) {
                throw new UnreachableException(
                        "These processes share the work now: " + String.join(", ", new TreeSet<>(running))
                                + ". Stop them all first; one that died or comes back (kafka.comes-back) counts until the session time-out.",
                        null);
            }
        }
    }

    /** Creates missing topics; returns their names. */
    public List<String> createTopics(int replicas) throws UnreachableException {
        try (var admin = connection.admin()) {
            return new TopicPlan(topics, admin).create(replicas);
        }
    }

    /** What was found about each topic. */
    public List<TopicPlan.Finding> checkTopics() throws UnreachableException {
        try (var admin = connection.admin()) {
            return new TopicPlan(topics, admin).check();
        }
    }

    /**
     * Copies what a data folder knows into the topics.
     *
     * @param empty a folder for what the topics already know
     * @param overwrite whether that may be replaced
     * @return how many ledger lines, letters and reports
     * @throws UnreachableException if processes run, or something is known there and must not be replaced
     */
    public int[] take(DataFolder folder, DataFolder empty, boolean overwrite) throws IOException {
        requireNobody();
        int[] counts = new int[3];
        try (SegmentsTopic segments = new SegmentsTopic(connection, topics, empty);
                ClockTopic clock = new ClockTopic(connection, topics)) {
            segments.catchUpAll();
            if (!overwrite && !isEmpty(empty)) {
                throw new UnreachableException(
                        "Kafka knows of segments already: --overwrite replaces what this folder knows otherwise.",
                        null);
            }
            for (Path file : folder.files(Path.of("ledger"))) {
                String name = file.getFileName().toString();
                if (name.endsWith(".jsonl")) {
                    String organization = name.substring(0, name.length() - ".jsonl".length());
                    folder.readLines(Path.of("ledger", name), line -> {
                        if (!line.isBlank()) {
                            JsonNode json = JSON.readTree(line);
                            segments.ledger(organization, json.path("segmentId").asText(), json);
                            counts[0]++;
                        }
                    });
                }
            }
            for (FiledLetter filed : new DeadLetters(folder, warning -> {}).list()) {
                segments.letter(
                        filed.organization(),
                        filed.letter().segmentId(),
                        filed.letter().toJson());
                counts[1]++;
            }
            segments.flush();
            for (String organization : SuspendedFile.read(folder)) {
                segments.suspend(organization, true, "kafka import");
            }
            for (Path file : folder.files(Path.of("runs"))) {
                String name = file.getFileName().toString();
                if (name.endsWith(".json") && !name.equals("latest.json")) {
                    JsonNode report = folder.readJson(Path.of("runs", name)).orElseThrow();
                    clock.report(report, List.of(), null, null);
                    counts[2]++;
                }
            }
        }
        return counts;
    }

    /**
     * Puts all that is known into a data folder.
     *
     * @throws UnreachableException if processes run, or the folder knows something already
     */
    public void give(DataFolder folder) throws IOException {
        requireNobody();
        if (!isEmpty(folder)) {
            throw new UnreachableException(
                    "The data folder has a ledger or letters already: name an empty one by bridge.data-dir.", null);
        }
        show(folder);
    }

    private static boolean isEmpty(DataFolder folder) throws IOException {
        return folder.files(Path.of("ledger")).stream()
                        .noneMatch(file -> file.toFile().length() > 0)
                && new DeadLetters(folder, warning -> {}).list().isEmpty();
    }

    /** A folder private to the process, which {@link #delete} removes. */
    public static Path temporary() throws IOException {
        return Files.createTempDirectory("wfm-bridge-");
    }

    /** Deletes a folder with all that is in it. */
    public static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
