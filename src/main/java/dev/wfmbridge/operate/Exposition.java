package dev.wfmbridge.operate;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of one scrape, built on demand: an organisation costs no meter, and a 0 that carries no information is left
 * out. Labels are pairs of name and value. A metric without series is left out.
 */
final class Exposition {

    private static final String PREFIX = "wfm_bridge_";

    private final Map<String, String> descriptions;
    private final Map<String, List<GaugeDataPointSnapshot>> gauges;
    private final Map<String, List<CounterDataPointSnapshot>> counters;
    private final Map<String, List<HistogramDataPointSnapshot>> histograms;
    private final Labels common;

    Exposition() {
        descriptions = new LinkedHashMap<>();
        gauges = new LinkedHashMap<>();
        counters = new LinkedHashMap<>();
        histograms = new LinkedHashMap<>();
        common = Labels.EMPTY;
    }

    private Exposition(Exposition whole, Labels common) {
        descriptions = whole.descriptions;
        gauges = whole.gauges;
        counters = whole.counters;
        histograms = whole.histograms;
        this.common = common;
    }

    /** The same scrape, for series that all have these labels. */
    Exposition with(String... labels) {
        return new Exposition(this, labels(labels));
    }

    private Labels labels(String... more) {
        return common.merge(Labels.of(more));
    }

    void gauge(String name, String description, double value, String... labels) {
        descriptions.putIfAbsent(name, description);
        gauges.computeIfAbsent(name, n -> new ArrayList<>())
                .add(new GaugeDataPointSnapshot(value, labels(labels), null));
    }

    /** A gauge shown only while it is not 0. */
    void ifAny(String name, String description, double value, String... labels) {
        if (value != 0) {
            gauge(name, description, value, labels);
        }
    }

    /** @param name without {@code _total} */
    void counter(String name, String description, double value, String... labels) {
        descriptions.putIfAbsent(name, description);
        counters.computeIfAbsent(name, n -> new ArrayList<>())
                .add(new CounterDataPointSnapshot(value, labels(labels), null, 0));
    }

    /** A counter shown from its first count on. */
    void ifCounted(String name, String description, double value, String... labels) {
        if (value > 0) {
            counter(name, description, value, labels);
        }
    }

    /**
     * @param bounds upper ones, the last of them infinite
     * @param counts for each bound, not summed up
     */
    void histogram(String name, String description, double[] bounds, long[] counts, double sum, String... labels) {
        descriptions.putIfAbsent(name, description);
        histograms
                .computeIfAbsent(name, n -> new ArrayList<>())
                .add(new HistogramDataPointSnapshot(
                        ClassicHistogramBuckets.of(bounds, counts), sum, labels(labels), null, 0));
    }

    MetricSnapshots snapshots() {
        List<MetricSnapshot> all = new ArrayList<>();
        gauges.forEach((name, points) -> all.add(new GaugeSnapshot(metadata(name), points)));
        counters.forEach((name, points) -> all.add(new CounterSnapshot(metadata(name), points)));
        histograms.forEach((name, points) -> all.add(new HistogramSnapshot(metadata(name), points)));
        return new MetricSnapshots(all);
    }

    private MetricMetadata metadata(String name) {
        return new MetricMetadata(PREFIX + name, descriptions.get(name));
    }

    /** Seconds since then; 0 if there is none. */
    static double age(Instant since) {
        return since == null
                ? 0
                : Math.max(0, Duration.between(since, Instant.now()).toMillis() / 1000.0);
    }

    /** Seconds since 1970; 0 if there is none. */
    static double seconds(Instant instant) {
        return instant == null ? 0 : instant.toEpochMilli() / 1000.0;
    }
}
