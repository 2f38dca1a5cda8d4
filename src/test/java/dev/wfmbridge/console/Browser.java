package dev.wfmbridge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * Debian's Chromium, without a window. If it is missing, a test is skipped, or fails if {@code CHROMIUM_REQUIRED} is
 * true.
 */
final class Browser implements AutoCloseable {

    static final Duration LIMIT = Duration.ofMinutes(3);
    private static final boolean REQUIRED = "true".equals(System.getenv("CHROMIUM_REQUIRED"));
    private static final List<Path> CHROMIUM =
            List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"));
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    private final ChromeDriver driver;
    private final String axe;

    private Browser(ChromeDriver driver, String axe) {
        this.driver = driver;
        this.axe = axe;
    }

    static Browser start() throws IOException {
        Path chromium =
                CHROMIUM.stream().filter(Files::isExecutable).findFirst().orElse(null);
        boolean there = chromium != null && Files.isExecutable(DRIVER);
        if (REQUIRED) {
            assertThat(there)
                    .as("Chromium and its driver: Debian has them as chromium and chromium-driver")
                    .isTrue();
        }
        // On a developer's machine only; .ci/run sets CHROMIUM_REQUIRED, and fails above.
        assumeTrue(there, "There is no Chromium with its driver; Debian has them as chromium and chromium-driver.");
        java.util.logging.Logger.getLogger("org.openqa.selenium").setLevel(Level.SEVERE);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--lang=en-GB",
                "--hide-scrollbars",
                "--window-size=1280,900");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(DRIVER.toString()))
                .usingAnyFreePort()
                .build();
        try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
            ChromeDriver driver = new ChromeDriver(service, options);
            driver.manage().timeouts().scriptTimeout(LIMIT);
            return new Browser(driver, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    ChromeDriver driver() {
        return driver;
    }

    void open(String url) {
        driver.get("about:blank");
        driver.get(url);
    }

    /** The first matching element, once there is one and it is visible. */
    WebElement see(String css) {
        return wait(() -> driver.findElements(By.cssSelector(css)).stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .orElse(null));
    }

    /** Waits until the text of an element contains this. */
    String see(String css, String text) {
        try {
            return wait(() -> {
                String now = text(css);
                return now.contains(text) ? now : null;
            });
        } catch (ConditionTimeoutException never) {
            throw new AssertionError(css + " never said \"" + text + "\", the page being:\n" + text("body"), never);
        }
    }

    <T> T wait(Supplier<T> until) {
        return await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(StaleElementReferenceException.class)
                .until(until::get, Objects::nonNull);
    }

    /** The text as it is shown; empty if there is no such element. */
    String text(String css) {
        return driver.findElements(By.cssSelector(css)).stream()
                .findFirst()
                .map(WebElement::getText)
                .orElse("");
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    void click(String css) {
        see(css).click();
    }

    /** Types into a field, replacing what was there. */
    void type(String css, String text) {
        WebElement field = see(css);
        field.clear();
        field.sendKeys(text);
    }

    void go(String part) {
        click("nav a[href='#" + part + "']");
        see("#" + part);
    }

    Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** A key, for whatever has the focus. */
    void press(Keys key) {
        new org.openqa.selenium.interactions.Actions(driver).sendKeys(key).perform();
    }

    /** @param width in CSS pixels */
    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** @param scheme light or dark */
    void scheme(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    /** Fails with what axe-core finds, if it finds anything. */
    void accessible(String where) {
        // The page's own policy would block a script from here; the debugger does not.
        driver.executeCdpCommand("Runtime.evaluate", Map.of("expression", axe));
        Object found = driver.executeAsyncScript(
                """
                const done = arguments[arguments.length - 1];
                axe.run(document, { resultTypes: ["violations"] }).then(
                  (result) => done(result.violations.map((one) => one.id + ": " + one.help + " " + one.nodes.map((node) => node.html.slice(0, 160) + " " + node.any.map((any) => any.message).join(" ")).slice(0, 5).join(" | "))),
                  (failure) => done([String(failure)]));
                """);
        assertThat((List<?>) found).as(where).isEmpty();
    }

    /** The whole page, for people to look at, in target/screenshots. */
    void picture(String name) throws IOException {
        Path folder = Path.of("target/screenshots");
        Files.createDirectories(folder);
        Map<String, Object> page = Map.of(
                "x", 0,
                "y", 0,
                "width", script("return document.documentElement.clientWidth"),
                "height", script("return document.documentElement.scrollHeight"),
                "scale", 1);
        Map<String, Object> taken = driver.executeCdpCommand(
                "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true, "clip", page));
        Files.write(folder.resolve(name + ".png"), Base64.getDecoder().decode((String) taken.get("data")));
    }

    /** What the browser has complained about since the last call, such as something that its policy refused. */
    Stream<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::getMessage);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
