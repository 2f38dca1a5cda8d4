package dev.wfmbridge.pass;

import dev.wfmbridge.http.Call;
import dev.wfmbridge.ledger.LedgerLine;
import dev.wfmbridge.mapping.Place;
import java.util.Set;

/** A segment whose agent is no longer in any entry of its schedule. */
public final class Candidate {

    private final LedgerLine line;
    private final Place place;
    private final Set<Long> groups;
    private final boolean deletes;
    private SegmentRow row;
    private int attempts;
    private Call call;
    private boolean unknown;
    private boolean open = true;

    public Candidate(LedgerLine line, Place place, Set<Long> groups, SegmentRow row, boolean deletes) {
        this.line = line;
        this.place = place;
        this.groups = Set.copyOf(groups);
        this.row = row;
        this.deletes = deletes;
    }

    public LedgerLine line() {
        return line;
    }

    public Place place() {
        return place;
    }

    /** All groups that lead to the schedule: a membership in any of them keeps the segment. */
    public Set<Long> groups() {
        return groups;
    }

    /** Whether it is to be deleted rather than cancelled. */
    public boolean deletes() {
        return deletes;
    }

    public SegmentRow row() {
        return row;
    }

    public void row(SegmentRow now) {
        row = now;
    }

    public int attempt() {
        return ++attempts;
    }

    public int attempts() {
        return attempts;
    }

    /** The call for the attempt under way. */
    public Call sends(Call now) {
        call = now;
        return now;
    }

    /** That call ended, or is no longer awaited. */
    public void answered() {
        unknown |= call.getStatus() != 409;
    }

    /** Whether any of our calls can have changed the segment: one answered with a version conflict changed nothing. */
    public boolean mayHaveBeenChanged() {
        return unknown;
    }

    /** No more call is sent for it in this pass. */
    public void ends() {
        open = false;
    }

    /** Whether a call is still to be sent for it. */
    public boolean isOpen() {
        return open;
    }

    /** The target, for the routes. */
    public String getTarget() {
        return line.target();
    }
}
