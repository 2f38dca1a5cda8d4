package dev.wfmbridge.pass;

/** The process that runs passes, as seen by whoever decides when. It is not in the Kafka package, so that others need not load that. */
public interface PassRunner {

    /** Runs a pass to its end; null if another one is under way. */
    Pass run(PassOrder order) throws Exception;

    boolean isUnderWay();

    /** Starts or stops the clock of this process. */
    void poll(boolean starts) throws Exception;

    boolean isStopping();
}
