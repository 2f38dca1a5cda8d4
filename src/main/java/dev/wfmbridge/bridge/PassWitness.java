package dev.wfmbridge.bridge;

import dev.wfmbridge.pass.Pass;
import java.io.IOException;

/** Who has to know of the passes that this process reads. */
interface PassWitness {

    PassWitness NONE = new PassWitness() {
        @Override
        public void begins(Pass pass) {}

        @Override
        public void ended(Pass pass) {}
    };

    /** @throws IOException if the pass must not begin; its text is for people */
    void begins(Pass pass) throws IOException;

    /** Its report is written. */
    void ended(Pass pass);
}
