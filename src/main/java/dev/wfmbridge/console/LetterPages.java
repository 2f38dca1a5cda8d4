package dev.wfmbridge.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.data.DeadLetter;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.operate.BridgeMetrics;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The dead letters, a page at a time: however many there are, a page opens few files and never delays the filing of a letter. */
final class LetterPages {

    /** Letters of a page. */
    static final int PAGE = 200;

    /** Maximum files opened for a page when few of them match. */
    private static final int OPENED = 5_000;

    private static final int LONGEST_NAME = 200;

    private final DeadLetters letters;
    private final BridgeMetrics metrics;

    LetterPages(DeadLetters letters, BridgeMetrics metrics) {
        this.letters = letters;
        this.metrics = metrics;
    }

    /** {@code organization}, {@code code}, and {@code after}: the {@code next} of the page before. */
    Reply page(Ask ask) throws IOException, Refusal {
        String organization = ask.text("organization", LONGEST_NAME);
        String code = ask.letterCode();
        String after = ask.text("after", 2 * LONGEST_NAME);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode counts = json.putObject("counts");
        metrics.lettersOnFile().forEach((name, codes) -> {
            ObjectNode each = counts.putObject(name);
            codes.forEach(each::put);
        });
        ArrayNode page = json.putArray("letters");
        int opened = 0;
        String next = null;
        for (String name : organization == null ? letters.organizations() : List.of(organization)) {
            for (String segment : segments(name)) {
                String key = name + "/" + segment;
                if (after != null && key.compareTo(after) <= 0) {
                    continue;
                }
                if (page.size() == PAGE || opened == OPENED) {
                    json.put("next", next);
                    return Reply.of(json);
                }
                next = key;
                opened++;
                Optional<DeadLetter> letter = letters.find(name, segment);
                if (letter.isPresent()
                        && (code == null || letter.get().code().text().equals(code))) {
                    page.add(letter.get().toJson().put("organization", name));
                }
            }
        }
        json.putNull("next");
        return Reply.of(json);
    }

    private Set<String> segments(String organization) throws IOException, Refusal {
        try {
            return new TreeSet<>(letters.segments(organization));
        } catch (IllegalArgumentException noName) {
            throw new Refusal(400, "organization is not a name of an organisation.");
        }
    }
}
