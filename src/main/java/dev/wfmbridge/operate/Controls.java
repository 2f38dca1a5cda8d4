package dev.wfmbridge.operate;

import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.pass.LetterFilter;
import dev.wfmbridge.pass.Pass;
import java.time.Instant;
import java.util.List;

/** What the MBean asks of the running bridge. */
public interface Controls {

    /** The pass under way or the last one; null before the first. */
    Pass current();

    /** When the last complete pass ended; null if none did. */
    Instant lastComplete();

    /** Begins a pass; false if one is under way. */
    boolean startPass() throws Exception;

    /** The client of an organisation; null if the mapping has none of this name. */
    ApiClient client(String organization) throws Exception;

    /** Lets no call to this organisation start until it is resumed, also after a restart; false if the mapping has none of this name. */
    boolean suspend(String organization) throws Exception;

    /** Ends that; false if the mapping has none of this name. */
    boolean resume(String organization) throws Exception;

    /** Organisations that are suspended, by name. */
    List<String> suspended();

    /** Delivers these letters again, after the pass under way; says how many there are now. */
    int replay(LetterFilter filter) throws Exception;
}
