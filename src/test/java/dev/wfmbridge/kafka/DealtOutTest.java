package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wfmbridge.config.KafkaAccess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every partition belongs to somebody, whoever dies in the midst of a dealing out. */
class DealtOutTest {

    private static final String GROUP = "wfm-bridge";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    /** A process, as far as Kafka knows it. */
    private static final class Process implements Ownership, AutoCloseable {
        private final Set<TopicPartition> owned = ConcurrentHashMap.newKeySet();
        private final OpenOffsets offsets = new OpenOffsets();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final OwnedConsumers consumers = new OwnedConsumers(this);
        private final Thread thread;
        /** It dies as it is told to give partitions away. */
        private volatile boolean dies;

        Process(String address, String name) {
            Properties options = new Properties();
            options.putAll(Map.of(
                    ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                    address,
                    ConsumerConfig.GROUP_ID_CONFIG,
                    GROUP,
                    ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                    name,
                    ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                    "300",
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    "false",
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                    CooperativeStickyAssignor.class.getName(),
                    ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                    ByteArrayDeserializer.class.getName(),
                    ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                    ByteArrayDeserializer.class.getName()));
            thread = new Thread(
                    () -> {
                        Consumer<Object, Object> consumer = consumers.getConsumer(options);
                        try {
                            consumer.subscribe(List.of(new Topics("wfm").parts()), new ConsumerRebalanceListener() {
                                @Override
                                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}

                                @Override
                                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
                            });
                            while (!ended.get()) {
                                consumer.poll(Duration.ofMillis(100));
                            }
                        } catch (WakeupException dead) {
                            // As if it had been killed: a process with a fixed name does not say goodbye.
                        } finally {
                            dies = false;
                            consumer.close();
                        }
                    },
                    name);
            thread.start();
        }

        @Override
        public void assigned(Collection<TopicPartition> partitions) {
            owned.addAll(partitions);
        }

        @Override
        public void lost(Collection<TopicPartition> partitions) {
            if (dies && !partitions.isEmpty()) {
                throw new WakeupException();
            }
            owned.removeAll(partitions);
        }

        @Override
        public void heard(long at) {}

        @Override
        public OpenOffsets offsets() {
            return offsets;
        }

        @Override
        public void close() throws InterruptedException {
            ended.set(true);
            thread.join(LIMIT.toMillis());
        }
    }

    @Test
    @DisplayName("one dies as it gives partitions away, and is back under its name before the brokers have noticed")
    void back() throws Exception {
        try (Broker broker = Broker.in(folder);
                Admin admin = Connection.of(broker.address(), Map.of()).admin()) {
            new Shell(new KafkaAccess(broker.address(), "wfm", Map.of())).createTopics(1);
            List<Process> running = new ArrayList<>();
            try {
                Process one = new Process(broker.address(), "one");
                running.add(one);
                awaitAllOwned(running, admin);

                one.dies = true;
                running.add(new Process(broker.address(), "two"));
                one.thread.join(LIMIT.toMillis());
                assertThat(one.thread.isAlive()).as("one is alive").isFalse();
                running.set(0, new Process(broker.address(), "one"));

                awaitAllOwned(running, admin);
            } finally {
                for (Process each : running) {
                    each.close();
                }
            }
        }
    }

    private static void awaitAllOwned(List<Process> running, Admin admin) {
        await().atMost(LIMIT).untilAsserted(() -> {
            for (Process each : running) {
                each.consumers.seeThatAllAreOwned(admin, GROUP);
            }
            List<Integer> shares =
                    running.stream().map(each -> each.owned.size()).toList();
            assertThat(shares).doesNotContain(0);
            assertThat(shares.stream().mapToInt(share -> share).sum())
                    .as("partitions that have an owner")
                    .isEqualTo(Topics.PARTITIONS);
        });
    }
}
