package dev.wfmbridge.operate;

import java.time.Instant;
import java.util.Map;

/** What a process that shares the organisations with others reports about its share. */
public interface Sharing {

    /** The name of this process. */
    String process();

    /** The process that reads Zendesk, as the brokers know it; null if there is none, or they do not say. */
    String reader();

    /** The process that serves an organisation, as the brokers know it; null if there is none, or they do not say. */
    String ownerOf(String organization);

    /** Whether this process serves an organisation. */
    boolean owns(String organization);

    /** Organisations with parts that it has taken and not ended, and since when the oldest of each waits. */
    Map<String, Instant> partsSince();

    /** Records of parts that it has not taken yet. */
    long recordsBehind();

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
