package dev.wfmbridge.mapping;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One line of the mapping: whose members go where, and how. There may be a hundred thousand, most of them alike, so its collections are
 * not copied; they are shared and must not be changed.
 *
 * @param index its position in the mapping, by file and then within it, from 0; the lowest takes precedence
 * @param file the file that it is in, as the user would type it
 * @param line the line on which it begins
 * @param group the Zendesk group
 * @param organization the name of the organisation
 * @param target the name of what its members are put into
 * @param places at least one
 * @param status what a new segment is posted with; null if the entry does not say
 * @param statusByTag the same by the agent's tags, in the order of the file; tags in lower case
 * @param withTags only agents with one of these, unless empty; in lower case
 * @param withoutTags only agents with none of these; in lower case
 * @param absent whether its members are to be removed
 * @param options what else its target needs to know; null if nothing
 */
public record Entry(
        int index,
        String file,
        int line,
        GroupRef group,
        String organization,
        String target,
        List<Place> places,
        String status,
        Map<String, String> statusByTag,
        Set<String> withTags,
        Set<String> withoutTags,
        boolean absent,
        Object options) {
    private static final String USUAL_STATUS = "APPROVED";

    public Entry {
        places = List.copyOf(places);
    }

    /** The place in the mapping, as named in messages: {@code FILE:LINE}. */
    public String where() {
        return file + ":" + line;
    }

    /** What a new segment of an agent with these tags is posted with. */
    public String statusFor(Collection<String> tags) {
        for (Map.Entry<String, String> rule : statusByTag.entrySet()) {
            if (has(tags, rule.getKey())) {
                return rule.getValue();
            }
        }
        return status != null ? status : USUAL_STATUS;
    }

    /** Whether an agent with these tags is mapped by this entry. */
    public boolean takes(Collection<String> tags) {
        return (withTags.isEmpty() || withTags.stream().anyMatch(tag -> has(tags, tag)))
                && withoutTags.stream().noneMatch(tag -> has(tags, tag));
    }

    private static boolean has(Collection<String> tags, String wanted) {
        for (String tag : tags) {
            if (tag.toLowerCase(Locale.ROOT).equals(wanted)) {
                return true;
            }
        }
        return false;
    }
}
