package dev.wfmbridge.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumers for camel-kafka that report what they own, and commit what is done. Camel's own manual commit is for records that end one after
 * another; here those of a partition run side by side, and the commit waits for the first unfinished one.
 */
final class OwnedConsumers extends DefaultKafkaClientFactory {

    private static final Logger LOG = LoggerFactory.getLogger(OwnedConsumers.class);

    /** How long to wait for the brokers' answer to a commit, which only saves work. */
    private static final Duration WAIT = Duration.ofSeconds(5);

    /** The same if they have not answered for a while. */
    private static final Duration SHORT_WAIT = Duration.ofSeconds(1);

    /** Between a login that is refused and the next one. */
    private static final Duration REFUSED = Duration.ofSeconds(1);

    private final Ownership ownership;
    /** How often a consumer has become a member of the group. */
    private final AtomicInteger joins = new AtomicInteger();

    private int joinsSeen;
    private final AtomicBoolean dealOut = new AtomicBoolean();

    OwnedConsumers(Ownership ownership) {
        this.ownership = ownership;
    }

    @Override
    public Consumer<Object, Object> getConsumer(Properties options) {
        return new Owned(options);
    }

    /**
     * Asks the brokers, after a consumer has joined the group, until they say that each partition has an owner. A process that is back under
     * its fixed name before the session time-out is given what it had, and nothing is dealt out. If it died as it gave partitions away, it
     * does not know, and they would belong to nobody until another process comes or goes: they are dealt out again, which moves no other.
     *
     * @throws UnreachableException if the brokers give no answer, or this user may not ask
     */
    void seeThatAllAreOwned(Admin admin, String group) throws UnreachableException {
        int joinsNow = joins.get();
        if (joinsNow == joinsSeen) {
            return;
        }
        OptionalInt unowned = Members.unowned(admin, group);
        if (unowned.isEmpty()) {
            return;
        }
        if (unowned.getAsInt() == 0) {
            joinsSeen = joinsNow;
        } else {
            LOG.info("{} partitions belong to no process, and are dealt out again", unowned.getAsInt());
            dealOut.set(true);
        }
    }

    private final class Owned extends KafkaConsumer<Object, Object> {

        private final Metric heartbeats;
        private boolean joined;
        private double answered;
        /** No commit was answered, nor a heartbeat since: waiting again would only hold up a stop. */
        private boolean unanswered;

        Owned(Properties options) {
            super(options);
            this.heartbeats = metrics().entrySet().stream()
                    .filter(metric -> metric.getKey().name().equals("heartbeat-total")
                            && metric.getKey().group().equals("consumer-coordinator-metrics"))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("Kafka's consumer does not count its heartbeats"));
        }

        @Override
        public void subscribe(Collection<String> topics, ConsumerRebalanceListener camels) {
            super.subscribe(topics, new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                    ownership.assigned(partitions);
                    if (!joined) {
                        joined = true;
                        joins.incrementAndGet();
                    }
                    camels.onPartitionsAssigned(partitions);
                }

                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                    ownership.lost(partitions);
                    commitDue();
                    partitions.forEach(ownership.offsets()::forget);
                    camels.onPartitionsRevoked(partitions);
                }

                @Override
                public void onPartitionsLost(Collection<TopicPartition> partitions) {
                    ownership.lost(partitions);
                    partitions.forEach(ownership.offsets()::forget);
                    camels.onPartitionsLost(partitions);
                }
            });
        }

        @Override
        public ConsumerRecords<Object, Object> poll(Duration timeout) {
            double now = ((Number) heartbeats.metricValue()).doubleValue();
            boolean more = now > answered;
            long at = System.nanoTime();
            answered = now;
            unanswered &= !more;
            commitDue();
            if (dealOut.getAndSet(false)) {
                enforceRebalance("partitions belong to no process");
            }
            ConsumerRecords<Object, Object> records;
            try {
                records = super.poll(timeout);
            } catch (AuthenticationException refused) {
                throw again(refused);
            }
            if (more) {
                // Only an answered heartbeat shows that nobody else owns the partitions: while the brokers cannot be
                // reached, a poll just finds nothing. If others own them by now, this poll has said so.
                ownership.heard(at);
            }
            ownership.behind(assignment().stream()
                    .mapToLong(partition -> currentLag(partition).orElse(0))
                    .sum());
            return records;
        }

        /**
         * Camel never connects again after this one exception, and after any other at once. But a login or a certificate that is refused
         * may be accepted a moment later, as when it is being replaced.
         */
        private KafkaException again(AuthenticationException refused) {
            LOG.warn(
                    "Kafka refuses the login or the TLS connection, and is asked again ({}): {}",
                    refused.getClass().getSimpleName(),
                    refused.getMessage());
            LockSupport.parkNanos(REFUSED.toNanos());
            return new KafkaException("Kafka refuses the login or the TLS connection", refused);
        }

        @Override
        public void close() {
            try {
                commitDue();
            } catch (InterruptException | WakeupException stopping) {
                LOG.info("what is done was not committed before the stop: whoever is next finds it done");
            } finally {
                // A stop does not wait for brokers that are away.
                super.close(unanswered ? SHORT_WAIT : WAIT);
            }
        }

        private void commitDue() {
            Map<TopicPartition, OffsetAndMetadata> due = ownership.offsets().due();
            if (due.isEmpty() || unanswered) {
                return;
            }
            try {
                commitSync(due, WAIT);
                ownership.offsets().committed(due);
            } catch (InterruptException | WakeupException stopping) {
                throw stopping;
            } catch (RebalanceInProgressException notNow) {
                LOG.debug("what is done is committed when the partitions are dealt out");
            } catch (KafkaException notNow) {
                unanswered = notNow instanceof TimeoutException;
                // The next poll after an answered heartbeat tries again; if the partition belongs to another process by
                // then, that process repeats the parts.
                LOG.warn(
                        "what is done could not be committed yet: {}",
                        notNow.getClass().getSimpleName());
            }
        }
    }
}
