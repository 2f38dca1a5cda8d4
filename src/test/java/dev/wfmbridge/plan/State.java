package dev.wfmbridge.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * What both sides, the mapping and the data folder hold before a plan, as facts that are done one after the other. Each can be left
 * out, which shortens a state that fails. Numbers are indices; what they name is {@link Town}'s.
 *
 * @param seed from which it was drawn
 */
record State(long seed, List<Fact> facts) {

    /** Something that somebody did. */
    enum What {
        GROUP,
        SCHEDULES,
        ENTRY,
        DROP_ENTRY,
        ABSENT,
        AGENT,
        USER,
        SECOND_USER,
        OVERRIDE,
        ID_FIELD,
        JOIN,
        LEAVE,
        SUSPEND,
        DELETE_AGENT,
        END_USER,
        NEW_EMAIL,
        TAG,
        UNTAG,
        FORGET_AGENT,
        NOT_SIDE_LOADED,
        STATUS_FIELD,
        RENAME_GROUP,
        DELETE_GROUP,
        REMOVE_GROUP,
        SAME_NAME,
        GROUP_NOT_SIDE_LOADED,
        MALFORMED_ROW,
        BY_HAND,
        OWN,
        TAKEN,
        PERSON,
        LETTER,
        LEDGER_LINE,
        NO_LEDGER,
        SUSPENDED,
        NOT_SERVED,
        NO_USERS,
        NO_SEGMENTS,
        HALF_LISTING,
        PASS
    }

    record Fact(What what, int a, int b, int c, int d) {
        @Override
        public String toString() {
            return what + " " + a + " " + b + " " + c + " " + d;
        }
    }

    static State of(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        List<Fact> facts = new ArrayList<>();
        int groups = 2 + random.nextInt(2);
        for (int i = 0; i < groups; i++) {
            add(facts, What.GROUP, i, 0, 0, 0);
        }
        int entries = 1 + random.nextInt(4);
        for (int i = 0; i < entries; i++) {
            add(
                    facts,
                    What.ENTRY,
                    random.nextInt(groups),
                    random.nextInt(3) == 0 ? 1 : 0,
                    random.nextInt(3),
                    random.nextInt(40));
        }
        int agents = 3 + random.nextInt(6);
        for (int i = 0; i < agents; i++) {
            add(facts, What.AGENT, i, random.nextInt(20), 0, 0);
            for (int organization = 0; organization < 2; organization++) {
                if (random.nextInt(12) > 0) {
                    add(facts, What.USER, organization, i, Math.max(0, random.nextInt(12) - 9), 0);
                }
                if (random.nextInt(15) == 0) {
                    add(facts, What.SECOND_USER, organization, i, random.nextInt(3), 0);
                }
            }
            add(facts, What.JOIN, i, random.nextInt(groups), 0, 0);
            if (random.nextInt(3) == 0) {
                add(facts, What.JOIN, i, random.nextInt(groups), 0, 0);
            }
        }
        int passes = random.nextInt(10) < 4 ? 0 : 1 + random.nextInt(2);
        for (int i = 0; i < passes; i++) {
            some(random, facts, 3, agents, groups);
            add(facts, What.PASS, 0, 0, 0, 0);
        }
        some(random, facts, 8, agents, groups);
        return new State(seed, facts);
    }

    private static void some(Random random, List<Fact> facts, int most, int agents, int groups) {
        int count = random.nextInt(most + 1);
        for (int i = 0; i < count; i++) {
            What[] all = What.values();
            // What changes most in real life is drawn most often; what halts an organisation rarely, since little then
            // remains.
            What what =
                    switch (random.nextInt(14)) {
                        case 0, 1, 2 -> What.LEAVE;
                        case 3 -> What.JOIN;
                        case 4, 5 -> What.PERSON;
                        case 6 -> What.BY_HAND;
                        case 7 -> What.LETTER;
                        case 8 -> What.LEDGER_LINE;
                        case 9 -> What.OWN;
                        case 10 -> What.TAG;
                        default ->
                            all[
                                    What.DROP_ENTRY.ordinal()
                                            + random.nextInt(
                                                    What.HALF_LISTING.ordinal() - What.DROP_ENTRY.ordinal() + 1)];
                    };
            if (what.ordinal() >= What.SUSPENDED.ordinal() && random.nextInt(3) > 0) {
                continue;
            }
            int first =
                    switch (what) {
                        case RENAME_GROUP, DELETE_GROUP, REMOVE_GROUP, SAME_NAME, GROUP_NOT_SIDE_LOADED ->
                            random.nextInt(groups);
                        default -> random.nextInt(agents);
                    };
            add(
                    facts,
                    what,
                    first,
                    what == What.JOIN || what == What.LEAVE ? random.nextInt(groups) : random.nextInt(agents),
                    random.nextInt(12),
                    random.nextInt(12));
        }
    }

    private static void add(List<Fact> facts, What what, int a, int b, int c, int d) {
        facts.add(new Fact(what, a, b, c, d));
    }

    State without(int index) {
        List<Fact> fewer = new ArrayList<>(facts);
        fewer.remove(index);
        return new State(seed, fewer);
    }

    String text() {
        return facts.stream().map(Fact::toString).collect(Collectors.joining("\n    ", "\n    ", ""));
    }
}
