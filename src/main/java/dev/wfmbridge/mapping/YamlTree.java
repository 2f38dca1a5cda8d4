package dev.wfmbridge.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.config.Problem;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A YAML text as JSON that still knows on which line each key and value stands. Places are JSON pointers. */
public final class YamlTree {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String file;
    private final List<Problem> problems;
    private final Map<String, Integer> valueLines = new HashMap<>();
    private final Map<String, Integer> keyLines = new HashMap<>();
    private final Deque<Node> open = new ArrayDeque<>();
    private final JsonNode root;

    /**
     * Reads the text. What is wrong with it as YAML is added to the problems; {@link #root()} is then null or lacks something.
     */
    public YamlTree(String file, String text, List<Problem> problems) {
        this.file = file;
        this.problems = problems;
        this.root = parse(text);
    }

    private JsonNode parse(String text) {
        try {
            Optional<Node> node = new Compose(LoadSettings.builder()
                            .setLabel(file)
                            .setAllowDuplicateKeys(true)
                            .setAllowNonScalarKeys(true)
                            .setParseComments(false)
                            .build())
                    .composeString(text);
            if (node.isEmpty() || node.get().getTag().equals(Tag.NULL)) {
                problems.add(new Problem(
                        file,
                        0,
                        "the file is empty",
                        "Begin with organizations: and groups:, as in the sample that comes with the bridge."));
                return null;
            }
            return json(node.get(), "");
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
            problems.add(syntax(text, e.getProblem(), mark));
        } catch (YamlEngineException e) {
            problems.add(new Problem(
                    file, 0, "this is no YAML", "Look for characters that do not belong into a text file."));
        }
        return null;
    }

    private Problem syntax(String text, String problem, Mark mark) {
        if (mark == null) {
            return new Problem(file, 0, "this is no YAML", "Look at its indentation, colons and quotes.");
        }
        int line = mark.getLine() + 1;
        String[] lines = text.split("\n", -1);
        String said = mark.getLine() < lines.length ? lines[mark.getLine()] : "";
        String indentation =
                said.substring(0, said.length() - said.stripLeading().length());
        if (indentation.indexOf('\t') >= 0) {
            return new Problem(file, line, "a tab indents this line", "Use spaces; YAML allows no tabs there.");
        }
        String why =
                problem == null ? "" : " (" + problem.replaceAll("\\s+", " ").strip() + ")";
        return new Problem(
                file,
                line,
                "this is no YAML at column " + (mark.getColumn() + 1) + why,
                "Look at the indentation, colons and quotes here and on the line before.");
    }

    private JsonNode json(Node node, String pointer) {
        int line = line(node);
        valueLines.put(pointer, line);
        if (open.contains(node)) {
            problems.add(new Problem(file, line, "this alias stands inside what it stands for", "Write it out."));
            return JSON.nullNode();
        }
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar);
        }
        open.push(node);
        JsonNode json =
                node instanceof MappingNode mapping ? object(mapping, pointer) : array((SequenceNode) node, pointer);
        open.pop();
        return json;
    }

    private ObjectNode object(MappingNode mapping, String pointer) {
        ObjectNode object = JSON.objectNode();
        for (NodeTuple tuple : mapping.getValue()) {
            int line = line(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
                problems.add(new Problem(
                        file,
                        line,
                        "a key is a list or has keys of its own",
                        "Put a text with {{…}} or […] into quotes."));
                continue;
            }
            String key = scalar.getValue();
            String place = pointer + "/" + escaped(key);
            if (object.has(key)) {
                problems.add(new Problem(
                        file,
                        line,
                        "key \"" + key + "\" stands here a second time, first on line " + keyLines.get(place),
                        "Delete one, or put both into one."));
                continue;
            }
            keyLines.put(place, line);
            object.set(key, json(tuple.getValueNode(), place));
        }
        return object;
    }

    private ArrayNode array(SequenceNode sequence, String pointer) {
        ArrayNode array = JSON.arrayNode();
        for (Node item : sequence.getValue()) {
            array.add(json(item, pointer + "/" + array.size()));
        }
        return array;
    }

    private static JsonNode scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.NULL)) {
            return JSON.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return JSON.booleanNode(Boolean.parseBoolean(text));
        }
        if (tag.equals(Tag.INT) && text.matches("-?\\d+")) {
            BigInteger number = new BigInteger(text);
            return number.bitLength() < 64 ? JSON.numberNode(number.longValue()) : JSON.numberNode(number);
        }
        if (tag.equals(Tag.FLOAT) && text.matches("-?[\\d.]*\\d[\\d.]*([eE][-+]?\\d+)?")) {
            return JSON.numberNode(new BigDecimal(text));
        }
        return JSON.textNode(text);
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    /** A key as a part of a JSON pointer. */
    public static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    /** The document, or null if it could not be read. */
    public JsonNode root() {
        return root;
    }

    /** The line of the key at that place, or else of the value, or else of what holds it. */
    public int line(String pointer) {
        String place = pointer;
        while (true) {
            Integer line = keyLines.getOrDefault(place, valueLines.get(place));
            if (line != null) {
                return line;
            }
            if (place.isEmpty()) {
                return 0;
            }
            place = place.substring(0, place.lastIndexOf('/'));
        }
    }
}
