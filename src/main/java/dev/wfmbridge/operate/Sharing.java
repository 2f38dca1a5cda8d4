package dev.wfmbridge.operate;

import java.time.Instant;

/** What a process that shares the organisations with others tells of its share. */
public interface Sharing {

    /** Whether it reads Zendesk. */
    boolean isReader();

    /** Partitions of organisations that it owns. */
    int ownedPartitions();

    /** Parts of passes that it has taken and not ended. */
    int partsWaiting();

    /** Results that it waits for, as the reader. */
    int resultsAwaited();

    /** Since when it waits for the oldest of them; null if it waits for none. */
    Instant oldestAwaited();

    long partsDone();

    /** Parts whose mapping was another one. */
    long partsRefused();

    /** Parts that nobody waited for any more. */
    long partsPassedOver();

    /** Records that could not be used, and parts that ended in a way that no route foresees. */
    long recordsUnusable();
}
