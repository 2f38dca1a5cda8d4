package dev.wfmbridge.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody probably meant. */
public final class Spelling {
    private final Collection<String> known;

    /**
     * @param known the names that exist
     */
    public Spelling(Collection<String> known) {
        this.known = known;
    }

    /** The known name closest to the word, if one is close enough to be meant. */
    public Optional<String> closest(String word) {
        String wanted = word.toLowerCase(Locale.ROOT);
        String best = null;
        int least = Math.max(2, word.length() / 3) + 1;
        for (String name : known) {
            int distance = distance(wanted, name.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = name;
            }
        }
        return Optional.ofNullable(best);
    }

    /** The same as a question, such as {@code Did you mean "word"?}. */
    public Optional<String> question(String word) {
        return closest(word).map(name -> "Did you mean \"" + name + "\"?");
    }

    /** Insertions, deletions and replacements that lead from one to the other. */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
