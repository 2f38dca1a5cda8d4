package dev.wfmbridge.genesys;

import dev.wfmbridge.compact.TextColumn;
import java.util.Locale;

/**
 * The one spelling of a Genesys user's id. Genesys takes a UUID in either case, people type it in either, and segments are derived from
 * its text: in two spellings one user would be two.
 */
public final class UserIds {

    private UserIds() {}

    /** A UUID in lower case; any other text, or none, as it is. */
    public static String spelled(String id) {
        if (id == null || TextColumn.uuid(id) != null) {
            return id;
        }
        String lower = id.toLowerCase(Locale.ROOT);
        return TextColumn.uuid(lower) == null ? id : lower;
    }
}
