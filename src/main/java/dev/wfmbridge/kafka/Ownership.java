package dev.wfmbridge.kafka;

import java.util.Collection;
import org.apache.kafka.common.TopicPartition;

/** What a process does about the partitions that it owns; called by the thread that polls. */
interface Ownership {

    void assigned(Collection<TopicPartition> partitions);

    /** They belong to another process: returns when no more calls go out, or the others cannot be kept waiting longer. */
    void lost(Collection<TopicPartition> partitions);

    /** A poll begins: the process is alive, and its membership with it. */
    void polls();

    /** How many records of the owned partitions no poll has returned yet. */
    default void behind(long records) {}

    OpenOffsets offsets();
}
