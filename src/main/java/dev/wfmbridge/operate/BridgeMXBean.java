package dev.wfmbridge.operate;

import java.util.List;
import java.util.Map;

/** What operators see and do through JMX, as {@code dev.wfmbridge:type=Bridge}. The routes have Camel's own MBeans. */
public interface BridgeMXBean {

    /** The pass under way or the last one; empty before the first. */
    String getRunId();

    /** Whether a pass is under way. */
    boolean isUnderWay();

    /** When the last complete pass ended, as ISO 8601; empty if none did. */
    String getLastCompletePass();

    /** Pairs mapped in that pass. */
    long getMapped();

    /** Pairs of that pass without an outcome yet. */
    long getInFlight();

    /** mapped − outcomes − in flight: 0 at any moment unless something was lost. */
    long getConservation();

    /** Outcomes of that pass, by their names. */
    Map<String, Long> getOutcomes();

    /** Halted organisations of that pass, with their reasons. */
    Map<String, String> getHalts();

    /** Organisations suspended now, whether or not a pass has reached them since. */
    List<String> getSuspended();

    /** Begins a pass; false if one is under way. */
    boolean startPass() throws Exception;

    /** Blocks new calls to an organisation until it is resumed; false if the mapping has no such organisation. */
    boolean suspend(String organization) throws Exception;

    /** Ends a suspension; false if the mapping has no such organisation. */
    boolean resume(String organization) throws Exception;

    /**
     * Delivers dead letters again, after the pass under way if there is one, as the replay command does.
     *
     * @param organization empty = all
     * @param code empty = all
     * @param olderThan such as {@code 90m} or {@code 7d} since the last failure; empty = any
     * @param ratePerMinute started per minute at most; 0 = no limit but the quota
     * @return how many letters match now; if 0, nothing is done
     * @throws IllegalArgumentException with a sentence, if an argument cannot be used
     */
    int replay(String organization, String code, String olderThan, int ratePerMinute) throws Exception;
}
