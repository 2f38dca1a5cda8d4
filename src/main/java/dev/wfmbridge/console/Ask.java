package dev.wfmbridge.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.data.LetterCode;
import java.util.regex.Pattern;

/**
 * A request: the parameters of a GET, or the JSON object of a POST.
 *
 * @param fields never null; missing ones were not given
 */
record Ask(JsonNode fields) {

    private static final Pattern UNPRINTABLE = Pattern.compile("\\p{C}");

    /**
     * Text without anything that should not reach a terminal or a log.
     *
     * @param most characters
     * @return null if it was not given, or is empty
     * @throws Refusal 400 if it is not text, too long, or not printable
     */
    String text(String field, int most) throws Refusal {
        JsonNode given = fields.path(field);
        if (given.isMissingNode() || given.isNull()) {
            return null;
        }
        String text = given.isTextual() ? given.textValue().strip() : null;
        if (text == null || text.length() > most || UNPRINTABLE.matcher(text).find()) {
            throw new Refusal(400, field + " has to be a text of at most " + most + " printable characters.");
        }
        return text.isEmpty() ? null : text;
    }

    /** @throws Refusal 400 as above, or if it is missing */
    String needed(String field, int most) throws Refusal {
        String text = text(field, most);
        if (text == null) {
            throw new Refusal(400, field + " is missing.");
        }
        return text;
    }

    /**
     * The code of a dead letter, from the field {@code code}.
     *
     * @return null if it was not given
     * @throws Refusal 400 if there is no such code
     */
    String letterCode() throws Refusal {
        String code = text("code", 200);
        if (code != null && LetterCode.of(code).isEmpty()) {
            throw new Refusal(400, "code is not a code of a dead letter: see docs/dead-letters.md.");
        }
        return code;
    }
}
