package dev.wfmbridge.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The unfinished records of each partition: everything before the first of them is committed, in whatever order they end. */
final class OpenOffsets {

    private final Map<TopicPartition, TreeSet<Long>> open = new HashMap<>();
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();

    synchronized void begun(TopicPartition partition, long offset) {
        open.computeIfAbsent(partition, none -> new TreeSet<>()).add(offset);
        next.merge(partition, offset + 1, Math::max);
    }

    synchronized void done(TopicPartition partition, long offset) {
        TreeSet<Long> offsets = open.get(partition);
        if (offsets != null) {
            offsets.remove(offset);
        }
    }

    /** What can be committed but has not been. */
    synchronized Map<TopicPartition, OffsetAndMetadata> due() {
        Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
        next.forEach((partition, after) -> {
            TreeSet<Long> offsets = open.get(partition);
            long position = offsets == null || offsets.isEmpty() ? after : offsets.first();
            if (position > committed.getOrDefault(partition, -1L)) {
                due.put(partition, new OffsetAndMetadata(position));
            }
        });
        return due;
    }

    synchronized void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
    }

    /** The partition belongs to another process. */
    synchronized void forget(TopicPartition partition) {
        open.remove(partition);
        next.remove(partition);
        committed.remove(partition);
    }
}
