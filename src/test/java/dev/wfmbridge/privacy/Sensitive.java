package dev.wfmbridge.privacy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds in a text what must not be in it: any e-mail address, the names of people, secrets, tokens, in the forms in
 * which they travel. The time grows with the text, not with the number of people.
 */
final class Sensitive {

    /** Shorter names are letters that could mean anything. */
    private static final int SHORTEST_NAME = 4;

    private static final int SHORTEST_SECRET = 6;
    private static final int AROUND = 60;
    private static final String[] AT = {"@", "%40", "\\u0040"};

    private final Set<String> names = new HashSet<>();
    private final Set<Integer> lengths = new TreeSet<>();
    private final Set<String> firstWords = new HashSet<>();
    private final Set<String> secrets = new LinkedHashSet<>();

    synchronized void addNames(Collection<String> more) {
        for (String name : more) {
            if (name.length() >= SHORTEST_NAME && names.add(lower(name))) {
                lengths.add(name.length());
                firstWords.add(word(lower(name), 0));
            }
        }
    }

    synchronized void addSecrets(Collection<String> more) {
        for (String secret : more) {
            if (secret.length() >= SHORTEST_SECRET && secrets.add(secret)) {
                secrets.add(
                        Base64.getEncoder().withoutPadding().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
                secrets.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
            }
        }
    }

    /** The first finding, with its surroundings; empty if the text is clean. */
    synchronized Optional<String> in(String text) {
        return address(text).or(() -> secret(text)).or(() -> name(text));
    }

    private static Optional<String> address(String text) {
        for (String at : AT) {
            for (int i = text.indexOf(at); i >= 0; i = text.indexOf(at, i + 1)) {
                int domain = i + at.length();
                if (i > 0 && isLocal(text.charAt(i - 1)) && isDomain(text, domain)) {
                    return Optional.of("an e-mail address: " + around(text, i));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isLocal(char c) {
        return Character.isLetterOrDigit(c) || "._+-".indexOf(c) >= 0;
    }

    /** Letters, a dot, a letter: what an object's hash code behind an @ is not. */
    private static boolean isDomain(String text, int from) {
        int i = from;
        while (i < text.length() && (Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '-')) {
            i++;
        }
        return i > from && i + 1 < text.length() && text.charAt(i) == '.' && Character.isLetter(text.charAt(i + 1));
    }

    private Optional<String> secret(String text) {
        return secrets.stream()
                .filter(text::contains)
                .findFirst()
                .map(secret -> "a secret: " + around(text, text.indexOf(secret)));
    }

    private Optional<String> name(String text) {
        String all = lower(text);
        for (int i = 0; i < all.length(); i++) {
            boolean begins = Character.isLetterOrDigit(all.charAt(i))
                    && (i == 0 || !Character.isLetterOrDigit(all.charAt(i - 1)));
            if (begins && firstWords.contains(word(all, i))) {
                for (int length : lengths) {
                    int end = i + length;
                    if (end <= all.length()
                            && (end == all.length() || !Character.isLetterOrDigit(all.charAt(end)))
                            && names.contains(all.substring(i, end))) {
                        return Optional.of("a name: " + around(text, i));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static String word(String text, int from) {
        int end = from;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        return text.substring(from, end);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String around(String text, int at) {
        return "…"
                + text.substring(Math.max(0, at - AROUND), Math.min(text.length(), at + AROUND))
                        .replaceAll("\\s+", " ") + "…";
    }
}
