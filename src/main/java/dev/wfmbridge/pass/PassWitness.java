package dev.wfmbridge.pass;

import java.io.IOException;

/** Learns of the passes that this process reads; one that does nothing about them is {@link #NONE}. */
public interface PassWitness {

    PassWitness NONE = new PassWitness() {};

    /** The newest pass of anybody, as far as is known, which the id of the next one must sort after; empty if there is none. */
    default String newest() {
        return "";
    }

    /** @throws IOException if the pass must not begin; its text is for users */
    default void begins(Pass pass) throws IOException {}

    /**
     * Whether another process makes the pass; if so, that one is asked to.
     *
     * @throws IOException if it could not be told; the text is for people
     */
    default boolean takes(PassOrder order) throws IOException {
        return false;
    }

    /** Whether passes are made by another process. */
    default boolean isElsewhere() {
        return false;
    }

    /** Its report is written. */
    default void ended(Pass pass) {}
}
