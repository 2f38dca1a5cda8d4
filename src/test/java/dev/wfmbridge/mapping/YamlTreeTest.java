package dev.wfmbridge.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.config.Problem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What reading YAML promises for every file, be it a mapping or routes. */
class YamlTreeTest {

    private final List<Problem> problems = new ArrayList<>();

    private YamlTree tree(String text) {
        return new YamlTree("f.yaml", text, problems);
    }

    private JsonNode read(String text) {
        JsonNode root = tree(text).root();
        assertThat(problems).isEmpty();
        return root;
    }

    private List<String> problems(String text) {
        tree(text);
        return problems.stream()
                .map(problem -> problem.line() + ": " + problem.what())
                .toList();
    }

    @Test
    @DisplayName("numbers are numbers, texts stay texts: with quotes, with a tag, and when longer than any number")
    void scalars() {
        String digits = "7".repeat(100);
        JsonNode root = read(
                """
                whole: 17
                beyond: 9223372036854775808
                fraction: 1.5
                longest: %s
                longer: %s7
                quoted: "1.5"
                quotedWhole: "17"
                text: ! 17
                number: !!int "17"
                infinite: .inf
                long: %s
                nothing: null
                """
                        .formatted(digits, digits, "x".repeat(101)));

        assertThat(root.get("whole").isIntegralNumber()).isTrue();
        assertThat(root.get("beyond").isIntegralNumber()).isTrue();
        assertThat(root.get("beyond").asText()).isEqualTo("9223372036854775808");
        assertThat(root.get("fraction").isBigDecimal()).isTrue();
        assertThat(root.get("fraction").asText()).isEqualTo("1.5");
        assertThat(root.get("longest").isIntegralNumber()).isTrue();
        assertThat(root.get("longer").isTextual()).isTrue();
        assertThat(root.get("quoted").isTextual()).isTrue();
        assertThat(root.get("quotedWhole").isTextual()).isTrue();
        assertThat(root.get("text").isTextual()).isTrue();
        assertThat(root.get("number").isIntegralNumber()).isTrue();
        assertThat(root.get("infinite").isTextual()).isTrue();
        assertThat(root.get("long").asText()).hasSize(101);
        assertThat(root.get("nothing").isNull()).isTrue();
    }

    @Test
    @DisplayName("a place has its key's line; a missing one, the line of what would contain it")
    void lines() {
        YamlTree tree = tree("# a comment\na:\n  b: 1\n  c:\n    - x\n    - y\n");

        assertThat(tree.line("")).isEqualTo(2);
        assertThat(tree.line("/a")).isEqualTo(2);
        assertThat(tree.line("/a/c")).isEqualTo(4);
        assertThat(tree.line("/a/c/1")).isEqualTo(6);
        assertThat(tree.line("/a/c/2")).isEqualTo(4);
        assertThat(tree.line("/a/none")).isEqualTo(2);
        assertThat(tree.line("/none/b")).isEqualTo(2);
        assertThat(tree("only text\n").line("")).isEqualTo(1);
    }

    @Test
    @DisplayName("200 levels are read and 201 refused; neighbouring lists are not levels")
    void depth() {
        read("[".repeat(200) + "]".repeat(200));
        read("a: [" + "[],".repeat(300) + "]\n");

        assertThat(problems("[".repeat(201) + "]".repeat(201)))
                .containsExactly("1: this is nested more than 200 levels deep");
    }

    @Test
    @DisplayName("100,000 repeated values are read and one more is refused; what precedes an anchor does not count")
    void aliases() {
        JsonNode root = read("a: &x 1\nb: [" + "*x,".repeat(100_000) + "]\n");
        assertThat(root.get("b")).hasSize(100_000);
        read("a: [" + "1,".repeat(1_000) + "]\nb: &l [x]\nc: [" + "*l,".repeat(100) + "]\n");

        assertThat(problems("a: &x 1\nb: [" + "*x,".repeat(100_001) + "]\n"))
                .containsExactly("2: the aliases up to here stand for more than 100000 values");
    }

    @Test
    @DisplayName("a key may be named by an alias, and be what one stands for")
    void aliasesOfKeys() {
        JsonNode root = read("a: { &k vip : 1 }\nb: [*k]\nc: { *k : 2 }\n");

        assertThat(root.at("/b/0").asText()).isEqualTo("vip");
        assertThat(root.at("/c/vip").asInt()).isEqualTo(2);
    }

    @Test
    @DisplayName("a key that is a list is one problem, whatever its value; the keys after it are read")
    void listsAsKeys() {
        YamlTree tree = tree("? [a]\n: [b, [c]]\nd: e\n");

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(1);
            assertThat(problem.what()).isEqualTo("a key is a list or has keys of its own");
        });
        assertThat(tree.root().properties()).singleElement().asString().isEqualTo("d=\"e\"");
    }

    @Test
    @DisplayName(
            "what is not YAML: its line and column, and what the parser expected, also where lines end in CR alone")
    void noYaml() {
        assertThat(problems("a: 1\nb: ]\n"))
                .singleElement()
                .asString()
                .startsWith("2: this is not YAML at column 4 (")
                .contains("']'");
        problems.clear();
        assertThat(problems("a: [\r\r")).singleElement().asString().startsWith("2: this is not YAML at column 2 (");
    }

    @Test
    @DisplayName("a file with nothing but the mark of a document, or null, is empty, also after a file with a problem")
    void empty() {
        assertThat(problems("---\n")).containsExactly("0: the file is empty");
        assertThat(problems("null\n")).containsExactly("0: the file is empty", "0: the file is empty");
    }
}
