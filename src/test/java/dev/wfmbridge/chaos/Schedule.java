package dev.wfmbridge.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

/** A fault schedule: a town, how many passes, what goes wrong in them and what happens between them. */
record Schedule(long seed, Setup setup, int passes, List<Step> steps) {

    /** Something of the schedule that can be left out. */
    sealed interface Step permits Bad, Event {
        int pass();
    }

    /** The nth call of its kind in a pass goes wrong. */
    record Bad(int pass, String organization, Kind kind, int nth, Woe woe) implements Step {}

    /** What happens before a pass, or while it runs. */
    record Event(int pass, What what, int a, int b) implements Step {}

    enum What {
        JOIN,
        LEAVE,
        REJOIN_WHILE_READING,
        SUSPEND,
        LEAVE_OF_ABSENCE,
        DECLINE,
        CANCEL,
        APPROVE,
        REMOVE_BY_HAND,
        DEACTIVATE,
        RESTART,
        STOP_AT,
        TOKEN_OF_ANOTHER,
        TIME_GOES_BY,
        /** An agent's address goes to another one, who answers for that Genesys user from then on. */
        HAND_ON,
        /** Three agents at once, or some more: as many as may be removed, or too many. */
        LEAVE_TOGETHER
    }

    /** What a town is like, besides its seed. */
    record Setup(
            int agents,
            String policy,
            int workers,
            boolean supportInBoth,
            boolean billingInFirst,
            boolean approvals,
            boolean shortTokens,
            boolean statusField,
            boolean settleAtEnd,
            boolean instance,
            boolean twins,
            boolean crowd,
            boolean staysUp) {

        private Setup cancelling() {
            return new Setup(
                    agents,
                    "cancel",
                    workers,
                    supportInBoth,
                    billingInFirst,
                    approvals,
                    shortTokens,
                    statusField,
                    settleAtEnd,
                    true,
                    twins,
                    crowd,
                    staysUp);
        }

        /** The same with all that is a bridge's and not a town's from another one. */
        private Setup servedAs(Setup other) {
            return new Setup(
                    agents,
                    other.policy,
                    other.workers,
                    other.supportInBoth,
                    other.billingInFirst,
                    approvals,
                    shortTokens,
                    other.statusField,
                    settleAtEnd,
                    other.instance,
                    other.twins,
                    crowd && !other.supportInBoth,
                    other.staysUp);
        }
    }

    /** As many schedules as are run one after the other by the same processes. */
    static final int ROW = 5;

    /** The schedules that are run one after the other by the same processes, of which this seed's is one. */
    static List<Schedule> row(long seed) {
        long first = Math.floorDiv(seed - 1, (long) ROW) * ROW + 1;
        Schedule shape = of(first * 0x2545F491L);
        boolean puts =
                LongStream.range(first, first + ROW).anyMatch(one -> turn(one).isOfPut());
        // A person's change in the midst of a removal needs removals.
        Setup setup =
                puts && !shape.setup().policy().equals("cancel") ? shape.setup().cancelling() : shape.setup();
        return LongStream.range(first, first + ROW)
                .mapToObj(one -> of(one, setup))
                .toList();
    }

    private static Woe turn(long seed) {
        return Woe.values()[(int) Math.floorMod(seed, (long) Woe.values().length)];
    }

    static Schedule of(long seed) {
        return of(seed, null);
    }

    private static Schedule of(long seed, Setup served) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
        Woe turn = turn(seed);
        String drawn = List.of("report", "cancel", "cancel", "delete").get(random.nextInt(4));
        String policy = turn.isOfPut() ? "cancel" : drawn;
        boolean crowd = random.nextInt(15) == 0;
        Setup alone = new Setup(
                5 + random.nextInt(8),
                policy,
                1 + random.nextInt(4),
                !crowd && random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(3) == 0,
                random.nextInt(5) == 0,
                random.nextInt(3) == 0,
                random.nextInt(3) > 0,
                // To remove anything, a bridge has to have a name.
                !policy.equals("report") || random.nextBoolean(),
                random.nextInt(3) == 0,
                crowd,
                random.nextInt(4) > 0);
        Setup setup = served == null ? alone : alone.servedAs(served);
        int passes = 2 + random.nextInt(3);
        List<Step> steps = new ArrayList<>();
        if (setup.crowd()) {
            // Somebody is back at the end of a group of more than one page, after it was read and before they are
            // removed.
            int agent = random.nextInt(setup.agents());
            steps.add(new Event(0, What.JOIN, agent, 0));
            steps.add(new Event(1, What.LEAVE, agent, 3));
            steps.add(new Event(1, What.REJOIN_WHILE_READING, agent, 0));
        }
        if (setup.twins() && !setup.crowd() && seed % 2 == 0) {
            // Of two agents who are one Genesys user both leave, and the other one is back after the groups were read.
            steps.add(new Event(0, What.JOIN, 0, 0));
            steps.add(new Event(1, What.LEAVE, 0, 3));
            steps.add(new Event(1, What.LEAVE, 1, 3));
            steps.add(new Event(1, What.REJOIN_WHILE_READING, 1, 0));
        }
        certain(turn, seed, steps);
        for (int pass = 0; pass < passes; pass++) {
            int bad = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(8);
            if (pass > 0 && random.nextInt(3) == 0) {
                steps.add(
                        new Bad(pass, random.nextInt(3) == 0 ? "globex" : "acme", Kind.PUT, 1, woe(random, Kind.PUT)));
            }
            for (int i = 0; i < bad; i++) {
                steps.add(bad(random, pass));
            }
            int events = pass == 0 ? random.nextInt(2) : random.nextInt(7);
            for (int i = 0; i < events; i++) {
                steps.add(event(random, pass));
            }
        }
        // What happens before the calm pass.
        int last = random.nextInt(3);
        for (int i = 0; i < last; i++) {
            steps.add(new Event(
                    passes,
                    List.of(
                                    What.JOIN,
                                    What.LEAVE,
                                    What.LEAVE_OF_ABSENCE,
                                    What.DECLINE,
                                    What.HAND_ON,
                                    What.LEAVE_TOGETHER)
                            .get(random.nextInt(6)),
                    random.nextInt(1000),
                    random.nextInt(1000)));
        }
        return new Schedule(seed, setup, passes, steps);
    }

    /** Each kind of fault in its turn, where it is met: most calls that chance names are never made. */
    private static void certain(Woe turn, long seed, List<Step> steps) {
        if (turn.isOfPut()) {
            for (int agent = 0; agent < 3; agent++) {
                steps.add(new Event(1, What.LEAVE, agent, 3));
            }
            steps.add(new Bad(1, "acme", Kind.PUT, 1, turn));
        } else {
            Kind kind = turn.fits(Kind.IDENTITY) == turn.fits(Kind.POST)
                    ? seed % 2 == 0 ? Kind.LISTING : Kind.POST
                    : turn.fits(Kind.POST) ? Kind.POST : Kind.IDENTITY;
            steps.add(new Bad(0, "acme", kind, 1, turn));
            if (kind == Kind.IDENTITY) {
                // A process that dies or proves nothing in one pass does so in another.
                steps.add(new Bad(0, "globex", kind, 1, turn));
                steps.add(new Bad(1, "acme", kind, 1, turn));
                steps.add(new Bad(1, "globex", kind, 1, turn));
            }
        }
    }

    private static Bad bad(Random random, int pass) {
        Kind kind;
        int die = random.nextInt(20);
        if (die < 8) {
            kind = Kind.POST;
        } else if (die < 10) {
            kind = random.nextBoolean() ? Kind.PUT : Kind.DELETE;
        } else if (die < 12) {
            kind = random.nextBoolean() ? Kind.BY_ID : Kind.BY_USER;
        } else if (die < 14) {
            kind = Kind.LISTING;
        } else {
            kind = Kind.values()[random.nextInt(Kind.values().length)];
        }
        int most = kind == Kind.POST ? 12 : 3;
        String organization = kind.isZendesk() ? "zendesk" : random.nextInt(3) == 0 ? "globex" : "acme";
        return new Bad(pass, organization, kind, 1 + random.nextInt(most), woe(random, kind));
    }

    private static Woe woe(Random random, Kind kind) {
        int total = Arrays.stream(Woe.values())
                .filter(woe -> woe.fits(kind))
                .mapToInt(woe -> woe.weight)
                .sum();
        int left = random.nextInt(total);
        Woe chosen = null;
        for (Woe woe : Woe.values()) {
            if (chosen == null && woe.fits(kind)) {
                left -= woe.weight;
                if (left < 0) {
                    chosen = woe;
                }
            }
        }
        return chosen;
    }

    private static Event event(Random random, int pass) {
        List<What> often = List.of(What.JOIN, What.LEAVE, What.LEAVE, What.LEAVE_OF_ABSENCE);
        What what = random.nextBoolean()
                ? often.get(random.nextInt(4))
                : What.values()[random.nextInt(What.values().length)];
        return new Event(pass, what, random.nextInt(1000), random.nextInt(1000));
    }

    Schedule without(int from, int size) {
        List<Step> fewer = new ArrayList<>(steps);
        fewer.subList(from, Math.min(from + size, fewer.size())).clear();
        return new Schedule(seed, setup, passes, fewer);
    }

    Schedule withPasses(int fewer) {
        return new Schedule(
                seed,
                setup,
                fewer,
                steps.stream().filter(step -> step.pass() <= fewer).toList());
    }

    List<Bad> bad(int pass) {
        return steps.stream()
                .filter(step -> step.pass() == pass && step instanceof Bad)
                .map(Bad.class::cast)
                .toList();
    }

    List<Event> events(int pass) {
        return steps.stream()
                .filter(step -> step.pass() == pass && step instanceof Event)
                .map(Event.class::cast)
                .toList();
    }

    /** Whether an answer comes later than the bridge waits for one. */
    boolean hasTimeOut() {
        return steps.stream().anyMatch(step -> step instanceof Bad bad && bad.woe() == Woe.TIME_OUT);
    }

    String text() {
        StringBuilder text = new StringBuilder("seed " + seed + ", " + passes + " passes, " + setup);
        steps.forEach(step -> text.append("\n    ").append(step));
        return text.toString();
    }
}
