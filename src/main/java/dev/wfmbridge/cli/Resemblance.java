package dev.wfmbridge.cli;

import java.text.Normalizer;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How much two names resemble each other: by the words that both have, without regard to case, accents and order. A
 * word counts less the more names have it, so that "Support" alone, which half of the names have, makes no pair.
 */
final class Resemblance {

    private final Map<String, Integer> frequency = new HashMap<>();

    /** @param names all names there are, of both sides */
    Resemblance(Collection<String> names) {
        names.forEach(name -> words(name).forEach(word -> frequency.merge(word, 1, Integer::sum)));
    }

    /** What the common words weigh, of what all words of both names weigh on average: 0 to 1. */
    double of(String one, String other) {
        Set<String> words = words(one);
        Set<String> others = words(other);
        if (words.isEmpty() || others.isEmpty()) {
            return 0;
        }
        if (String.join("", words).equals(String.join("", others))) {
            // "First line" and "firstline".
            return 1;
        }
        double common = 0;
        for (String word : words) {
            if (others.contains(word)) {
                common += weight(word);
            }
        }
        return 2 * common / (weight(words) + weight(others));
    }

    private double weight(Collection<String> words) {
        return words.stream().mapToDouble(this::weight).sum();
    }

    private double weight(String word) {
        return 1.0 / frequency.getOrDefault(word, 1);
    }

    private static Set<String> words(String name) {
        String plain = Normalizer.normalize(name, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT);
        Set<String> words = new LinkedHashSet<>();
        for (String word : plain.split("[^\\p{L}\\p{N}]+")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }
}
