package dev.wfmbridge.chaos;

import dev.wfmbridge.sandbox.Sandbox;
import java.nio.file.Path;
import java.util.List;

/** What a schedule is run against: one bridge, or several processes that share the organisations. */
interface Tested extends AutoCloseable {

    /** The number of a pass in which nothing goes wrong. */
    int CALM = -1;

    Sandbox sandbox();

    /** A property, as an environment variable. */
    void with(String variable, String value);

    void start() throws Exception;

    /** Ends it, and starts it anew. */
    void restart() throws Exception;

    /** Asks it to stop in the midst of a pass. */
    void stop();

    /** Gets ready for a pass, and for what happens to it meanwhile. */
    default void begins(int pass) throws Exception {}

    /** The Genesys servers got a call, counted from 1 in each pass; called before it is answered. */
    default void called(int nth) {}

    /** Whether the pass was done by more than one owner of an organisation, one after the other. */
    default boolean isDisturbed() {
        return false;
    }

    /** A pass for all. */
    void pass() throws Exception;

    /** A pass for agents that events named; its balance. */
    long forAgents(List<Long> agents) throws Exception;

    /** Whether the pass for agents was the only one: a reader that takes over from another makes a whole one first. */
    default boolean wasAlone() {
        return true;
    }

    /** Whether it waits, on this side, as long as a 429 told; {@code zendesk}, or an organisation's name. */
    boolean waitsOutA429(String side);

    /** Where it shows what it knows. */
    Path data();

    /** Where all is that it writes. */
    Path folder();
}
