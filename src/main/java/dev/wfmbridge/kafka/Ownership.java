package dev.wfmbridge.kafka;

import java.util.Collection;
import org.apache.kafka.common.TopicPartition;

/** What a process does about the partitions that it owns; called by the thread that polls. */
interface Ownership {

    void assigned(Collection<TopicPartition> partitions);

    /** They belong to another process: returns when no more calls go out, or the others cannot be kept waiting longer. */
    void lost(Collection<TopicPartition> partitions);

    /**
     * The brokers answered a heartbeat, and what they said about the partitions has been told.
     *
     * @param at no earlier than the answer, as {@link System#nanoTime()}
     */
    void heard(long at);

    /** How many records of the owned partitions no poll has returned yet. */
    default void behind(long records) {}

    OpenOffsets offsets();
}
