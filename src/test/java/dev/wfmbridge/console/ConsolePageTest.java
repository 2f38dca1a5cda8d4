package dev.wfmbridge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The console as people see it, in a browser. */
class ConsolePageTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOSTILE =
            "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>\"'&amp;${7*7}";
    private static final int MANY = 1_000;

    private static Browser browser;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        browser = Browser.start();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    private static void signIn(String token) {
        browser.type("#access-form input[name=token]", token);
        browser.see("#access-form input[name=token]").sendKeys(Keys.ENTER);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await(Browser.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Passes of the previous hours, so that there is something to draw. */
    private static void history(Path data, int passes) throws Exception {
        Random random = new Random(20261130);
        Path runs = Files.createDirectories(data.resolve("runs"));
        Instant begun = Instant.now().minus(Duration.ofMinutes(15L * passes)).truncatedTo(ChronoUnit.SECONDS);
        for (int i = 0; i < passes; i++) {
            Instant at = begun.plus(Duration.ofMinutes(15L * i));
            String runId = at.toString().replaceAll("[-:]", "").replace("Z", ".000Z");
            boolean bad = i == passes / 2 || i == passes / 2 + 1;
            ObjectNode report = JSON.createObjectNode();
            report.put("schema", 1).put("runId", runId).put("trigger", "cron").put("startedAt", at.toString());
            report.put(
                            "finishedAt",
                            at.plusSeconds(20 + random.nextInt(15) + (bad ? 60 : 0))
                                    .toString())
                    .put("complete", !bad)
                    .put("exitCode", bad ? 2 : i == 5 ? 3 : 0)
                    .put("balance", 0);
            report.putObject("zendesk").putObject("default");
            ObjectNode outcomes =
                    report.putObject("organizations").putObject("acme-emea").putObject("outcomes");
            outcomes.put("created", random.nextInt(6))
                    .put("present", 40)
                    .put("held", bad ? 12 : 0)
                    .put("dead-lettered", i == 5 ? 2 : 0);
            outcomes.putObject("skipped").put("user-not-found", 4 + random.nextInt(2));
            JSON.writeValue(runs.resolve(runId + ".json").toFile(), report);
        }
    }

    @Test
    @DisplayName(
            "a pass can be watched; a halted organisation is shown with the next step; why, letters, replay and plan; axe finds nothing, in each size and colour")
    void everything() throws Exception {
        // The page of an earlier test still asks for what its process, which is gone, would say.
        browser.open("about:blank");
        browser.complaints();
        try (Scene scene = Scene.in(folder).withToken().halts("acme-amer");
                Told log = Told.by(Actions.class)) {
            scene.rehearsal.searchedByAddress();
            history(scene.rehearsal.data(), 40);
            // Not while the test runs, yet soon enough for the screenshot.
            ZonedDateTime next = ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(12);
            scene.rehearsal.with("POLL_CRON", "0 %d %d * * ?".formatted(next.getMinute(), next.getHour()));
            browser.scheme("light");
            browser.size(1280, 900);
            browser.open(scene.url());

            // The token is asked for, and then again.
            browser.see("dialog[open]");
            browser.accessible("the dialog");
            signIn("not-the-token");
            browser.see("#access-why", "That token is wrong");
            signIn(Scene.TOKEN);
            browser.see("#seen", "Connected");
            browser.see("#passes canvas");

            // By hand, and slowly enough to be seen.
            CountDownLatch seen = new CountDownLatch(1);
            scene.genesys(call -> {
                if (Scene.isPost(call)) {
                    waitFor(seen);
                }
                return null;
            });
            browser.click("#start-pass");
            browser.see("#access-by");
            browser.type("#access-form input[name=token]", Scene.TOKEN);
            browser.type("#access-form input[name=by]", "Mona");
            browser.see("#access-form input[name=by]").sendKeys(Keys.ENTER);
            browser.see("#told", "A pass begins.");
            browser.see("#state-more", "A pass is under way, started by an operator");
            browser.see("#state-more progress");
            seen.countDown();
            scene.genesys(null);
            browser.see("#state", "Incomplete");
            assertThat(browser.text("#state"))
                    .contains("1 of 4 organisations halted", "acme-amer halted, credentials:")
                    .contains(scene.rehearsal
                            .report("acme-amer")
                            .at("/halted/nextStep")
                            .asText());
            assertThat(log.lines()).containsExactly("console: Mona started a pass");
            await().atMost(Browser.LIMIT)
                    .until(() -> !browser.text("#state-more").contains("under way"));

            // What needs attention comes first; headings sort, by keyboard too; the filter filters.
            assertThat(names()).startsWith("acme-amer", "acme-apac");
            assertThat(sorted("state")).isEqualTo("ascending");
            WebElement head = browser.all("#organizations thead button").get(0);
            head.sendKeys(Keys.ENTER);
            assertThat(names()).containsExactly("acme-amer", "acme-apac", "acme-emea", "globex");
            head.sendKeys(Keys.SPACE);
            assertThat(names()).containsExactly("globex", "acme-emea", "acme-apac", "acme-amer");
            assertThat(sorted("name")).isEqualTo("descending");
            browser.type("#organizations-filter input", "credentials");
            assertThat(browser.wait(() -> names().size() == 1 ? names() : null)).containsExactly("acme-amer");
            browser.type("#organizations-filter input", "x");
            browser.see("#organizations-filter input").sendKeys(Keys.BACK_SPACE);
            browser.wait(() -> names().size() == 4 ? names() : null);
            browser.all("#organizations thead button").get(1).click();
            browser.script("document.activeElement.blur()");
            browser.picture("console-glance");
            looks("glance");

            // Suspended and resumed, by keyboard.
            browser.see("button[aria-label='Suspend globex']").sendKeys(Keys.ENTER);
            browser.see("button[aria-label='Resume globex']").sendKeys(Keys.ENTER);
            browser.see("button[aria-label='Suspend globex']");
            assertThat(log.lines()).endsWith("console: Mona suspended globex", "console: Mona resumed globex");

            browser.go("why");
            browser.type("#why-form input[name=who]", "agent1-3@example.com" + Keys.ENTER);
            browser.see("#why-answer", "dead-lettered, invalid-request");
            assertThat(browser.text("#why-answer"))
                    .contains("Zendesk user " + Scene.agent("acme-apac", 3), "Compare the entry")
                    .doesNotContain("Agent 1 3", "@");
            browser.picture("console-why");
            looks("why");
            browser.click("#why-answer button");
            browser.see("#why-answer", "Agent 1 3");
            browser.type("#why-form input[name=who]", String.valueOf(Scene.agent("globex", Scene.AGENTS - 1)));
            browser.click("#why-form input[name=live]");
            browser.click("#why-form button");
            browser.see("#why-answer", "As both sides are now");
            assertThat(browser.text("#why-answer")).contains("skipped, user-not-found");
            browser.type("#why-form input[name=who]", "nobody@example.com" + Keys.ENTER);
            browser.see("#why-answer", "Zendesk knows no user with this address.");
            assertThat(
                            (List<?>)
                                    browser.script(
                                            "return performance.getEntriesByType('resource').map((one) => one.name).filter((name) => name.includes('example.com') || name.includes('%40'))"))
                    .as("no address in a URL")
                    .isEmpty();
            assertThat(browser.script("return JSON.stringify([localStorage, sessionStorage, document.cookie])"))
                    .as("nothing is stored")
                    .isEqualTo("[{},{},\"\"]");

            browser.go("letters");
            browser.wait(() -> browser.all("#letters-list tbody tr").size() == 2 ? true : null);
            browser.see("#letters-list", "HTTP 400");
            browser.click("#letters-list summary");
            browser.see("#letters-list pre", "\"status\": 400");
            browser.picture("console-letters");
            looks("letters");
            assertThat(browser.see("#replay-chosen").isEnabled()).isFalse();
            WebElement first = browser.all("#letters-list tbody tr").get(0);
            String agent = first.findElements(By.tagName("td")).get(3).getText();
            first.findElement(By.tagName("input")).click();
            browser.see("#replay-chosen", "Replay 1 selected");
            int before = scene.posted().size();
            scene.rehearsal.sandbox().genesys().interceptor(null);
            browser.click("#replay-chosen");
            browser.see("#told", "1 letter is delivered again");
            await().atMost(Browser.LIMIT).until(() -> scene.posted().size() == before + 1);
            assertThat(agent)
                    .isEqualTo(String.valueOf(
                            Scene.agent("acme-apac", scene.posted().get(before).endsWith("3") ? 3 : 7)));
            await().atMost(Browser.LIMIT)
                    .until(() -> !scene.rehearsal.bridge().passes().isUnderWay());

            int last = Scene.AGENTS - 1;
            scene.rehearsal
                    .world()
                    .addUser(
                            "globex",
                            "user-made-later",
                            "agent3-" + last + "@example.com",
                            "Agent 3 " + last,
                            "active");
            browser.go("plan");
            browser.click("#make-plan");
            browser.see("#plan-result .headline", "A pass would change 1 thing");
            browser.see("#plan-result", "user-made-later");
            browser.picture("console-plan");
            looks("plan");
            assertThat(scene.posted()).as("a plan writes nothing").hasSize(before + 1);

            assertThat(browser.complaints().filter(said -> !said.contains("401") && !said.contains("404")))
                    .as("what the browser complains about")
                    .isEmpty();

            // The process is gone.
            browser.go("glance");
            scene.rehearsal.restart();
            browser.see("#seen", "No answer: last seen");
            assertThat(browser.text("#seen")).matches("No answer: last seen \\d+ s ago");
            assertThat(names()).as("what was seen last stays").hasSize(4);
            browser.picture("console-gone");
            browser.accessible("the process is gone");
        }
    }

    private static List<String> names() {
        return browser.all("#organizations tbody th").stream()
                .map(WebElement::getText)
                .toList();
    }

    private static String sorted(String column) {
        List<WebElement> heads = browser.all("#organizations thead th[aria-sort]");
        assertThat(heads).hasSize(1);
        assertThat(heads.get(0).getText().toLowerCase(java.util.Locale.ROOT))
                .contains(column.equals("name") ? "organisation" : column);
        return heads.get(0).getDomAttribute("aria-sort");
    }

    /** Each part in light and dark, from phone to 4K: axe finds nothing, and the page itself never scrolls sideways. */
    private static void looks(String part) throws Exception {
        for (int[] size : new int[][] {{360, 740}, {1280, 900}, {3840, 2160}}) {
            browser.size(size[0], size[1]);
            assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
                    .as("%s at %d", part, size[0])
                    .isLessThanOrEqualTo(size[0]);
            if (size[0] == 360) {
                browser.picture("console-" + part + "-narrow");
                browser.accessible(part + ", narrow");
            }
            if (size[0] == 3840) {
                browser.picture("console-" + part + "-wide");
            }
        }
        browser.size(1280, 900);
        browser.accessible(part + ", light");
        browser.scheme("dark");
        browser.accessible(part + ", dark");
        browser.picture("console-" + part + "-dark");
        browser.scheme("light");
    }

    @Test
    @DisplayName(
            "by keyboard alone: to the content, to each part, into each table and each form, and out of the dialog")
    void keyboard() throws Exception {
        try (Scene scene = Scene.in(folder)) {
            scene.rehearsal.byClock();
            browser.open(scene.url());
            browser.see("#organizations tbody tr");
            StringBuilder way = new StringBuilder();
            for (int i = 0; i < 60; i++) {
                // To whatever has the focus then: the line of a table may be replaced by a newer one at any time.
                browser.press(Keys.TAB);
                way.append(
                        browser.script(
                                "const at = document.activeElement; return (at.getAttribute('href') || at.id || at.name || at.getAttribute('aria-label') || at.textContent || at.tagName).trim() + ' > '"));
                assertThat(
                                browser.script(
                                        "const style = getComputedStyle(document.activeElement); return style.outlineStyle !== 'none' || style.boxShadow !== 'none'"))
                        .as("one sees where one is: %s", way)
                        .isEqualTo(true);
                if (way.toString().endsWith("As a table > ")) {
                    break;
                }
            }
            assertThat(way.toString())
                    .startsWith(
                            "#main > #glance > #why > #letters > #plan > #letters > start-pass > name > state > Organisations in ")
                    .contains(" > Oldest change > Suspend acme-apac > ", "Suspend acme-emea > ", "Suspend globex > ")
                    .endsWith("As a table > ");
            browser.see("nav a[href='#why']").sendKeys(Keys.ENTER);
            browser.see("#why-form");
            assertThat(browser.script("return document.activeElement.id")).isEqualTo("main");
            assertThat(browser.script("return document.title")).isEqualTo("Why · wfm-bridge");
            assertThat(browser.see("nav a[aria-current=page]").getText()).isEqualTo("Why");

            // Nothing can be done without a token, and the page says so.
            browser.go("glance");
            browser.see("#start-pass").sendKeys(Keys.ENTER);
            browser.see("#told", "management.token is set");
        }
    }

    @Test
    @DisplayName(
            "a thousand organisations: a hundred rows are drawn, all on request; what has not changed is not sent again")
    void many() throws Exception {
        try (Scene scene = Scene.in(folder)) {
            Path runs = Files.createDirectories(scene.rehearsal.data().resolve("runs"));
            JSON.writeValue(
                    runs.resolve("latest.json").toFile(),
                    report("20261130T100000.000Z", MANY, "org-", "a message", "a next step"));
            browser.scheme("light");
            browser.size(1280, 900);
            browser.open(scene.url());
            browser.see("#organizations .count", "100 of 1,000 shown");
            assertThat(browser.all("#organizations tbody tr")).hasSize(100);
            Object took = browser.script(
                    "const data = performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/overview'))[0];"
                            + "const drawn = performance.getEntriesByName('drawn')[0]; return drawn.startTime - data.responseEnd");
            System.out.println("1,000 organisations were drawn " + took + " ms after the end of their data");
            Object size = browser.script(
                    "const data = performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/overview'))[0]; return data.encodedBodySize");
            assertThat(((Number) size).longValue()).as("gzipped").isBetween(1_000L, 60_000L);
            browser.type("#organizations-filter input", "org-0777");
            browser.wait(() -> names().equals(List.of("org-0777")) ? true : null);
            browser.see("#organizations-filter input").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
            browser.see("#organizations .count", "100 of 1,000 shown");
            assertThat(names().get(0)).as("who is halted stands first").isEqualTo("org-0000");
            browser.driver().executeScript("document.querySelector('#organizations > div > button').click()");
            browser.see("#organizations .count", "1,000 of 1,000 shown");
            assertThat((Long) browser.script("return document.querySelectorAll('#organizations tbody tr').length"))
                    .isEqualTo(MANY);
            // An existing row stays the same element when the page polls the bridge.
            browser.script("document.querySelector('#organizations tbody tr').marked = true");
            browser.wait(() -> ((Long)
                                    browser.script(
                                            "return performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/overview') && one.responseStatus === 304).length"))
                            > 0
                    ? true
                    : null);
            assertThat(browser.script("return document.querySelector('#organizations tbody tr').marked"))
                    .isEqualTo(true);
        }
    }

    @Test
    @DisplayName("whatever a field contains is shown as text")
    void hostile() throws Exception {
        try (Scene scene = Scene.in(folder)) {
            Path data = scene.rehearsal.data();
            Path runs = Files.createDirectories(data.resolve("runs"));
            String runId = "20261130T100000.000Z";
            ObjectNode report = report(runId, 3, HOSTILE, HOSTILE, HOSTILE);
            report.put("trigger", HOSTILE)
                    .put("exitCode", 2)
                    .put("startedAt", HOSTILE)
                    .put("finishedAt", HOSTILE);
            report.putArray("warnings").add(HOSTILE);
            ObjectNode zendesk = report.withObject("/zendesk/default");
            zendesk.putObject("halted")
                    .put("reason", HOSTILE)
                    .put("message", HOSTILE)
                    .put("nextStep", HOSTILE);
            zendesk.putArray("missingEntries")
                    .addObject()
                    .put("zendeskGroup", HOSTILE)
                    .put("line", HOSTILE);
            JSON.writeValue(runs.resolve("latest.json").toFile(), report);
            JSON.writeValue(runs.resolve(runId + ".json").toFile(), report);
            ObjectNode pair = JSON.createObjectNode().put("zendeskUserId", 42);
            for (String field : new String[] {
                "groupId",
                "organization",
                "scheduleId",
                "segmentId",
                "genesysUserId",
                "outcome",
                "reason",
                "detail",
                "status",
                "wantedStatus",
                "entryFile",
                "entryLine"
            }) {
                pair.put(field, HOSTILE);
            }
            Files.writeString(runs.resolve(runId + ".outcomes.jsonl"), pair + "\n");
            ObjectNode letter = JSON.createObjectNode().put("schema", 1).put("code", "invalid-request");
            String segment = "11111111-2222-3333-4444-555555555555";
            letter.put("message", HOSTILE).put("nextStep", HOSTILE);
            letter.putObject("segment")
                    .put("segmentId", segment)
                    .put("userId", HOSTILE)
                    .put(HOSTILE, HOSTILE);
            letter.putObject("source").put("userId", 42);
            ArrayNode reads = letter.putObject("evidence")
                    .put("status", 400)
                    .put("correlationId", HOSTILE)
                    .put("lastAt", "2026-11-30T10:00:00Z")
                    .putArray("reads");
            reads.add(HOSTILE).addObject().put("note", HOSTILE);
            Path letters = Files.createDirectories(data.resolve("dead-letter/acme-emea"));
            JSON.writeValue(letters.resolve(segment + ".json").toFile(), letter);

            browser.open(scene.url());
            browser.see("#organizations tbody tr");
            browser.see("#state", "<img");
            browser.click("#passes summary");
            assertThat(browser.text("#state")).contains(HOSTILE);
            assertThat(browser.text("#state-more")).contains(HOSTILE);
            assertThat(browser.text("#organizations")).contains(HOSTILE);
            unhurt();
            browser.go("why");
            browser.type("#why-form input[name=who]", "42" + Keys.ENTER);
            browser.see("#why-answer article");
            assertThat(browser.text("#why-answer")).contains(HOSTILE);
            unhurt();
            browser.go("letters");
            browser.see("#letters-list summary").click();
            browser.see("#letters-list pre");
            assertThat(browser.text("#letters-list")).contains(HOSTILE);
            unhurt();
        }
    }

    private static void unhurt() {
        assertThat(browser.script("return window.hacked === undefined")).isEqualTo(true);
        assertThat(browser.all("main img, main script, main iframe")).isEmpty();
        assertThat(browser.complaints().filter(said -> said.contains("Content Security Policy")))
                .isEmpty();
    }

    /** A report of this many organisations, the first of them halted. */
    private static ObjectNode report(String runId, int organizations, String name, String message, String nextStep) {
        ObjectNode report = JSON.createObjectNode();
        report.put("schema", 1)
                .put("runId", runId)
                .put("trigger", "cron")
                .put("startedAt", "2026-11-30T10:00:00Z")
                .put("finishedAt", "2026-11-30T10:01:00Z")
                .put("complete", false)
                .put("exitCode", 2)
                .put("balance", 0);
        report.putObject("zendesk").putObject("default").put("memberships", 10 * organizations);
        ObjectNode each = report.putObject("organizations");
        for (int i = 0; i < organizations; i++) {
            ObjectNode one = each.putObject(name + "%04d".formatted(i));
            one.put("requests", 4).put("throttled", 0).put("mapped", 10).put("stuckPending", 0);
            if (i == 0) {
                one.putObject("halted")
                        .put("reason", name.equals(HOSTILE) ? HOSTILE : "quota")
                        .put("since", "2026-11-30T10:00:30Z")
                        .put("message", message)
                        .put("nextStep", nextStep);
                one.putObject("haltedSchedules")
                        .putObject(name)
                        .put("reason", message)
                        .put("message", message)
                        .put("nextStep", nextStep);
            } else {
                one.putNull("halted").putObject("haltedSchedules");
            }
            ObjectNode outcomes =
                    one.putObject("outcomes").put("created", i % 7).put("present", 10 - i % 7);
            outcomes.putObject("skipped").put(name.equals(HOSTILE) ? HOSTILE : "user-not-found", i % 3);
            one.putObject("removals").put("candidates", 0).put("removed", 0).put("refused", 0);
        }
        return report;
    }
}
