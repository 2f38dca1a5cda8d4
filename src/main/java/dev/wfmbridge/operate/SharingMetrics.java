package dev.wfmbridge.operate;

import dev.wfmbridge.operate.Sharing.Share;
import java.util.Set;

/** The metrics {@code kafka_}: this process' share of the organisations. */
final class SharingMetrics {

    private SharingMetrics() {}

    /** @param mapped the organisations of the mapping, by name */
    static void tell(Sharing sharing, Set<String> mapped, Exposition told) {
        Share share = sharing.share();
        told.gauge("kafka_reader", "1 if this process reads Zendesk", sharing.isReader() ? 1 : 0);
        told.gauge("kafka_owned_partitions", "Partitions of organisations", share.ownedPartitions());
        told.gauge("kafka_parts_waiting", "Parts that were taken and have not ended", share.partsWaiting());
        told.gauge("kafka_records_behind", "Records of parts that were not taken yet", share.recordsBehind());
        for (String name : mapped) {
            if (sharing.owns(name)) {
                told.gauge(
                        "kafka_organization_part_seconds",
                        "How long the oldest part of an organisation that this process serves has waited, 0 if there is none",
                        Exposition.age(share.partsSince().get(name)),
                        "organization",
                        name);
            }
        }
        told.gauge(
                "kafka_results_awaited",
                "Results that the reader waits for",
                share.awaitedSince().size());
        told.gauge(
                "kafka_oldest_awaited_seconds",
                "How long the reader has waited for the oldest of them",
                Exposition.age(share.oldestAwaited()));
        told.gauge(
                "kafka_part_unsent_seconds",
                "How long the reader has waited for Kafka to take a part, 0 if it does not",
                Exposition.age(share.sendingSince()));
        told.gauge(
                "kafka_silent_seconds",
                "How long ago the brokers last answered a heartbeat of this process",
                Exposition.age(share.heardAt()));
        told.counter("kafka_parts_done", "Parts that were done and committed", share.partsDone());
        told.counter("kafka_parts_refused", "Parts with another mapping", share.partsRefused());
        told.counter("kafka_parts_passed_over", "Parts that nobody waited for", share.partsPassedOver());
        told.counter("kafka_records_unusable", "Records that nobody could use", share.recordsUnusable());
    }
}
