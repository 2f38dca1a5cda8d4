package dev.wfmbridge.zendesk;

import dev.wfmbridge.compact.LongColumn;
import dev.wfmbridge.segment.Membership;
import java.util.AbstractCollection;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** The memberships of a listing, each once, in the order in which they were listed, about 45 bytes each. */
final class MembershipRows extends AbstractCollection<Membership> {

    private final LongColumn ids = new LongColumn();
    private long[] users = new long[16];
    private long[] groups = new long[16];
    private int[] updatedAt = new int[16];

    /** Takes a membership; it replaces one listed before. */
    @Override
    public boolean add(Membership membership) {
        int row = ids.last(membership.id());
        boolean isNew = row < 0;
        if (isNew) {
            row = ids.add(membership.id());
            if (row == users.length) {
                int capacity = row + (row >> 1) + 1;
                users = Arrays.copyOf(users, capacity);
                groups = Arrays.copyOf(groups, capacity);
                updatedAt = Arrays.copyOf(updatedAt, capacity);
            }
        }
        users[row] = membership.userId();
        groups[row] = membership.groupId();
        updatedAt[row] = (int) membership.updatedAt();
        return isNew;
    }

    /** The groups, each once, in the order in which they were first listed. */
    Set<Long> groups() {
        Set<Long> distinct = new LinkedHashSet<>();
        for (int row = 0; row < ids.size(); row++) {
            distinct.add(groups[row]);
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
                Membership membership = new Membership(ids.get(row), users[row], groups[row], updatedAt[row]);
                row++;
                return membership;
            }
        };
    }
}
