package dev.wfmbridge.zendesk;

import dev.wfmbridge.compact.Ints;
import dev.wfmbridge.compact.LongColumn;
import dev.wfmbridge.compact.Longs;
import dev.wfmbridge.segment.Membership;
import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** The memberships of a listing, each once, in the order in which they were listed, about 45 bytes each. */
final class MembershipRows extends AbstractCollection<Membership> {

    private final LongColumn ids = new LongColumn();
    private final Longs users = new Longs();
    private final Longs groups = new Longs();
    private final Ints updatedAt = new Ints();

    /** Takes a membership; it replaces one listed before. */
    @Override
    public boolean add(Membership membership) {
        int row = ids.last(membership.id());
        if (row < 0) {
            ids.add(membership.id());
            users.add(membership.userId());
            groups.add(membership.groupId());
            updatedAt.add((int) membership.updatedAt());
            return true;
        }
        users.set(row, membership.userId());
        groups.set(row, membership.groupId());
        updatedAt.set(row, (int) membership.updatedAt());
        return false;
    }

    /** The groups, each once, in the order in which they were first listed. */
    Set<Long> groups() {
        Set<Long> distinct = new LinkedHashSet<>();
        for (int row = 0; row < ids.size(); row++) {
            distinct.add(groups.get(row));
        }
        return distinct;
    }

    @Override
    public int size() {
        return ids.size();
    }

    @Override
    public Iterator<Membership> iterator() {
        return new Iterator<>() {
            private int row;

            @Override
            public boolean hasNext() {
                return row < ids.size();
            }

            @Override
            public Membership next() {
                Membership membership =
                        new Membership(ids.get(row), users.get(row), groups.get(row), updatedAt.get(row));
                row++;
                return membership;
            }
        };
    }
}
