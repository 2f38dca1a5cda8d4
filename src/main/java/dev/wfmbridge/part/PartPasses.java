package dev.wfmbridge.part;

import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.Stopping;

/** Where a part becomes work: a pass of this process that has one organisation. */
public interface PartPasses {

    /**
     * A pass for this part, into which it is then unpacked.
     *
     * @param guard ends its calls
     * @throws UnusableException if the mapping here differs from the part's
     */
    Pass of(Part part, Stopping guard) throws UnusableException;

    /** A part is done: its letters are tidied up. */
    void conclude(Pass part);
}
