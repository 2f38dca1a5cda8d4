package dev.wfmbridge.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A part on its way to Kafka. However often it is sent, its bytes are the same, so that a worker recognises a piece that comes twice. */
final class OutgoingPart {

    /** Between two attempts. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final String runId;
    private final String organization;
    private final List<byte[]> pieces;
    private final Instant since = Instant.now();
    private boolean sending;
    private boolean ended;
    private long failedAt;
    private boolean failed;
    private boolean late;

    OutgoingPart(String runId, String organization, List<byte[]> pieces) {
        this.runId = runId;
        this.organization = organization;
        this.pieces = List.copyOf(pieces);
    }

    String organization() {
        return organization;
    }

    List<byte[]> pieces() {
        return pieces;
    }

    /** The piece with this number, counted from 1. */
    Piece piece(int number) {
        return new Piece(runId, organization, number, pieces.size(), pieces.get(number - 1));
    }

    /** When the first attempt began. */
    Instant since() {
        return since;
    }

    /** Whether it is due: no attempt is under way, and the last one failed a while ago. From then on an attempt is under way. */
    synchronized boolean begin() {
        if (ended || sending || failed && System.nanoTime() - failedAt < PAUSE.toNanos()) {
            return false;
        }
        sending = true;
        return true;
    }

    /** Kafka has it, or it is given up: it is not sent again. */
    synchronized void end() {
        ended = true;
        sending = false;
        notifyAll();
    }

    /** An attempt has failed. */
    synchronized void fail() {
        failed = true;
        failedAt = System.nanoTime();
        sending = false;
        notifyAll();
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** Waits until the attempt under way is over, but no longer than that. */
    synchronized void await(Duration most) throws InterruptedException {
        long until = System.nanoTime() + most.toNanos();
        long left = most.toNanos();
        while (sending && left > 0) {
            wait(left / 1_000_000, (int) (left % 1_000_000));
            left = until - System.nanoTime();
        }
    }

    /** Whether it has waited longer than that; true once. */
    synchronized boolean isLateAfter(Duration limit) {
        boolean first = !late && !ended && since.plus(limit).isBefore(Instant.now());
        late |= first;
        return first;
    }

    /** Whether {@link #isLateAfter} was true. */
    synchronized boolean wasLate() {
        return late;
    }
}
