package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.config.KafkaAccess;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.FiledLetter;
import dev.wfmbridge.part.Chunks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;

/** What a command does alongside the processes that share the organisations: it shows, orders, and moves what is known. */
public final class Shell {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LOOK = Duration.ofMillis(300);
    /** A reader takes an order within this time, if there is one that is not in the middle of a pass. */
    private static final Duration WITHIN = Duration.ofMinutes(20);

    private final Connection connection;
    private final Topics topics;

    /** @throws UnreachableException if the brokers do not answer */
    public Shell(KafkaAccess access) throws UnreachableException {
        connection = Connection.of(access.brokers(), access.options());
        topics = new Topics(access.prefix());
        connection.await();
    }

    /** Shows all that is known in a folder: ledgers, letters, reports, and the outcomes of the last pass. */
    public void show(DataFolder folder) throws IOException {
        try (SegmentsTopic segments = new SegmentsTopic(connection, topics, folder);
                ClockTopic clock = new ClockTopic(connection, topics)) {
            segments.catchUpAll();
            ShownReports reports = new ShownReports(folder);
            AtomicReference<JsonNode> last = new AtomicReference<>();
            clock.catchUp(record -> {
                reports.show(record);
                if (record.path("outcomes").path("offsets").size() > 0) {
                    last.set(record);
                }
            });
            if (last.get() != null) {
                outcomes(folder, last.get());
            }
        }
    }

    /** Writes the outcomes of a pass into a folder, if the results still have them. */
    void outcomes(DataFolder folder, JsonNode record) throws IOException {
        List<byte[]> chunks = new ArrayList<>();
        try (TopicView results = new TopicView(connection.consumer(), topics.results())) {
            for (JsonNode offset : record.path("outcomes").path("offsets")) {
                byte[] chunk = results.at(0, offset.asLong());
                if (chunk == null) {
                    return;
                }
                chunks.add(chunk);
            }
        }
        try (GZIPInputStream lines = new GZIPInputStream(new ByteArrayInputStream(Chunks.whole(chunks)))) {
            folder.writeWhole(
                    Path.of("runs", record.path("runId").asText() + ".outcomes.jsonl"), lines.readNBytes(1 << 30));
        }
    }

    /**
     * Orders a pass from whichever process is the reader, and waits for its report.
     *
     * @param what {@code kind}: {@code pass} with {@code approvals}, or {@code replay} with {@code filter}
     * @param stops says that the caller no longer waits
     * @return the report; null if no process took the order, or the caller no longer waits
     */
    public JsonNode order(ObjectNode what, java.util.function.BooleanSupplier stops) throws IOException {
        try (ClockTopic clock = new ClockTopic(connection, topics)) {
            clock.skipToEnd();
            String id = UUID.randomUUID().toString();
            clock.say(what.put("type", ClockTopic.ORDER)
                    .put("id", id)
                    .put("at", Instant.now().toString()));
            AtomicBoolean taken = new AtomicBoolean();
            AtomicReference<JsonNode> report = new AtomicReference<>();
            Instant until = Instant.now().plus(WITHIN);
            while (report.get() == null && !stops.getAsBoolean()) {
                clock.catchUp(record -> {
                    if (record.path("id").asText().equals(id)
                            && record.path("type").asText().equals(ClockTopic.TAKEN)) {
                        taken.set(true);
                    }
                    record.path("orders").forEach(order -> {
                        if (order.asText().equals(id)) {
                            report.set(record.path("report"));
                        }
                    });
                });
                if (!taken.get() && Instant.now().isAfter(until)) {
                    return null;
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
            return report.get();
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
     * @throws UnreachableException if something is known there, and must not be replaced
     */
    public int[] take(DataFolder folder, DataFolder empty, boolean overwrite) throws IOException {
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
            for (Path file : folder.files(Path.of("runs"))) {
                String name = file.getFileName().toString();
                if (name.endsWith(".json") && !name.equals("latest.json")) {
                    JsonNode report = folder.readJson(Path.of("runs", name)).orElseThrow();
                    clock.report(report, List.of(), null);
                    counts[2]++;
                }
            }
        }
        return counts;
    }

    /**
     * Puts all that is known into a data folder.
     *
     * @throws UnreachableException if the folder knows something already
     */
    public void give(DataFolder folder) throws IOException {
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
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
