package dev.wfmbridge.chaos;

import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.Durations;

/** One schedule, run to its end: the passes with their faults, a calm one after a restart, and one more that has nothing to do. */
final class Run {
    private final Schedule schedule;
    private final Town town;
    private final Venue venue;
    private final Log log;
    private final Met met;
    private final Map<Long, Woe> faults = new ConcurrentHashMap<>();
    private final Refusals refusals = new Refusals();
    private final Set<String> used = new HashSet<>();
    private final Instant began = Instant.now().minusSeconds(1);
    private Tested tested;
    private Oracle oracle;
    private volatile boolean outlivesItsPass;

    /** The run of the schedule of this seed. */
    Run(Venue venue, long seed, Log log, Met met) {
        this.venue = venue;
        this.town = venue.town(seed);
        this.schedule = town.schedule;
        this.log = log;
        this.met = met;
    }

    /** What was wrong; empty if nothing was. */
    List<String> wrong() throws Exception {
        town.comesAlive();
        try (Log.Lines lines = log.listen();
                Tested opened = venue.tested(town, met)) {
            tested = opened;
            town.servedBy(opened.sandbox());
            opened.with("ZENDESK_REQUESTS_PER_MINUTE", "5000");
            opened.with("REMOVALS_POLICY", schedule.setup().policy());
            opened.with("GENESYS_WORKERS", String.valueOf(schedule.setup().workers()));
            opened.with("HTTP_MAX_QUOTA_WAIT", "120s");
            opened.with("HTTP_BACKOFF", "1s-8s");
            // Where no answer is held back for longer than that, none is too late, however busy the machine is.
            opened.with("HTTP_RESPONSE_TIMEOUT", schedule.hasTimeOut() ? Town.TIME_OUT_MILLIS + "ms" : "60s");
            if (schedule.setup().instance()) {
                opened.with("BRIDGE_INSTANCE", Oracle.INSTANCE);
            }
            met.met(schedule.setup().instance() ? Met.Situation.INSTANCE : Met.Situation.NO_INSTANCE);
            if (schedule.setup().staysUp()) {
                // What it remembers is older than that when the next pass begins.
                opened.with("IDEMPOTENT_TTL", "1s");
                opened.with("GENESYS_USERS_FRESH", "1s");
            }
            if (schedule.setup().statusField()) {
                opened.with("ZENDESK_STATUS_FIELD", "wfm_status");
            }
            oracle = new Oracle(town, opened.sandbox(), opened.data(), met);
            try {
                opened.start();
                for (int pass = 0; pass < schedule.passes(); pass++) {
                    pass(pass);
                }
                calm();
                secrets(lines.texts());
            } finally {
                keep(lines);
            }
            return oracle.wrong();
        }
    }

    /** Of one seed; of several at a time the last one stays, with what the others said meanwhile. */
    private static void keep(Log.Lines lines) throws IOException {
        String kept = System.getProperty("chaos.log");
        if (kept != null) {
            Files.write(Path.of(kept), lines.texts());
        }
    }

    private void pass(int number) throws Exception {
        AtomicBoolean stopped = new AtomicBoolean();
        tested.begins(number);
        for (Schedule.Event event : schedule.events(number)) {
            town.happens(event);
            met.met(event.what());
            switch (event.what()) {
                case RESTART -> tested.restart();
                case TOKEN_OF_ANOTHER -> {
                    String organization = event.a() % 2 == 0 ? town.acme : town.globex;
                    tested.sandbox()
                            .genesys()
                            .tokenOrganizationOverride(
                                    organization, organization.equals(town.acme) ? town.globex : town.acme);
                    tested.sandbox().genesys().revokeTokens(organization);
                }
                default -> {
                    // Done already, or while the pass runs.
                }
            }
        }
        hinted(number);
        arm(number, stopped);
        oracle.begin();
        tested.pass();
        settle();
        disarm();
        check("pass " + number, false, false);
        if (stopped.get()) {
            tested.restart();
        }
    }

    /**
     * Zendesk's events of what happened, and what comes of them before the pass: lost, doubled, out of order, before the fact, and with
     * answers that get lost. Whatever it is, nothing is removed, and the pass that follows is judged as any other.
     */
    private void hinted(int number) throws Exception {
        Random random = new Random(schedule.seed() * 31 + number);
        List<Long> hints = new ArrayList<>();
        for (Schedule.Event event : schedule.events(number)) {
            if (random.nextInt(4) == 0) {
                met.met(Met.Situation.EVENT_LOST);
                continue;
            }
            hints.add(agent(event));
            if (random.nextInt(4) == 0) {
                met.met(Met.Situation.EVENT_TWICE);
                hints.add(agent(event));
            }
        }
        for (Schedule.Event event : schedule.events(number + 1)) {
            if (random.nextInt(4) == 0) {
                met.met(Met.Situation.EVENT_TOO_EARLY);
                hints.add(agent(event));
            }
        }
        Collections.shuffle(hints, random);
        if (hints.isEmpty()) {
            return;
        }
        Woe woe =
                List.of(Woe.LOST_ANSWER, Woe.LOST_REQUEST, Woe.LATE, Woe.DELAY).get(random.nextInt(4));
        AtomicInteger posts = new AtomicInteger();
        tested.sandbox().genesys().interceptor(call -> {
            String client = call.clientId() == null ? "" : call.clientId().replace("client-of-", "");
            return Kind.ofGenesys(call) == Kind.POST && posts.incrementAndGet() == 1
                    ? woe.with(call, town, client)
                    : null;
        });
        int middle = hints.size() / 2;
        for (List<Long> some : List.of(hints.subList(0, middle), hints.subList(middle, hints.size()))) {
            if (!some.isEmpty()) {
                // A process that was asked to end in the pass before may have called since that one was checked.
                int from = tested.sandbox().genesys().received().size();
                judge(tested.forAgents(some), number, from);
            }
        }
        settle();
        disarm();
        oracle.checkTokens("events before pass " + number);
        tested.sandbox().genesys().clearReceived();
        tested.sandbox().zendesk().clearReceived();
    }

    private long agent(Schedule.Event event) {
        return town.zendeskId(event.a() % schedule.setup().agents());
    }

    private void judge(long balance, int number, int from) {
        String what = "the pass for events before pass " + number;
        if (balance != 0) {
            oracle.wrong().add(what + " does not balance: " + balance);
        }
        if (!tested.wasAlone()) {
            return;
        }
        List<Received> all = tested.sandbox().genesys().received();
        List<Received> calls = all.subList(from, all.size());
        for (Received call : calls) {
            boolean cancels = call.method().equals("PUT") && call.body().contains("CANCELLED");
            if (call.method().equals("DELETE") || cancels) {
                oracle.wrong().add(what + " removes: " + call.method() + " " + call.path());
            }
            if (Kind.ofGenesys(call) == Kind.LISTING) {
                oracle.wrong().add(what + " reads a whole schedule: " + call.query());
            }
        }
        if (calls.stream().anyMatch(call -> Kind.ofGenesys(call) == Kind.POST && call.status() == 201)) {
            met.met(Met.Situation.CREATED_FOR_AN_EVENT);
        }
    }

    private void calm() throws Exception {
        tested.begins(Tested.CALM);
        schedule.events(schedule.passes()).forEach(event -> {
            town.happens(event);
            met.met(event.what());
        });
        // So short a life as this factor makes of it ends between two calls where the machine is busy.
        town.world.weather().genesysTokenLife(Duration.ofDays(1));
        if (schedule.setup().settleAtEnd()) {
            town.world.advance(Duration.ofMinutes(1));
        }
        // A token of that short life is one thing more that a busy machine would make a failure of.
        if (schedule.setup().staysUp() && !schedule.setup().shortTokens() && !outlivesItsPass) {
            met.met(Met.Situation.STAYED_UP_FOR_THE_CALM_PASS);
        } else {
            tested.restart();
        }
        oracle.begin();
        tested.pass();
        settle();
        check("calm pass", true, false);
        oracle.begin();
        tested.pass();
        settle();
        check("second calm pass", false, true);
    }

    private void check(String name, boolean calm, boolean quiet) throws IOException {
        oracle.check(name, faults, refusals, calm, quiet, tested.isDisturbed());
        Stream.concat(tested.sandbox().genesys().received().stream(), tested.sandbox().zendesk().received().stream())
                .map(call -> call.headers().get("authorization"))
                .filter(header -> header != null)
                .forEach(used::add);
        town.rejoined.clear();
        faults.clear();
        refusals.clear();
        tested.sandbox().genesys().clearReceived();
        tested.sandbox().zendesk().clearReceived();
    }

    /** Calls that the bridge gave up are still being served. */
    private void settle() {
        Awaitility.await()
                .atMost(Durations.ONE_MINUTE)
                .pollInSameThread()
                // What is remembered for a second is forgotten after it.
                .pollDelay(Duration.ofMillis(10))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> Stream.concat(
                                tested.sandbox().genesys().received().stream(),
                                tested.sandbox().zendesk().received().stream())
                        .noneMatch(call -> call.status() == Received.PENDING));
    }

    private void arm(int number, AtomicBoolean stopped) {
        refusals.noticedBy(tested);
        Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
        List<Schedule.Bad> bad = schedule.bad(number);
        List<Schedule.Event> events = schedule.events(number);
        AtomicInteger total = new AtomicInteger();
        tested.sandbox().zendesk().interceptor(call -> on(call, "zendesk", Kind.ofZendesk(call), counts, bad));
        tested.sandbox().genesys().interceptor(call -> {
            Kind kind = Kind.ofGenesys(call);
            String client = call.clientId() == null ? "" : call.clientId().replace("client-of-", "");
            int nth = total.incrementAndGet();
            tested.called(nth);
            for (Schedule.Event event : events) {
                if (event.what() == Schedule.What.STOP_AT && nth == 1 + event.a() % 30) {
                    stopped.set(true);
                    tested.stop();
                }
                if (event.what() == Schedule.What.REJOIN_WHILE_READING && kind == Kind.LISTING) {
                    rejoin(event, client);
                }
            }
            return on(call, client, kind, counts, bad);
        });
    }

    /** Somebody is added to a group after it was read and before anything is removed. */
    private synchronized void rejoin(Schedule.Event event, String organization) {
        int agent = event.a() % schedule.setup().agents();
        boolean one = !schedule.setup().supportInBoth();
        long group = organization.equals(town.globex) ? Town.SALES : one ? Town.SUPPORT : Town.BILLING;
        if (town.rejoined.isEmpty() && !town.members.get(agent).containsKey(group)) {
            town.rejoined.add(agent);
            town.join(agent, group);
        }
    }

    private Fault on(Received call, String side, Kind kind, Map<String, AtomicInteger> counts, List<Schedule.Bad> bad) {
        refusals.hold(call, side);
        int nth = counts.computeIfAbsent(side + kind, k -> new AtomicInteger()).incrementAndGet();
        for (Schedule.Bad one : bad) {
            if (town.called(one.organization()).equals(side) && one.kind() == kind && one.nth() == nth) {
                faults.put(call.nanoTime(), one.woe());
                refusals.refused(call, one.woe());
                met.met(one.woe());
                // An hour's wait, by which the next pass would have to halt.
                outlivesItsPass |= one.woe() == Woe.WAIT_HOUR;
                return one.woe().with(call, town, side);
            }
        }
        return null;
    }

    private void disarm() {
        tested.sandbox().genesys().interceptor(null);
        tested.sandbox().zendesk().interceptor(null);
        town.organizations.forEach(
                organization -> tested.sandbox().genesys().tokenOrganizationOverride(organization, null));
    }

    // No secret and no person's data in a file or in the log, in whichever form.
    private void secrets(List<String> logged) throws IOException {
        Set<String> needles = new HashSet<>();
        for (String secret : town.secrets) {
            forms(secret, needles);
        }
        for (String header : used) {
            String value = header.substring(header.indexOf(' ') + 1);
            forms(value, needles);
        }
        for (String organization : town.organizations) {
            String client = "client-of-" + organization;
            town.secrets.stream()
                    .filter(secret ->
                            secret.startsWith((organization.equals(town.acme) ? "acme" : "globex") + "secret"))
                    .forEach(secret -> forms(client + ":" + secret, needles));
        }
        List<String> texts = new ArrayList<>(logged);
        try (Stream<Path> files = Files.walk(tested.folder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try {
                    if (Files.getLastModifiedTime(file).toInstant().isBefore(began)) {
                        // Of an earlier town, whose run has looked at it.
                        continue;
                    }
                    texts.add(file.getFileName() + ": " + Files.readString(file));
                } catch (NoSuchFileException replaced) {
                    // Some of several processes still write: a temporary file has got its name meanwhile.
                    texts.add(replaced.getFile());
                }
            }
        } catch (UncheckedIOException walking) {
            if (!(walking.getCause() instanceof NoSuchFileException)) {
                throw walking;
            }
            secrets(logged);
            return;
        }
        for (String text : texts) {
            for (String needle : needles) {
                if (text.contains(needle)) {
                    oracle.wrong().add("a secret or a person's data, " + needle + ", in: " + text);
                }
            }
        }
    }

    private static void forms(String secret, Set<String> forms) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        forms.add(secret);
        forms.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
        forms.add(URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20"));
        forms.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
        forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
}
