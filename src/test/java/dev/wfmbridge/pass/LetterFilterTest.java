package dev.wfmbridge.pass;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LetterFilterTest {

    private static LetterFilter sent(LetterFilter filter) throws Exception {
        return LetterFilter.fromJson(new ObjectMapper().readTree(filter.toJson().toString()));
    }

    @Test
    @DisplayName(
            "another process that takes the order replays the same letters: those chosen one by one, and no others")
    void asJson() throws Exception {
        LetterFilter chosen =
                new LetterFilter("acme", "phantom-conflict", Duration.ofHours(1), 30, Set.of("segment-1", "segment-2"));
        assertThat(sent(chosen)).isEqualTo(chosen);
        LetterFilter all = new LetterFilter(null, null, null, 0);
        assertThat(sent(all)).isEqualTo(all);
    }
}
