package dev.wfmbridge.operate;

import java.time.Instant;

/** What a process that shares the organisations with others reports about its share. */
public interface Sharing {

    /** Whether it reads Zendesk. */
    boolean isReader();

    /** Partitions of organisations that it owns. */
    int ownedPartitions();

    /** Parts of passes that it has taken and not ended. */
    int partsWaiting();

    /** Results that it waits for, as the reader. */
    int resultsAwaited();

    /** Since when it has been waiting for the oldest of them; null if it waits for none. */
    Instant oldestAwaited();

    long partsDone();

    /** Parts with a different mapping. */
    long partsRefused();

    /** Parts that nobody was waiting for any longer. */
    long partsPassedOver();

    /** Records that could not be used, and parts that ended in a way that no route expects. */
    long recordsUnusable();
}
