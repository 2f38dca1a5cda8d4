package dev.wfmbridge.events;

import dev.wfmbridge.pass.PassOrder;
import java.time.Duration;

/** Whose turn it is: passes never overlap, and events give way to the clock and to operators. */
public interface PassTurn {

    /** A pass that was due while one for some agents was under way, and comes next; null if there is none. */
    PassOrder takeDue();

    /** Whether there is one. */
    boolean isDue();

    /** Milliseconds until a pass for events may begin, as far as is known now; 0 = it may. */
    long untilIdle();

    /** How long a pass may take. */
    Duration limit();
}
