package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.wfmbridge.network.Relay;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The headers of an answer never send a call, or what it carries, to another host. */
class OutsideHeadersTest {

    @TempDir
    Path folder;

    private final List<String> elsewhere = new CopyOnWriteArrayList<>();
    private final Relay relay = new Relay();
    private HttpServer thief;

    @BeforeEach
    void listen() throws Exception {
        thief = serve(exchange -> {
            elsewhere.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().keySet());
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
    }

    @AfterEach
    void close() {
        thief.stop(0);
    }

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private static HttpServer serve(Answer answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> answer.to(exchange));
        server.start();
        return server;
    }

    /** A different name from the servers', so that it is another host. */
    private String thiefUrl() {
        return "http://localhost:" + thief.getAddress().getPort();
    }

    private static String url(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Test
    @DisplayName(
            "headers by which Camel's HTTP component chooses address, method and credentials are not taken from an answer")
    void camelsOwnHeaders() throws Exception {
        try (Rehearsal rehearsal = Scene.rehearsal(Scene.world(3), folder, Scene.SIMPLE)) {
            String[] headers = {
                "CamelHttpUri", thiefUrl(),
                "camelhttpuri", thiefUrl(),
                "CAMELHTTPURI", thiefUrl(),
                "CamelHttpHost", "localhost",
                "CamelHttpPort", String.valueOf(thief.getAddress().getPort()),
                "CamelHttpPath", "/stolen",
                "CamelHttpQuery", "stolen=yes",
                "CamelHttpMethod", "DELETE",
                "CamelHttpBaseUri", thiefUrl(),
                "CamelRestHttpUri", thiefUrl(),
                "Authorization", "Bearer other"
            };
            URI zendeskUrl = rehearsal.sandbox().zendesk().url();
            URI genesysUrl = rehearsal.sandbox().genesys().url();
            HttpServer zendesk = serve(exchange -> relay.passOn(exchange, zendeskUrl, headers));
            HttpServer genesys = serve(exchange -> relay.passOn(exchange, genesysUrl, headers));
            try {
                Pass pass = rehearsal
                        .with("ZENDESK_URL", url(zendesk))
                        .with("SANDBOX_GENESYS_URL", url(genesys))
                        .once();
                assertThat(elsewhere).isEmpty();
                assertThat(pass.organization("acme").count(Outcome.CREATED)).isEqualTo(3);
                assertThat(Scene.genesys(
                                rehearsal,
                                call -> call.path().contains("stolen")
                                        || call.query() != null && call.query().contains("stolen")
                                        || call.method().equals("DELETE")
                                        || "Bearer other".equals(call.headers().get("authorization"))))
                        .isEmpty();
            } finally {
                zendesk.stop(0);
                genesys.stop(0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    @DisplayName("a redirect to another host is never followed, whichever side sends it, with or without credentials")
    void redirects(int status) throws Exception {
        try (Rehearsal rehearsal = Scene.rehearsal(Scene.world(1), folder, Scene.SIMPLE)) {
            Answer away = exchange -> {
                exchange.getResponseHeaders().add("Location", thiefUrl() + "/taken");
                exchange.sendResponseHeaders(status, -1);
                exchange.close();
            };
            URI zendeskUrl = rehearsal.sandbox().zendesk().url();
            URI genesysUrl = rehearsal.sandbox().genesys().url();
            HttpServer redirecting = serve(away);
            // Tokens are obtained, so that there are credentials to lose.
            HttpServer zendesk = serve(exchange -> {
                if (exchange.getRequestURI().getPath().startsWith("/oauth")) {
                    relay.passOn(exchange, zendeskUrl);
                } else {
                    away.to(exchange);
                }
            });
            HttpServer genesys = serve(exchange -> {
                if (exchange.getRequestURI().getPath().startsWith("/oauth")
                        || exchange.getRequestURI().getPath().endsWith("/organizations/me")) {
                    relay.passOn(exchange, genesysUrl);
                } else {
                    away.to(exchange);
                }
            });
            try {
                for (String[] urls : new String[][] {
                    {url(redirecting), genesysUrl.toString()},
                    {url(zendesk), genesysUrl.toString()},
                    {zendeskUrl.toString(), url(redirecting)},
                    {zendeskUrl.toString(), url(genesys)}
                }) {
                    rehearsal.restart();
                    Pass pass = rehearsal
                            .with("ZENDESK_URL", urls[0])
                            .with("SANDBOX_GENESYS_URL", urls[1])
                            .byClock();
                    assertThat(pass.isComplete()).isFalse();
                    assertThat(elsewhere).isEmpty();
                }
            } finally {
                redirecting.stop(0);
                zendesk.stop(0);
                genesys.stop(0);
            }
        }
    }
}
