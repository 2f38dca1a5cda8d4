package dev.wfmbridge.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.http.Pace;
import dev.wfmbridge.http.RoutesAway;
import dev.wfmbridge.http.Waits;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.mapping.Organization;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.Stopping;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.sandbox.ZendeskAgent;
import dev.wfmbridge.zendesk.Source;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a scrape is requested, and how large it is. */
class ScrapeTest {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    @TempDir
    Path folder;

    @Test
    @DisplayName("every Accept is answered: OpenMetrics on request, and gzipped on request")
    void answered() throws Exception {
        try (Stage stage = Stage.with(folder, 2)) {
            stage.rehearsal.byClock();
            for (String accept : List.of("text/plain", "*/*", "text/html", "text/plain;version=0.0.4;q=0.5")) {
                Stage.Reply reply = stage.get("/observe/metrics", "Accept", accept);
                assertThat(reply.status()).as(accept).isEqualTo(200);
                assertThat(reply.header("Content-Type")).as(accept).isEqualTo(TEXT);
                assertThat(reply.body()).contains("wfm_bridge_passes_total{complete=\"true\"} 1.0");
            }
            assertThat(stage.get("/observe/metrics").header("Content-Type")).isEqualTo(TEXT);
            Stage.Reply open = stage.get("/observe/metrics", "Accept", "application/openmetrics-text");
            assertThat(open.status()).isEqualTo(200);
            assertThat(open.header("Content-Type")).isEqualTo(OPEN_METRICS);
            assertThat(open.body())
                    .contains("wfm_bridge_passes_total{complete=\"true\"} 1.0")
                    .endsWith("# EOF\n");

            Stage.Reply plain = stage.get("/observe/metrics", "Accept-Encoding", "identity");
            assertThat(plain.header("Content-Encoding")).isNull();
            Stage.Reply zipped = stage.getRaw("/observe/metrics", "Accept-Encoding", "gzip");
            assertThat(zipped.header("Content-Encoding")).isEqualTo("gzip");
            assertThat(zipped.length()).isLessThan(plain.length() / 3);
            assertThat(stage.getRaw("/observe/metrics", "Accept-Encoding", "gzip;q=0")
                            .header("Content-Encoding"))
                    .isNull();
        }
    }

    @Test
    @DisplayName(
            "an organisation with a bit of everything has at most 30 series, including those of Camel's shared routes")
    void seriesOfAnOrganization() throws Exception {
        try (Stage stage = Stage.with(folder, 8)) {
            stage.rehearsal
                    .world()
                    .zendesk()
                    .addAgent(ZendeskAgent.of(Stage.AGENT + 20, "Nepomuk Agnew", "nepomuk@example.com"))
                    .addMembership(Stage.AGENT + 20, Stage.SUPPORT);
            stage.genesys(Stage.answers(
                    call -> Stage.isPost(call)
                            && (call.body().contains("\"user-2\"")
                                    || call.body().contains("\"user-3\"")),
                    400));
            stage.rehearsal.byClock();
            stage.rehearsal.world().zendesk().renameGroup(Stage.SALES, "Other");
            stage.genesys(
                    Stage.answers(call -> Stage.isPost(call) && call.body().contains("\"user-3\""), 403));
            stage.rehearsal.byClock();
            String scraped = stage.get("/observe/metrics").body();
            for (String name : List.of("acme", "globex", "zendesk")) {
                List<String> series = scraped.lines()
                        .filter(line -> line.contains("organization=\"" + name + "\""))
                        .toList();
                assertThat(series).as(name).hasSizeBetween(6, 30);
            }
            assertThat(scraped)
                    .contains("wfm_bridge_missing_groups{organization=\"globex\"} 1.0")
                    .doesNotContain("camel_exchange_event_notifier");
        }
    }

    @Test
    @DisplayName("a thousand organisations are less than 4 MB")
    void thousand() throws Exception {
        DataFolder data = DataFolder.open(folder);
        Pass[] current = new Pass[1];
        BridgeMetrics metrics = new BridgeMetrics(
                () -> current[0],
                new SegmentKeys(10, Duration.ofSeconds(1), Ticker.systemTicker()),
                new DeadLetters(data, warning -> {}),
                data,
                false);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        metrics.bindTo(registry);
        Waits waits = new Waits(1);
        Pass pass = new Pass(
                "20260101T000000.000Z",
                new PassOrder(Trigger.CRON, null, false),
                new Mapping(folder, "", Map.of(), null, Map.of(), List.of(), List.of()),
                new Stopping());
        pass.readsFrom(new Source(client("zendesk", waits), pass, 10, "zendesk"));
        for (int i = 0; i < 1000; i++) {
            String name = "organization-of-customer-%04d".formatted(i);
            OrganizationPass part = new OrganizationPass(
                    new Organization(name, null, null, null, null, null, null, List.of()),
                    List.of(),
                    client(name, waits),
                    pass,
                    10);
            // Worse than any morning.
            part.halt(HaltReason.UNAVAILABLE, null);
            part.haltPlace("s", HaltReason.SCHEDULE_NOT_FOUND, null);
            part.countRefused(3);
            part.countStuckPending(1);
            pass.add(part);
        }
        current[0] = pass;
        metrics.began(pass);
        metrics.ended(pass);
        String scraped = registry.scrape();
        Map<String, Long> series = scraped.lines()
                .filter(line -> line.contains("organization-of-customer"))
                .collect(Collectors.groupingBy(
                        line -> line.replaceAll(".*organization=\"([^\"]*)\".*", "$1"), Collectors.counting()));
        assertThat(series).hasSize(1000);
        assertThat(series.values()).allMatch(count -> count >= 10 && count <= 30);
        // What the numbers of a real morning add: 30 series each, as long as the longest.
        long longest = scraped.lines()
                .filter(line -> line.contains("organization-of-customer"))
                .mapToLong(String::length)
                .max()
                .orElseThrow();
        assertThat(scraped.getBytes(StandardCharsets.UTF_8).length).isLessThan(4_000_000);
        assertThat(longest * 30 * 1000).isLessThan(4_000_000);
    }

    private static ApiClient client(String name, Waits waits) {
        return new ApiClient(name, null, null, Pace.of(300, Duration.ofMinutes(1)), waits, new RoutesAway());
    }
}
