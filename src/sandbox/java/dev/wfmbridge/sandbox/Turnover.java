package dev.wfmbridge.sandbox;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Agents come and go while you watch: now and then a new one joins a group, and leaves it again. Each time Zendesk's event is sent
 * to the subscribers, and the time until the segment exists is shown. The people are made up.
 */
public final class Turnover implements AutoCloseable {

    private static final long FIRST = 6_130_899_000_000L;
    private static final Duration BETWEEN = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration CALM = Duration.ofSeconds(6);

    private final World world;
    private final Sandbox sandbox;
    private final PrintStream out;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "turnover");
        thread.setDaemon(true);
        return thread;
    });
    private int people;

    private Turnover(World world, Sandbox sandbox, PrintStream out) {
        this.world = world;
        this.sandbox = sandbox;
        this.out = out;
    }

    /** Begins when the first load is over. */
    public static Turnover begin(World world, Sandbox sandbox, PrintStream out) {
        Turnover turnover = new Turnover(world, sandbox, out);
        turnover.clock.scheduleWithFixedDelay(
                turnover::turn, BETWEEN.toMillis(), BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
        return turnover;
    }

    private void turn() {
        try {
            awaitCalm();
            long id = FIRST + ++people;
            long group = groupOfMany();
            joins(id, group);
            Thread.sleep(BETWEEN.toMillis());
            world.zendesk().removeMembership(id, group);
            sandbox.zendesk().webhooks().membership(false, id, group);
            out.println("Zendesk: agent " + id + " leaves group " + group
                    + "; what becomes of the segment is for the next poll");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void joins(long id, long group) throws InterruptedException {
        String name = "Newcomer " + people;
        String email = "newcomer." + people + "@acme.example";
        String user = "newcomer-" + people;
        world.zendesk().addAgent(ZendeskAgent.of(id, name, email));
        List<String> organizations = new ArrayList<>();
        world.organizations().forEach(organization -> organizations.add(organization.name()));
        organizations.forEach(organization -> world.addUser(organization, user, email, name, "active"));
        world.zendesk().addMembership(id, group);
        long began = System.nanoTime();
        out.println("Zendesk: agent " + id + " joins group " + group + ", and the event is sent");
        sandbox.zendesk().webhooks().membership(true, id, group);
        while (System.nanoTime() - began < PATIENCE.toNanos()) {
            for (String organization : organizations) {
                for (Segment segment : sandbox.genesys().segments(organization)) {
                    if (segment.userId().equals(user)) {
                        out.printf(
                                Locale.ROOT,
                                "Genesys: %.1f s later %s has the agent's segment in schedule %s%n",
                                (System.nanoTime() - began) / 1e9,
                                organization,
                                segment.scheduleId());
                        return;
                    }
                }
            }
            Thread.sleep(LOOK.toMillis());
        }
        out.println("Genesys: no segment of the agent within " + PATIENCE.toSeconds() + " s; the poll finds them");
    }

    /** The first pass, which makes hundreds of segments, would be in the way. */
    private void awaitCalm() throws InterruptedException {
        int before = -1;
        for (int now = calls(); now == 0 || now != before; now = calls()) {
            before = now;
            Thread.sleep(CALM.toMillis());
        }
    }

    private int calls() {
        return sandbox.genesys().received().size();
    }

    /** A group that has members, and so most likely an entry of the mapping. */
    private long groupOfMany() {
        List<Long> groups = new ArrayList<>();
        world.zendesk()
                .memberships()
                .values()
                .forEach(row -> groups.add(row.path("group_id").asLong()));
        return groups.get(ThreadLocalRandom.current().nextInt(groups.size()));
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
