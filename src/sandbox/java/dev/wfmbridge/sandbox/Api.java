package dev.wfmbridge.sandbox;

/** What differs between the two servers. */
interface Api {
    /** Counts the call, and says whether it may pass. */
    Admission admit(Request request);

    /** What the weather does to an unscripted call; {@code null}: nothing. */
    Fault weather(Request request, Admission admission);

    /** Does what the call asks for. */
    Answer carryOut(Request request, Admission admission);
}
