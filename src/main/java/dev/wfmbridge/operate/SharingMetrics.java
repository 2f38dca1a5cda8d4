package dev.wfmbridge.operate;

import java.time.Duration;
import java.time.Instant;

/** The metrics {@code kafka_}: this process' share of the organisations. */
final class SharingMetrics {

    private SharingMetrics() {}

    static void tell(Sharing sharing, Exposition told) {
        told.gauge("kafka_reader", "1 if this process reads Zendesk", sharing.isReader() ? 1 : 0);
        told.gauge("kafka_owned_partitions", "Partitions of organisations", sharing.ownedPartitions());
        told.gauge("kafka_parts_waiting", "Parts that were taken and have not ended", sharing.partsWaiting());
        told.gauge("kafka_results_awaited", "Results that the reader waits for", sharing.resultsAwaited());
        Instant oldest = sharing.oldestAwaited();
        told.gauge(
                "kafka_oldest_awaited_seconds",
                "How long the reader has waited for the oldest of them",
                oldest == null ? 0 : Duration.between(oldest, Instant.now()).toMillis() / 1000.0);
        told.counter("kafka_parts_done", "Parts that were done and committed", sharing.partsDone());
        told.counter("kafka_parts_refused", "Parts with another mapping", sharing.partsRefused());
        told.counter("kafka_parts_passed_over", "Parts that nobody waited for", sharing.partsPassedOver());
        told.counter("kafka_records_unusable", "Records that nobody could use", sharing.recordsUnusable());
    }
}
