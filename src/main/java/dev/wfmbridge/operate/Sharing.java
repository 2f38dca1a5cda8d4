package dev.wfmbridge.operate;

import java.time.Instant;
import java.util.Map;

/** What a process that shares the organisations with others reports about its share. */
public interface Sharing {

    /** The name of this process. */
    String process();

    /** Whether it reads Zendesk. */
    boolean isReader();

    /** The process that reads Zendesk, as the brokers know it; null if there is none, or they do not say. */
    String reader();

    /** The process that serves an organisation, as the brokers know it; null if there is none, or they do not say. */
    String ownerOf(String organization);

    /** Whether this process serves an organisation. */
    boolean owns(String organization);

    /** Its share now. */
    Share share();

    /**
     * A process' share of the work at one moment; parts and records are counted since its start.
     *
     * @param ownedPartitions partitions of organisations that it owns
     * @param recordsBehind records of parts that it has not taken yet
     * @param partsWaiting parts of passes that it has taken and not ended
     * @param partsSince organisations with such parts, and since when the oldest of each waits
     * @param awaitedSince organisations whose results it awaits as the reader, and since when
     * @param sendingSince since when it has been trying as the reader to write an organisation's part; null if it is not
     * @param heardAt when the brokers last answered this process
     * @param partsRefused parts with a different mapping
     * @param partsPassedOver parts that nobody was waiting for any longer
     * @param recordsUnusable records that could not be used, and parts that ended in a way that no route expects
     */
    record Share(
            int ownedPartitions,
            long recordsBehind,
            int partsWaiting,
            Map<String, Instant> partsSince,
            Map<String, Instant> awaitedSince,
            Instant sendingSince,
            Instant heardAt,
            long partsDone,
            long partsRefused,
            long partsPassedOver,
            long recordsUnusable) {

        /** Since when the oldest of its parts waits; null if none does. */
        public Instant oldestPart() {
            return oldest(partsSince);
        }

        /** Since when it has been waiting for the oldest result; null if it waits for none. */
        public Instant oldestAwaited() {
            return oldest(awaitedSince);
        }

        private static Instant oldest(Map<String, Instant> since) {
            return since.values().stream().min(Instant::compareTo).orElse(null);
        }
    }
}
