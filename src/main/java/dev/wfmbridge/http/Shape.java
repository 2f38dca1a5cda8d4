package dev.wfmbridge.http;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The shape of an id or a code. Anything else in an answer may be a name, an address or a terminal escape sequence, so it is neither printed
 * nor stored, nor used in another call.
 */
public final class Shape {

    private static final int LONGEST = 128;
    private static final int LONGEST_NAME = 200;

    private Shape() {}

    /** Whether it is 1 to 128 letters, digits, dots, hyphens, colons and underscores, and not dots alone, which are a way in a path. */
    public static boolean isId(String text) {
        if (text == null || text.isEmpty() || text.length() > LONGEST) {
            return false;
        }
        boolean dots = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            dots &= c == '.';
            boolean fits = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '-'
                    || c == '_'
                    || c == '.'
                    || c == ':';
            if (!fits) {
                return false;
            }
        }
        return !dots;
    }

    /** The text if it has the shape, else null. */
    public static String idOrNull(String text) {
        return isId(text) ? text : null;
    }

    /** The text of a field if it is text and has the shape, else null. */
    public static String idOrNull(JsonNode field) {
        return field != null && field.isTextual() ? idOrNull(field.textValue()) : null;
    }

    /**
     * A name for a terminal or a log, at most 200 characters on one line: no control characters, and none that reverse or hide the text
     * around them.
     */
    public static String printable(String name) {
        return line(name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name);
    }

    /** The text with a blank in place of each character that does not show as itself: one line, which a terminal does not obey. */
    public static String line(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isPrinted(text.charAt(i))) {
                StringBuilder line = new StringBuilder(text);
                for (int at = i; at < line.length(); at++) {
                    if (!isPrinted(line.charAt(at))) {
                        line.setCharAt(at, ' ');
                    }
                }
                return line.toString();
            }
        }
        return text;
    }

    /** Whether a character shows as itself wherever it is written. */
    public static boolean isPrinted(char c) {
        if (c >= ' ' && c < 0x7f) {
            return true;
        }
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }

    /** For a sentence: the text if it has the shape, else words that say that it has not. */
    public static String shown(String text) {
        return isId(text) ? text : "(no id)";
    }
}
