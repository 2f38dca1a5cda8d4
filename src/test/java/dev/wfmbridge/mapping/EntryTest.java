package dev.wfmbridge.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryTest {

    private static Entry entry(String status, Map<String, String> byTag, Set<String> with, Set<String> without) {
        return new Entry(
                0,
                "mapping.yaml",
                1,
                new GroupRef(1L, null),
                "acme",
                "userschedulesegments",
                List.of(new Place("userschedulesegments", "s1", null)),
                status,
                byTag,
                with,
                without,
                false,
                null);
    }

    private static List<String> tags(String text) {
        return text == null ? List.of() : Arrays.asList(text.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "PENDING,, PENDING",
        "PENDING, other, PENDING",
        "PENDING, zz, APPROVED",
        "PENDING, aa, PENDING",
        "PENDING, aa zz, APPROVED",
        "APPROVED, AA, PENDING",
        ",, APPROVED",
    })
    void takesTheStatusOfTheFirstTagInTheFile(String status, String tags, String expected) {
        Map<String, String> byTag = new LinkedHashMap<>();
        byTag.put("zz", "APPROVED");
        byTag.put("aa", "PENDING");

        assertThat(entry(status, byTag, Set.of(), Set.of()).statusFor(tags(tags)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        ", , , true",
        ", , a, true",
        "a b, , , false",
        "a b, , b, true",
        "a b, , c, false",
        ", c, , true",
        ", c, C, false",
        "a, c, a, true",
        "a, c, a c, false",
    })
    void takesWhomTheTagsAllow(String with, String without, String has, boolean taken) {
        Entry entry = entry("PENDING", Map.of(), Set.copyOf(tags(with)), Set.copyOf(tags(without)));

        assertThat(entry.takes(tags(has))).isEqualTo(taken);
    }
}
