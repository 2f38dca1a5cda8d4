package dev.wfmbridge.pass;

/** The process that begins passes, as whoever decides about it sees it. It is no part of the Kafka package, so that nobody else loads that. */
public interface PassRunner {

    /** Runs a pass to its end; null if another one is under way. */
    Pass run(PassOrder order) throws Exception;

    boolean isUnderWay();

    /** Starts or stops the clock of this process. */
    void poll(boolean starts) throws Exception;

    boolean isStopping();
}
