package dev.wfmbridge.config;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * A range from which a waiting time is chosen.
 *
 * @param min the shortest, inclusive
 * @param max the longest, inclusive
 */
public record DurationRange(Duration min, Duration max) {

    /**
     * @throws IllegalArgumentException if one of them is negative or they are the wrong way round
     */
    public DurationRange {
        if (min.isNegative() || min.compareTo(max) > 0) {
            throw new IllegalArgumentException("its first duration is longer than its second");
        }
    }

    /** A duration between the two, evenly spread, to the millisecond. */
    public Duration random(RandomGenerator random) {
        return Duration.ofMillis(random.nextLong(min.toMillis(), max.toMillis() + 1));
    }
}
