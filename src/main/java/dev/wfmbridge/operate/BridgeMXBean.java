package dev.wfmbridge.operate;

import java.util.Map;

/** What operators see and do by JMX, as {@code dev.wfmbridge:type=Bridge}. The routes have MBeans of their own, Camel's. */
public interface BridgeMXBean {

    /** The pass under way or the last one; empty before the first. */
    String getRunId();

    /** Pairs mapped in that pass. */
    long getMapped();

    /** Pairs of that pass without an outcome yet. */
    long getInFlight();

    /** mapped − outcomes − in flight: 0 at any moment, or something was lost. */
    long getConservation();

    /** Outcomes of that pass, by their names. */
    Map<String, Long> getOutcomes();

    /** Halted organisations of that pass, with their reasons. */
    Map<String, String> getHalts();

    /** Begins a pass; false if one is under way. */
    boolean startPass() throws Exception;

    /** Lets no call to an organisation start until it is resumed; false if there is no such organisation. */
    boolean suspend(String organization);

    /** Ends a suspension; false if there is no such organisation. */
    boolean resume(String organization);
}
