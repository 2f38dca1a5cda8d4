package dev.wfmbridge.pass;

import dev.wfmbridge.data.DeadLetter;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Dead letters that are to be delivered again.
 *
 * @param letters by organisation
 * @param ratePerMinute messages started per minute at most; 0 = no limit but the quota
 */
public record ReplayRequest(Map<String, List<DeadLetter>> letters, int ratePerMinute) {

    /** The Zendesk users of the letters, each once. */
    public List<Long> agents() {
        return letters.values().stream()
                .flatMap(List::stream)
                .map(letter -> letter.source().userId())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /** Whether a letter asks for this agent's segment in this place. */
    public boolean asksFor(String organization, String placeId, long agent) {
        return letters.getOrDefault(organization, List.of()).stream()
                .anyMatch(letter -> Objects.equals(letter.source().userId(), agent)
                        && letter.segment().containsValue(placeId));
    }

    public int count() {
        return letters.values().stream().mapToInt(List::size).sum();
    }
}
