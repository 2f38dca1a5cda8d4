package dev.wfmbridge.removal;

import dev.wfmbridge.pass.Candidate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The segments of an organisation that a pass may remove, and what was read again before it does.
 *
 * @param fresh group → the Zendesk users in it, where it was read to the end
 * @param gone groups that Zendesk did not have any more when this pass looked, and whose entry is {@code absent}
 */
public record Candidates(List<Candidate> all, Map<Long, Set<Long>> fresh, Set<Long> gone) {

    Candidates(List<Candidate> all, Set<Long> gone) {
        this(List.copyOf(all), new ConcurrentHashMap<>(), gone);
    }

    /** Whether there are any. */
    public boolean isAny() {
        return !all.isEmpty();
    }
}
