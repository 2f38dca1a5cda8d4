package dev.wfmbridge.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.config.Problem;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * YAML text as JSON that still knows the line of each key and value. Places are JSON pointers. Built from the parser's events, so that
 * nothing else of a large file is ever in memory, and with limits: no text, however nested, causes more than a reported problem.
 */
public final class YamlTree {
    /** Deeper than any file of ours, and far from what overflows a thread's stack. */
    private static final int DEEPEST = 200;
    /** Values that aliases may repeat in total. */
    private static final int REPEATED = 100_000;

    private static final int LONGEST = 64 * 1024 * 1024;
    /** A longer number was never meant, and costs more than linear time. */
    private static final int DIGITS = 100;

    private static final Pattern WHOLE = Pattern.compile("-?\\d+");
    private static final Pattern FRACTION = Pattern.compile("-?\\d+\\.?\\d*([eE][-+]?\\d{1,3})?");

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String file;
    private final List<Problem> problems;
    /** For each object and array: its own line, then the lines of its keys or items. */
    private final Map<JsonNode, int[]> lines = new IdentityHashMap<>();

    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private final JsonNode root;
    private Parser parser;
    private ScalarResolver tags;
    private int nested;
    private int values;
    private int repeated;

    /**
     * What an alias stands for.
     *
     * @param json null while it is being read
     * @param text its text as a key; null if it is not one
     * @param size how many values it has
     */
    private record Anchored(JsonNode json, String text, int size) {}

    /** Stops reading at once. */
    private static final class TooMuch extends RuntimeException {
        private final transient Problem problem;

        private TooMuch(Problem problem) {
            super(problem.what(), null, false, false);
            this.problem = problem;
        }
    }

    /**
     * Reads the text. What is wrong with it as YAML is added to the problems; {@link #root()} is then null or lacks something.
     */
    public YamlTree(String file, String text, List<Problem> problems) {
        this.file = file;
        this.problems = problems;
        this.root = parse(text);
        this.parser = null;
        this.anchors.clear();
    }

    private JsonNode parse(String text) {
        if (text.length() > LONGEST) {
            problems.add(new Problem(file, 0, "the file is larger than 64 MB", "Divide it into several."));
            return null;
        }
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(LONGEST)
                .setParseComments(false)
                .build();
        tags = settings.getSchema().getScalarResolver();
        try {
            parser = new ParserImpl(settings, new StreamReader(settings, text));
            parser.next();
            if (parser.checkEvent(Event.ID.StreamEnd)) {
                return empty();
            }
            parser.next();
            JsonNode json = json(next());
            parser.next();
            if (!parser.checkEvent(Event.ID.StreamEnd)) {
                problems.add(new Problem(
                        file,
                        line(parser.peekEvent()),
                        "a second document begins here",
                        "Delete the line ---, or make two files of it."));
                return null;
            }
            return json.isNull() ? empty() : json;
        } catch (TooMuch bound) {
            problems.add(bound.problem);
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
            problems.add(syntax(text, e.getProblem(), mark));
        } catch (YamlEngineException e) {
            problems.add(new Problem(
                    file, 0, "this is not YAML", "Look for characters that do not belong into a text file."));
        }
        return null;
    }

    private JsonNode empty() {
        problems.add(new Problem(
                file,
                0,
                "the file is empty",
                "Begin with organizations: and groups:, as in the sample that comes with the bridge."));
        return null;
    }

    private Problem syntax(String text, String problem, Mark mark) {
        if (mark == null) {
            return new Problem(file, 0, "this is not YAML", "Look at its indentation, colons and quotes.");
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
                "this is not YAML at column " + (mark.getColumn() + 1) + why,
                "Look at the indentation, colons and quotes here and on the line before.");
    }

    /** The next event; a collection nested too deeply is never entered, whatever it is part of. */
    private Event next() {
        Event event = parser.next();
        if (event instanceof CollectionStartEvent && ++nested > DEEPEST) {
            throw new TooMuch(new Problem(
                    file,
                    line(event),
                    "this is nested more than " + DEEPEST + " levels deep",
                    "Look for brackets that are not closed."));
        }
        if (event instanceof CollectionEndEvent) {
            nested--;
        }
        return event;
    }

    private JsonNode json(Event event) {
        values++;
        if (event instanceof AliasEvent alias) {
            return repeat(alias);
        }
        NodeEvent node = (NodeEvent) event;
        if (event instanceof ScalarEvent scalar) {
            JsonNode json = scalar(scalar);
            node.getAnchor().ifPresent(anchor -> anchors.put(anchor, new Anchored(json, scalar.getValue(), 1)));
            return json;
        }
        int before = values;
        node.getAnchor().ifPresent(anchor -> anchors.put(anchor, new Anchored(null, null, 0)));
        JsonNode json = event instanceof MappingStartEvent ? object(event) : array(event);
        node.getAnchor()
                .ifPresent(anchor -> anchors.put(anchor, new Anchored(json, null, Math.max(1, values - before))));
        return json;
    }

    /** What an alias stands for: the same value once more, not a copy. */
    private JsonNode repeat(AliasEvent alias) {
        Anchored anchored = anchored(alias);
        if (anchored.json == null) {
            problems.add(new Problem(file, line(alias), "this alias is inside what it refers to", "Write it out."));
            return JSON.nullNode();
        }
        repeated += anchored.size;
        values += anchored.size;
        if (repeated > REPEATED) {
            throw new TooMuch(new Problem(
                    file,
                    line(alias),
                    "the aliases up to here stand for more than " + REPEATED + " values",
                    "Write out what is meant."));
        }
        return anchored.json;
    }

    private Anchored anchored(AliasEvent alias) {
        Anchored anchored = anchors.get(alias.getAlias());
        if (anchored == null) {
            throw new TooMuch(new Problem(
                    file,
                    line(alias),
                    "the alias *" + alias.getAlias().getValue() + " stands for nothing above it",
                    "Define it as &" + alias.getAlias().getValue() + ", or put the text into quotes."));
        }
        return anchored;
    }

    private ObjectNode object(Event start) {
        ObjectNode object = JSON.objectNode();
        int[] found = {line(start)};
        while (!parser.checkEvent(Event.ID.MappingEnd)) {
            Event event = next();
            int line = line(event);
            String key = key(event);
            if (key == null) {
                problems.add(new Problem(
                        file,
                        line,
                        "a key is a list or has keys of its own",
                        "Put a text with {{…}} or […] into quotes."));
                skip(event);
                skip(next());
            } else if (object.has(key)) {
                problems.add(new Problem(
                        file,
                        line,
                        "key \"" + key + "\" appears here a second time, first on line "
                                + found[1 + position(object, key)],
                        "Delete one, or put both into one."));
                skip(next());
            } else {
                found = with(found, 1 + object.size(), line);
                object.set(key, json(next()));
            }
        }
        next();
        lines.put(object, Arrays.copyOf(found, 1 + object.size()));
        return object;
    }

    /** The key's text; null if it is not text. */
    private String key(Event event) {
        if (event instanceof AliasEvent alias) {
            return anchored(alias).text;
        }
        if (event instanceof ScalarEvent scalar) {
            scalar.getAnchor()
                    .ifPresent(anchor -> anchors.put(anchor, new Anchored(scalar(scalar), scalar.getValue(), 1)));
            return scalar.getValue();
        }
        return null;
    }

    private ArrayNode array(Event start) {
        ArrayNode array = JSON.arrayNode();
        int[] found = {line(start)};
        while (!parser.checkEvent(Event.ID.SequenceEnd)) {
            Event event = next();
            found = with(found, 1 + array.size(), line(event));
            array.add(json(event));
        }
        next();
        lines.put(array, Arrays.copyOf(found, 1 + array.size()));
        return array;
    }

    /** Skips a value that is not wanted. */
    private void skip(Event event) {
        int depth = 0;
        for (Event next = event; ; next = next()) {
            if (next instanceof CollectionStartEvent) {
                depth++;
            } else if (next instanceof CollectionEndEvent) {
                depth--;
            }
            if (depth == 0) {
                return;
            }
        }
    }

    private static int[] with(int[] lines, int index, int line) {
        int[] longer = index < lines.length ? lines : Arrays.copyOf(lines, Math.max(4, 2 * lines.length));
        longer[index] = line;
        return longer;
    }

    private JsonNode scalar(ScalarEvent scalar) {
        String text = scalar.getValue();
        Tag tag = scalar.getTag()
                .map(Tag::new)
                .orElseGet(() -> tags.resolve(text, scalar.getImplicit().canOmitTagInPlainScalar()));
        if (tag.equals(Tag.NULL)) {
            return JSON.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return JSON.booleanNode(Boolean.parseBoolean(text));
        }
        if (text.length() > DIGITS) {
            return JSON.textNode(text);
        }
        if (tag.equals(Tag.INT) && WHOLE.matcher(text).matches()) {
            BigInteger number = new BigInteger(text);
            return number.bitLength() < 64 ? JSON.numberNode(number.longValue()) : JSON.numberNode(number);
        }
        if (tag.equals(Tag.FLOAT) && FRACTION.matcher(text).matches()) {
            return JSON.numberNode(new BigDecimal(text));
        }
        return JSON.textNode(text);
    }

    private static int line(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    private static int position(JsonNode object, String key) {
        int position = 0;
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); position++) {
            if (names.next().equals(key)) {
                return position;
            }
        }
        return -1;
    }

    /** A key as a part of a JSON pointer. */
    public static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    /** The document, or null if it could not be read. */
    public JsonNode root() {
        return root;
    }

    /** The line of the key at that place, or else of the value, or else of what contains it. */
    public int line(String pointer) {
        if (root == null) {
            return 0;
        }
        JsonNode node = root;
        int line = lines.containsKey(root) ? lines.get(root)[0] : 1;
        for (String part :
                pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
            String key = part.replace("~1", "/").replace("~0", "~");
            int position = node.isArray() && key.matches("\\d{1,9}") ? Integer.parseInt(key) : position(node, key);
            if (position < 0 || position >= node.size()) {
                return line;
            }
            line = lines.get(node)[1 + position];
            node = node.isArray() ? node.get(position) : node.get(key);
        }
        return line;
    }

    /** The lines of the keys of an object of this tree, or of the items of a list, in their order. */
    int[] linesIn(JsonNode container) {
        int[] all = lines.get(container);
        return all == null ? new int[0] : Arrays.copyOfRange(all, 1, all.length);
    }
}
