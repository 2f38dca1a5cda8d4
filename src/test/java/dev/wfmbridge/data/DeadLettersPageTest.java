package dev.wfmbridge.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * docs/dead-letters.md and the codes agree: neither has one that the other lacks, and both say the same about the wait.
 */
class DeadLettersPageTest {

    private static final Pattern CODE = Pattern.compile("`([a-z]+(?:-[a-z]+)+)`");

    private final String page;

    DeadLettersPageTest() throws Exception {
        page = Files.readString(Path.of("docs/dead-letters.md"));
    }

    private static Set<String> codes(boolean waiting) {
        return Arrays.stream(LetterCode.values())
                .filter(code -> code.waits() == waiting)
                .map(LetterCode::text)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> codesIn(String text) {
        return CODE.matcher(text)
                .results()
                .map(match -> match.group(1))
                .filter(code -> LetterCode.of(code).isPresent())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    @DisplayName("each code has its section, with cause and what to do, and no section lacks a code")
    void parts() {
        Set<String> parts = new TreeSet<>();
        for (String part : page.split("(?m)^## ")) {
            if (part.startsWith("`")) {
                String code = part.substring(1, part.indexOf('`', 1));
                assertThat(parts.add(code)).as("%s has one part", code).isTrue();
                assertThat(part).as(code).contains("**Cause.** ", "**What to do.** ");
            }
        }
        Set<String> all = codes(true);
        all.addAll(codes(false));
        assertThat(parts).isEqualTo(all);
    }

    @Test
    @DisplayName("the page says which codes wait, and which the next pass tries")
    void waits() {
        String again = page.substring(page.indexOf("## When it is tried again"), page.indexOf("## When it is removed"));
        int second = again.indexOf("\n- ", again.indexOf("\n- ") + 1);
        int third = again.indexOf("\n- ", second + 1);
        assertThat(codesIn(again.substring(0, second))).isEqualTo(codes(false));
        assertThat(codesIn(again.substring(second, third))).isEqualTo(codes(true));
    }
}
