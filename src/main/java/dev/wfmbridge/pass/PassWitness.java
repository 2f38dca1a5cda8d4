package dev.wfmbridge.pass;

import java.io.IOException;

/** Learns of the passes that this process reads. */
public interface PassWitness {

    PassWitness NONE = new PassWitness() {
        @Override
        public void begins(Pass pass) {}

        @Override
        public void ended(Pass pass) {}

        @Override
        public boolean takes(PassOrder order) {
            return false;
        }

        @Override
        public boolean isElsewhere() {
            return false;
        }
    };

    /** @throws IOException if the pass must not begin; its text is for users */
    void begins(Pass pass) throws IOException;

    /**
     * Whether another process makes the pass; if so, that one is asked to.
     *
     * @throws IOException if it could not be told; the text is for people
     */
    boolean takes(PassOrder order) throws IOException;

    /** Whether passes are made by another process. */
    boolean isElsewhere();

    /** Its report is written. */
    void ended(Pass pass);
}
