package dev.wfmbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.cli.Terminal.Said;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Received;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code why}: the one command that takes an e-mail address, which goes to Zendesk's search alone. */
class WhyCommandTest {

    private static final String ADDRESS = "agent1@example.com";

    @TempDir
    Path folder;

    private static List<Received> searches(Site site) {
        return site.sandbox().zendesk().received().stream()
                .filter(call -> call.path().equals("/api/v2/users/search"))
                .toList();
    }

    @Test
    @DisplayName(
            "by address: one search, and the agent's outcome in the last pass, without the address; by id: no call")
    void byAddress() throws Exception {
        try (Site site = Site.of(Site.world(2), folder)) {
            site.privacy().searchedByAddress();
            assertThat(Terminal.type(site, "once").exit()).isZero();
            Said said = Terminal.type(site, "why", ADDRESS);
            assertThat(said.exit()).as(said.text()).isZero();
            assertThat(said.out()).contains("Zendesk user " + (Site.FIRST_AGENT + 1), "created", "user-1");
            assertThat(searches(site)).hasSize(1);
            int calls = site.sandbox().zendesk().received().size();
            assertThat(Terminal.type(site, "why", String.valueOf(Site.FIRST_AGENT + 1))
                            .out())
                    .isEqualTo(said.out());
            assertThat(site.sandbox().zendesk().received()).hasSize(calls);
        }
    }

    @Test
    @DisplayName("nobody has the address, or the search fails: exit 1, and the address is not repeated")
    void notFound() throws Exception {
        try (Site site = Site.of(Site.world(1), folder).with("HTTP_BACKOFF", "1ms-2ms")) {
            site.privacy().searchedByAddress();
            assertThat(Terminal.type(site, "once").exit()).isZero();
            Said nobody = Terminal.type(site, "why", ADDRESS);
            assertThat(nobody.exit()).isEqualTo(1);
            assertThat(nobody.err()).contains("Zendesk knows no user with this address");
            site.interceptor(call -> call.path().equals("/api/v2/users/search") ? Fault.gatewayPage(503) : null);
            Said failed = Terminal.type(site, "why", ADDRESS);
            assertThat(failed.exit()).as(failed.text()).isEqualTo(1);
            assertThat(failed.err()).contains("503");
        }
    }
}
