package dev.wfmbridge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class SentCallsTest {

    @RepeatedTest(20)
    @DisplayName(
            "holds what a plain list of the same times holds, however it grows and shrinks, across the end of the clock's numbers")
    void asAList(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        SentCalls sent = new SentCalls();
        List<Long> list = new ArrayList<>();
        long now = Long.MAX_VALUE - 500;
        for (int step = 0; step < 2_000; step++) {
            now += random.nextInt(3);
            int die = random.nextInt(20);
            if (die < 14) {
                sent.add(now);
                list.add(now);
            } else if (die < 16) {
                sent.dropLast();
                if (!list.isEmpty()) {
                    list.remove(list.size() - 1);
                }
            } else if (die == 16) {
                long from = now - random.nextInt(60);
                sent.forgetBefore(from);
                list.removeIf(time -> time - from < 0);
            }
            assertThat(sent.size()).as("seed %d, step %d", seed, step).isEqualTo(list.size());
            if (!list.isEmpty()) {
                int n = 1 + random.nextInt(list.size());
                assertThat(sent.latest(n)).as("seed %d, step %d", seed, step).isEqualTo(list.get(list.size() - n));
            }
            long from = now - random.nextInt(40);
            assertThat(sent.since(from)).as("seed %d, step %d", seed, step).isEqualTo((int)
                    list.stream().filter(time -> time - from >= 0).count());
        }
    }
}
