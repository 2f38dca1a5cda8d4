package dev.wfmbridge.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/**
 * The topics of one group of processes.
 *
 * @param prefix before each name
 */
public record Topics(String prefix) {

    /** Partitions of the topics divided by organisation; fixed forever, since an organisation's state would not move along. */
    public static final int PARTITIONS = 64;

    /** The owner of its one partition reads Zendesk; holds orders and reports of passes. */
    public String clock() {
        return prefix + "-clock";
    }

    /** The organisations' parts of passes. */
    public String parts() {
        return prefix + "-parts";
    }

    /** Their results. */
    public String results() {
        return prefix + "-results";
    }

    /** What is known of each segment, compacted. */
    public String segments() {
        return prefix + "-segments";
    }

    /** Unusable records. */
    public String errors() {
        return prefix + "-errors";
    }

    /** The partition of an organisation among so many, as Kafka's own partitioner finds it. */
    static int partitionOf(String organization, int partitions) {
        return Utils.toPositive(Utils.murmur2(organization.getBytes(StandardCharsets.UTF_8))) % partitions;
    }
}
