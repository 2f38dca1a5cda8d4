package dev.wfmbridge.kafka;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.KafkaAccess;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.FiledLetter;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.mapping.MappingFile;
import dev.wfmbridge.sandbox.Sandbox;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionFactory;

/**
 * Bridges of one JVM that share the organisations as processes do, each with a data folder of its own, and with doors between it and all
 * that it talks to. Whose doors are shut is dead to the rest of the world, between two bytes, and without a goodbye: as near to
 * {@code kill -9} as one JVM can have it.
 */
public final class Company implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofMillis(50);
    /** As offset: the end of a partition. */
    private static final long ALL = -1;

    /** What companies have in common: a broker, doors to it, topics that one after the other uses. */
    public static final class Place implements AutoCloseable {

        private final Broker broker;
        private final Vertx vertx =
                Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        private final BlockingQueue<Door> doors = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> prefixes = new LinkedBlockingQueue<>();
        private final AtomicInteger number = new AtomicInteger();
        private final ExecutorService undertaker = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "undertaker");
            thread.setDaemon(true);
            return thread;
        });

        /**
         * @param companies at a time
         * @param bridges at a time, with dead ones that are not yet buried
         */
        public Place(Path folder, int companies, int bridges) throws Exception {
            broker = Broker.withDoors(folder, bridges);
            for (int i = 0; i < bridges; i++) {
                doors.add(broker.door(i));
            }
            for (int i = 0; i < companies; i++) {
                String prefix = "place" + i;
                new Shell(new KafkaAccess(broker.address(), prefix, Map.of())).createTopics(1);
                prefixes.add(prefix);
            }
        }

        @Override
        public void close() throws Exception {
            undertaker.shutdown();
            undertaker.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS);
            // Each would hold all of its process, and a thousand schedules need the memory of a few.
            look("consumers of the dead that are not closed").until(() -> Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .noneMatch(name -> name.startsWith("kafka-coordinator-heartbeat") && name.contains("| place")));
            broker.close();
            vertx.close();
        }
    }

    private final Place place;
    private final String prefix;
    private final String group;
    private final Sandbox sandbox;
    private final Path folder;
    private final double factor;
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, Member> members = new ConcurrentHashMap<>();
    private final DataFolder shown;
    private final Connection connection;
    private final SegmentsTopic segments;
    private final ClockTopic clock;
    private final ShownReports reports;
    private final ShownOutcomes outcomes;
    private final TopicView results;
    private final Map<String, Future<?>> leaving = new ConcurrentHashMap<>();
    /** How processes that were to end failed to. */
    private final List<Throwable> broken = new CopyOnWriteArrayList<>();

    private long reportsRead = ALL;
    private int starts;
    private boolean alone;

    private record Member(Bridge bridge, Door kafka, Door zendesk, Door genesys, Map<String, String> settings) {

        private void vanishes() {
            List.of(kafka, zendesk, genesys).forEach(Door::shut);
        }

        private boolean isReader() {
            return bridge.context()
                    .getRegistry()
                    .lookupByNameAndType("reader", Reader.class)
                    .isOwner();
        }

        private Share share() {
            int partitions = bridge.context()
                    .getRegistry()
                    .lookupByNameAndType("worker", Worker.class)
                    .ownedPartitions();
            return new Share(partitions, isReader());
        }
    }

    /** @param factor by which all waits are divided */
    public Company(Place place, Sandbox sandbox, Path folder, double factor) throws Exception {
        this.place = place;
        this.prefix = place.prefixes.take();
        this.group = prefix + "-" + place.number.incrementAndGet();
        this.sandbox = sandbox;
        this.folder = folder;
        this.factor = factor;
        connection = Connection.of(place.broker.address(), Map.of());
        Topics topics = new Topics(prefix);
        fromHereOn(topics);
        deleteReports();
        shown = DataFolder.open(folder.resolve("shown"));
        segments = new SegmentsTopic(connection, topics, shown);
        segments.catchUpAll();
        clock = new ClockTopic(connection, topics);
        clock.skipToEnd();
        reports = new ShownReports(shown, Integer.MAX_VALUE);
        outcomes = new ShownOutcomes(shown);
        results = new TopicView(connection.consumer(), topics.results());
        environment.putAll(sandbox.environment());
        environment.put("POLL_CRON", "0 0 0 1 1 ? 2099");
        environment.put("POLL_AT_START", "false");
        environment.put("CAMEL_MANAGEMENT_PORT", "0");
        // A third of what a start costs; the routes are the same without it.
        environment.put("CAMEL_MAIN_JMX_ENABLED", "false");
        // The dead finish nothing.
        environment.put("BRIDGE_SHUTDOWN_TIMEOUT", "1s");
        environment.put("KAFKA_PREFIX", prefix);
        environment.put("KAFKA_GROUP", group);
        // Longer than any machine is busy; who is dead is taken for dead by killForGood.
        environment.put("CAMEL_COMPONENT_KAFKA_SESSION_TIMEOUT_MS", "30000");
        environment.put("CAMEL_COMPONENT_KAFKA_HEARTBEAT_INTERVAL_MS", "300");
        environment.put("CAMEL_COMPONENT_KAFKA_DELIVERY_TIMEOUT_MS", "10000");
        environment.put("CAMEL_COMPONENT_KAFKA_REQUEST_TIMEOUT_MS", "5000");
    }

    /** What earlier companies left in the topics is nothing to this one. */
    private void fromHereOn(Topics topics) throws Exception {
        try (Admin admin = connection.admin()) {
            for (Map.Entry<String, String> read : Map.of(group + "-clock", topics.clock(), group, topics.parts())
                    .entrySet()) {
                int partitions = read.getValue().equals(topics.clock()) ? 1 : Topics.PARTITIONS;
                Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
                for (int i = 0; i < partitions; i++) {
                    asked.put(new TopicPartition(read.getValue(), i), OffsetSpec.latest());
                }
                Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
                admin.listOffsets(asked)
                        .all()
                        .get()
                        .forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end.offset())));
                admin.alterConsumerGroupOffsets(read.getKey(), ends).all().get();
            }
        }
    }

    /** The mapping file's text, the same for all of them. */
    public void mapping(String yaml) throws Exception {
        Path file = folder.resolve("mapping.yaml");
        Files.writeString(file, yaml);
        environment.put("BRIDGE_MAPPING", file.toString());
    }

    /** A property of all of them, as an environment variable. */
    public void with(String variable, String value) {
        environment.put(variable, value);
    }

    /** Starts the process of this name, with what it remembers from nowhere but the topics. */
    public void start(String name) throws Exception {
        Future<?> before = leaving.remove(name);
        if (before != null) {
            before.get();
        }
        Door kafka = place.doors.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (kafka == null) {
            throw new TimeoutException("too many of the dead are not buried yet");
        }
        kafka.open();
        Map<String, String> own = new HashMap<>(environment);
        Door zendesk = Door.to(place.vertx, URI.create(own.get("ZENDESK_URL")).getPort());
        Door genesys =
                Door.to(place.vertx, URI.create(own.get("SANDBOX_GENESYS_URL")).getPort());
        own.put("ZENDESK_URL", "http://127.0.0.1:" + zendesk.port());
        own.put("SANDBOX_GENESYS_URL", "http://127.0.0.1:" + genesys.port());
        own.put("KAFKA_BROKERS", "127.0.0.1:" + kafka.port());
        own.put("KAFKA_INSTANCE", name);
        own.put("CAMEL_MAIN_NAME", group + name + ++starts);
        own.put("BRIDGE_DATA_DIR", folder.resolve(name + starts).toString());
        Environment variables = Environment.of(own);
        Path home = Path.of("").toAbsolutePath();
        Settings settings = Settings.load(home, variables);
        Bridge bridge = Bridge.start(new Bridge.Start(
                home,
                settings,
                variables,
                MappingFile.load(settings.get(Property.BRIDGE_MAPPING), variables),
                DataFolder.open(settings.get(Property.BRIDGE_DATA_DIR)),
                true,
                factor));
        if (members.putIfAbsent(name, new Member(bridge, kafka, zendesk, genesys, Map.copyOf(environment))) != null) {
            throw new IllegalStateException(name + " runs already");
        }
    }

    /** Ends the process of this name in the middle of whatever it does. */
    public void kill(String name) {
        Member dead = members.remove(name);
        if (dead != null) {
            dead.vanishes();
            bury(dead);
        }
    }

    /** The same, and the brokers notice at once, as they would after the session time-out. */
    public void killForGood(String name) {
        kill(name);
        expires(name);
    }

    private void expires(String name) {
        leaving.put(name, place.undertaker.submit(() -> {
            try (Admin admin = connection.admin()) {
                Members.leave(admin, group, name, true);
            }
            return null;
        }));
    }

    /** Whether all who run were started with what {@link #with} has set by now. */
    public boolean isAsSet() {
        return members.values().stream().allMatch(member -> member.settings().equals(environment));
    }

    /** Returns when each of those that run has a share of the organisations, nobody else has any, and one of them is the reader. */
    public void awaitShares() throws Exception {
        look("shares of " + group + " that are dealt out")
                .until(
                        this::shares,
                        shares -> shares.values().stream().allMatch(share -> share.partitions() > 0)
                                && shares.values().stream()
                                                .mapToInt(Share::partitions)
                                                .sum()
                                        == Topics.PARTITIONS
                                && shares.values().stream()
                                                .filter(Share::isReader)
                                                .count()
                                        == 1);
    }

    private record Share(int partitions, boolean isReader) {}

    private Map<String, Share> shares() {
        return members.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, member -> member.getValue()
                .share()));
    }

    private static ConditionFactory look(String alias) {
        return await(alias)
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(LOOK)
                .pollInSameThread();
    }

    private Future<?> bury(Member dead) {
        return place.undertaker.submit(() -> {
            try {
                dead.bridge().close();
            } catch (RuntimeException failed) {
                broken.add(failed);
            }
            dead.zendesk().close();
            dead.genesys().close();
            place.doors.add(dead.kafka());
        });
    }

    /** Asks the process of this name to end; returns at once. */
    public void end(String name) {
        Member leaves = members.remove(name);
        if (leaves != null) {
            leaves.bridge().stop();
            // Nobody starts it again before it has ended.
            leaving.put(name, bury(leaves));
        }
    }

    /** The names of those that run. */
    public List<String> running() {
        return members.keySet().stream().sorted().toList();
    }

    /** The name of the one that reads Zendesk; null if there is none at the moment. */
    public String reader() {
        return members.entrySet().stream()
                .filter(member -> member.getValue().isReader())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /**
     * Orders a pass, waits for its report, and shows in {@link #data} what is known then.
     *
     * @param agents whom it is to look at; empty: all
     * @return its balance
     */
    public long pass(List<Long> agents) throws Exception {
        String id = UUID.randomUUID().toString();
        ObjectNode order = JSON.createObjectNode()
                .put("type", ClockTopic.ORDER)
                .put("id", id)
                .put("kind", "pass")
                .put("at", Instant.now().toString());
        agents.stream().distinct().forEach(order.putArray("agents")::add);
        clock.say(order);
        AtomicReference<JsonNode> report = new AtomicReference<>();
        Set<String> began = new HashSet<>();
        look("report of the order " + id + " of " + group).until(() -> {
            clock.catchUp(record -> {
                reports.show(record);
                outcomes.hear(record);
                if (ClockTopic.BEGAN.equals(record.path("type").asText())) {
                    began.add(record.path("runId").asText());
                }
                record.path("orders").forEach(answered -> {
                    if (answered.asText().equals(id)) {
                        report.set(record.path("report"));
                    }
                });
            });
            return report.get() != null;
        });
        outcomes.fetch(results);
        segments.catchUpAll();
        began.remove(report.get().path("runId").asText());
        alone = began.isEmpty();
        return report.get().path("balance").asLong(-1);
    }

    /** Whether no other pass began while the last one that was ordered here was awaited, as a reader's that takes over. */
    public boolean wasAlone() {
        return alone;
    }

    /** Whether one of them waits, on this side, as long as a 429 told; {@code zendesk}, or an organisation's name. */
    public boolean waitsOutA429(String side) {
        return members.values().stream().anyMatch(member -> {
            try {
                ApiClient client = side.equals("zendesk")
                        ? member.bridge().clients().zendesk()
                        : member.bridge().clients().known(side);
                return client != null && client.gate().waitsOut(System.nanoTime());
            } catch (Exception noSuchClient) {
                throw new IllegalStateException(noSuchClient);
            }
        });
    }

    /** What somebody is shown who asks: ledgers, letters, reports, and the outcomes of the last pass. */
    public Path data() {
        return folder.resolve("shown");
    }

    /** All data folders, and nothing else. */
    public Path folder() {
        return folder;
    }

    /** Takes back all that is known of segments, and the reports. */
    public void forgets() throws Exception {
        segments.catchUpAll();
        for (Path file : shown.files(Path.of("ledger"))) {
            String organization = file.getFileName().toString().replace(".jsonl", "");
            for (String line : Files.readAllLines(file)) {
                segments.ledger(
                        organization, JSON.readTree(line).path("segmentId").asText(), null);
            }
        }
        for (FiledLetter letter : new DeadLetters(shown, warning -> {}).list()) {
            segments.letter(letter.organization(), letter.letter().segmentId(), null);
        }
        segments.flush();
        segments.catchUpAll();
        deleteReports();
    }

    /** Whoever starts reads all reports that are there. Those since the last time stay: not all who run may have read them. */
    private void deleteReports() throws Exception {
        TopicPartition reported = new TopicPartition(new Topics(prefix).clock(), 0);
        try (Admin admin = connection.admin()) {
            admin.deleteRecords(Map.of(reported, RecordsToDelete.beforeOffset(reportsRead)))
                    .all()
                    .get();
            reportsRead = admin.listOffsets(Map.of(reported, OffsetSpec.latest()))
                    .partitionResult(reported)
                    .get()
                    .offset();
        }
    }

    @Override
    public void close() throws Exception {
        members.values().forEach(Member::vanishes);
        members.values().forEach(this::bury);
        // The next company begins with nothing.
        forgets();
        segments.close();
        clock.close();
        results.close();
        place.prefixes.add(prefix);
        if (!broken.isEmpty()) {
            throw new IllegalStateException("a process did not end well", broken.get(0));
        }
    }
}
