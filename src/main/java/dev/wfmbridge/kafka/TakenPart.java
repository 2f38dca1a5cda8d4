package dev.wfmbridge.kafka;

import dev.wfmbridge.part.Part;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/** A complete part from the topic, and whether it still belongs to this process. */
public final class TakenPart {

    private final TopicPartition partition;
    private final List<Long> offsets;
    private final Part part;
    private volatile boolean lost;
    private volatile boolean begun;
    private volatile boolean refused;
    private volatile List<byte[]> result = List.of();
    private volatile boolean sent;
    private final Instant takenAt = Instant.now();

    TakenPart(TopicPartition partition, List<Long> offsets, Part part) {
        this.partition = partition;
        this.offsets = List.copyOf(offsets);
        this.part = part;
    }

    TopicPartition partition() {
        return partition;
    }

    Instant takenAt() {
        return takenAt;
    }

    List<Long> offsets() {
        return offsets;
    }

    String runId() {
        return part.runId();
    }

    /** The organisation whose part it is. */
    public String organization() {
        return part.organization();
    }

    Part part() {
        return part;
    }

    boolean isLost() {
        return lost;
    }

    void lose() {
        lost = true;
    }

    boolean isBegun() {
        return begun;
    }

    void begin() {
        begun = true;
    }

    boolean isRefused() {
        return refused;
    }

    void refuse() {
        refused = true;
    }

    /** The records of its result. */
    List<byte[]> result() {
        return result;
    }

    void endsIn(List<byte[]> records) {
        result = records;
    }

    boolean isSent() {
        return sent || result.isEmpty();
    }

    void sent() {
        sent = true;
    }

    @Override
    public String toString() {
        return "part of " + organization() + " in pass " + runId();
    }
}
