package dev.wfmbridge.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.operate.Stage.Reply;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagementPortTest {

    private static final String TOKEN = "open-sesame";
    private static final String BEARER = "Bearer " + TOKEN;
    private static final String READ_HEAP = "{\"type\":\"read\",\"mbean\":\"java.lang:type=Memory\"}";
    private static final String READ_BRIDGE = "{\"type\":\"read\",\"mbean\":\"dev.wfmbridge:type=Bridge\"}";

    @TempDir
    Path folder;

    @Test
    @DisplayName("on loopback everything is open to requests addressed to this machine, and Jolokia is off")
    void loopback() throws Exception {
        try (Stage stage = Stage.with(folder, 1)) {
            for (String path : new String[] {"/observe/health/live", "/observe/metrics", "/observe/info"}) {
                assertThat(stage.get(path).status()).as(path).isEqualTo(200);
                assertThat(stage.getAs("localhost:9876", path).status()).isEqualTo(200);
                assertThat(stage.getAs("[::1]", path).status()).isEqualTo(200);
                assertThat(stage.getAs("rebound.example", path).status()).isEqualTo(421);
                assertThat(stage.getAs("127.0.0.1.rebound.example:9876", path).status())
                        .isEqualTo(421);
                assertThat(stage.get(path, "Origin", "https://elsewhere.example")
                                .status())
                        .isEqualTo(403);
                assertThat(stage.get(path, "Origin", "null").status()).isEqualTo(403);
                assertThat(stage.getAs("localhost:9876", path, "Origin", "http://localhost:3000")
                                .status())
                        .isEqualTo(403);
                assertThat(stage.getAs("localhost:9876", path, "Origin", "http://localhost")
                                .status())
                        .isEqualTo(403);
                Reply own = stage.getAs("localhost:9876", path, "Origin", "http://localhost:9876");
                assertThat(own.status()).as("the port's own pages").isEqualTo(200);
                assertThat(stage.getAs("localhost", path, "Origin", "https://localhost")
                                .status())
                        .as("behind a server that ends TLS")
                        .isEqualTo(200);
            }
            assertThat(stage.post("/observe/jolokia", READ_BRIDGE).status()).isEqualTo(404);
            assertThat(stage.post("/observe/jolokia/", READ_BRIDGE).status()).isEqualTo(404);
        }
    }

    @Test
    @DisplayName(
            "the token is required on loopback too if it is set; health and metrics stay open for probes and Prometheus")
    void loopbackWithToken() throws Exception {
        try (Stage stage = Stage.with(folder, 1)) {
            stage.rehearsal.with("MANAGEMENT_TOKEN", TOKEN).with("CAMEL_MANAGEMENT_JOLOKIA_ENABLED", "true");
            for (String path : new String[] {"/observe/health/live", "/observe/health/ready", "/observe/metrics"}) {
                assertThat(stage.get(path).status()).as(path).isIn(200, 503);
            }
            for (String path : new String[] {"/observe/info", "/observe/health?exposureLevel=full&data=true"}) {
                assertThat(stage.get(path).status()).as(path).isEqualTo(401);
                assertThat(stage.get(path, "Authorization", "Bearer guess").status())
                        .isEqualTo(401);
                assertThat(stage.get(path, "Authorization", BEARER).status()).isIn(200, 503);
            }
            String suspend = on("exec", "dev.wfmbridge:type=Bridge", suspend("acme"));
            assertThat(stage.post("/observe/jolokia/", suspend).status()).isEqualTo(401);
            assertThat(stage.post(
                                    "/observe/jolokia/",
                                    suspend,
                                    "Authorization",
                                    BEARER,
                                    "Origin",
                                    "http://localhost:3000")
                            .status())
                    .isEqualTo(403);
            assertThat((String[]) Stage.attribute("Suspended")).isEmpty();
            assertThat(stage.post("/observe/jolokia/", suspend, "Authorization", BEARER)
                            .status())
                    .isEqualTo(200);
            assertThat(Stage.attribute("Suspended")).isEqualTo(new String[] {"acme"});
        }
    }

    @Test
    @DisplayName("no page of another origin is allowed in: no CORS header, whoever asks")
    void noCors() throws Exception {
        try (Stage stage = Stage.with(folder, 1)) {
            stage.rehearsal.with("CAMEL_MANAGEMENT_JOLOKIA_ENABLED", "true");
            for (String origin : new String[] {"https://elsewhere.example", "http://localhost:3000"}) {
                for (String path : new String[] {"/observe/info", "/observe/metrics", "/observe/jolokia/"}) {
                    assertThat(stage.corsHeaders("OPTIONS", path, "localhost:9876", origin))
                            .as(path)
                            .isEmpty();
                    assertThat(stage.corsHeaders("GET", path, "localhost:9876", origin))
                            .as(path)
                            .isEmpty();
                }
            }
            // The port's own pages need none.
            assertThat(stage.corsHeaders("GET", "/observe/info", "localhost:9876", "http://localhost:9876"))
                    .isEmpty();
        }
    }

    @Test
    @DisplayName("nothing is served below a path that begins with proxy")
    void noProxyPath() throws Exception {
        try (Stage stage = Stage.with(folder, 1)) {
            for (String path : new String[] {"/proxy", "/proxy/", "/proxy:http", "/proxy/observe/info"}) {
                assertThat(stage.get(path).status()).as(path).isEqualTo(404);
            }
            assertThat(stage.rehearsal.bridge().context().getEndpoints())
                    .extracting(Object::toString)
                    .isNotEmpty()
                    .noneMatch(uri -> uri.contains("platform-http:") && uri.contains("proxy"));
        }
    }

    @Test
    @DisplayName("beyond loopback health and metrics are open, all else wants the token, which may be rotated")
    void beyond() throws Exception {
        Path file = folder.resolve("token");
        Files.writeString(file, TOKEN + "\n");
        try (Stage stage = Stage.with(folder, 1)) {
            stage.rehearsal
                    .with("CAMEL_MANAGEMENT_HOST", "0.0.0.0")
                    .with("MANAGEMENT_TOKEN", "{{file:" + file + "}}")
                    .with("MANAGEMENT_HOSTS", "bridge.example, Other.example")
                    .with("CAMEL_MANAGEMENT_JOLOKIA_ENABLED", "true");
            for (String path :
                    new String[] {"/observe/health", "/observe/health/live", "/observe/health/ready", "/observe/metrics"
                    }) {
                assertThat(stage.get(path).status()).as(path).isIn(200, 503);
                assertThat(stage.getAs("10.1.2.3:9876", path).status()).isIn(200, 503);
                assertThat(stage.getAs("bridge.example", path).status()).isIn(200, 503);
                assertThat(stage.getAs("other.example", path).status()).isIn(200, 503);
                assertThat(stage.getAs("rebound.example", path).status()).isEqualTo(421);
                assertThat(stage.getAs("rebound.example", path, "Authorization", BEARER)
                                .status())
                        .isEqualTo(421);
            }
            for (String path : new String[] {
                "/observe/info",
                "/observe/health?exposureLevel=full&data=true",
                "/observe/health/../info",
                "/observe/healthy",
                "/observe/metrics/",
                "/nothing"
            }) {
                assertThat(stage.get(path).status()).as(path).isEqualTo(401);
                assertThat(stage.get(path, "Authorization", "Bearer guess").status())
                        .isEqualTo(401);
                assertThat(stage.get(path, "Authorization", "Bearer ").status()).isEqualTo(401);
                assertThat(stage.get(path, "Authorization", TOKEN).status()).isEqualTo(401);
                assertThat(stage.get(path, "Authorization", BEARER).status()).isNotEqualTo(401);
            }
            assertThat(stage.get("/observe/info", "Authorization", BEARER).status())
                    .isEqualTo(200);

            assertThat(stage.post("/observe/jolokia/", READ_BRIDGE).status()).isEqualTo(401);
            Reply read = stage.post("/observe/jolokia/", READ_BRIDGE, "Authorization", BEARER);
            assertThat(read.status()).isEqualTo(200);
            assertThat(read.body()).contains("\"Conservation\":0");

            assertThat(stage.get("/observe/info").body()).doesNotContain(TOKEN);
            Files.writeString(file, "other-token\n");
            assertThat(stage.get("/observe/info", "Authorization", BEARER).status())
                    .isEqualTo(401);
            assertThat(stage.get("/observe/info", "Authorization", "bearer other-token")
                            .status())
                    .isEqualTo(200);
            Files.delete(file);
            assertThat(stage.get("/observe/info", "Authorization", "Bearer other-token")
                            .status())
                    .isEqualTo(401);
            assertThat(stage.get("/observe/metrics").status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("without a token only health and metrics can be reached from beyond loopback")
    void noToken() throws Exception {
        try (Stage stage = Stage.with(folder, 1)) {
            stage.rehearsal.with("CAMEL_MANAGEMENT_HOST", "0.0.0.0");
            assertThat(stage.get("/observe/metrics").status()).isEqualTo(200);
            assertThat(stage.get("/observe/info", "Authorization", "Bearer ").status())
                    .isEqualTo(401);
        }
    }

    @Test
    @DisplayName("Jolokia reads the bridge's and Camel's MBeans, calls the bridge's operations, and nothing else")
    void jolokia() throws Exception {
        try (Stage stage = Stage.with(folder, 1)) {
            stage.rehearsal.with("CAMEL_MANAGEMENT_JOLOKIA_ENABLED", "true").start();
            assertThat(status(stage, READ_BRIDGE)).isEqualTo(200);
            assertThat(status(stage, on("read", camel("type=context,name=\"wfm-bridge\""), "\"attribute\":\"State\"")))
                    .isEqualTo(200);
            assertThat(status(stage, on("exec", "dev.wfmbridge:type=Bridge", suspend("acme"))))
                    .isEqualTo(200);
            assertThat(Stage.attribute("Suspended")).isEqualTo(new String[] {"acme"});

            assertThat(status(stage, READ_HEAP)).isEqualTo(403);
            assertThat(status(stage, on("exec", "java.lang:type=Memory", "\"operation\":\"gc\"")))
                    .isEqualTo(403);
            assertThat(status(
                            stage,
                            on(
                                    "exec",
                                    camel("type=context,name=\"wfm-bridge\""),
                                    "\"operation\":\"dumpRoutesAsXml()\"")))
                    .isEqualTo(403);
            assertThat(status(
                            stage,
                            on(
                                    "write",
                                    camel("type=context,name=\"wfm-bridge\""),
                                    "\"attribute\":\"Tracing\",\"value\":true")))
                    .isEqualTo(403);
            for (String request : new String[] {
                "{\"type\":\"list\"}",
                "{\"type\":\"list\",\"path\":\"java.lang\"}",
                "{\"type\":\"list\",\"path\":\"org.apache.camel\",\"config\":{\"maxDepth\":2}}",
                "{\"type\":\"notification\",\"command\":\"register\"}",
                "{\"type\":\"notification\",\"command\":\"list\",\"client\":\"x\"}",
                "{\"type\":\"notification\",\"command\":\"add\",\"client\":\"x\",\"mode\":\"pull\",\"mbean\":\"dev.wfmbridge:type=Bridge\"}",
                "[" + READ_BRIDGE + ",{\"command\":\"register\",\"type\":\"NOTIFICATION\"}]",
                on("notification", "java.lang:type=Memory", "\"command\":\"open\",\"client\":\"x\",\"mode\":\"sse\"")
            }) {
                Reply refused = stage.post("/observe/jolokia/", request);
                assertThat(refused.body())
                        .as(request)
                        .contains("\"status\":403")
                        .hasSizeLessThan(2000);
            }
            assertThat(stage.get("/observe/jolokia/read/dev.wfmbridge:type=Bridge")
                            .body())
                    .contains("\"status\":403");
            assertThat(stage.post("/observe/jolokia/", READ_BRIDGE, "Origin", "https://elsewhere.example")
                            .status())
                    .isEqualTo(403);
        }
    }

    private static int status(Stage stage, String request) throws Exception {
        Reply reply = stage.post("/observe/jolokia/", request);
        assertThat(reply.status()).as(reply.body()).isIn(200, 403);
        return new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(reply.body())
                .path("status")
                .asInt();
    }

    private static String on(String type, String mbean, String more) {
        return "{\"type\":\"" + type + "\",\"mbean\":\"" + mbean.replace("\"", "\\\"") + "\"," + more + "}";
    }

    private static String camel(String properties) {
        return "org.apache.camel:context=wfm-bridge," + properties;
    }

    private static String suspend(String organization) {
        return "\"operation\":\"suspend\",\"arguments\":[\"" + organization + "\"]";
    }

    @Test
    @DisplayName("Jolokia without its file, or with garbage in it, does not start: it would allow all")
    void jolokiaNeedsItsFile() throws Exception {
        Path home = folder.resolve("home");
        for (String part : new String[] {"config", "routes"}) {
            Files.createDirectories(home.resolve(part));
            try (Stream<Path> files = Files.list(Path.of(part))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(
                            file, home.resolve(part).resolve(file.getFileName().toString()));
                }
            }
        }
        Path access = home.resolve("config/jolokia-access.xml");
        Files.writeString(access, "<restrict>");
        try (Stage stage = Stage.with(folder, 1)) {
            stage.rehearsal.home(home).with("CAMEL_MANAGEMENT_JOLOKIA_ENABLED", "true");
            assertThatThrownBy(stage.rehearsal::start).isInstanceOf(ConfigurationException.class);
            Files.delete(access);
            assertThatThrownBy(stage.rehearsal::start)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("jolokia-access.xml");
        }
    }

    @Test
    @DisplayName("a port that is taken ends the start, on this machine too; 0 takes any")
    void taken() throws Exception {
        try (ServerSocket other = new ServerSocket(0);
                Stage stage = Stage.with(folder, 1)) {
            stage.rehearsal.with("CAMEL_MANAGEMENT_PORT", String.valueOf(other.getLocalPort()));
            for (String host : new String[] {"127.0.0.1", "0.0.0.0"}) {
                stage.rehearsal.with("CAMEL_MANAGEMENT_HOST", host);
                assertThatThrownBy(stage.rehearsal::start)
                        .as(host)
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("camel.management.port " + other.getLocalPort() + " cannot be opened");
                assertThat(ManagementFactory.getPlatformMBeanServer()
                                .queryNames(new ObjectName("org.apache.camel:context=wfm-bridge,*"), null))
                        .isEmpty();
            }
            stage.rehearsal.with("CAMEL_MANAGEMENT_HOST", "127.0.0.1").with("CAMEL_MANAGEMENT_PORT", "0");
            assertThat(ManagementPort.of(stage.rehearsal.start().context())).isPositive();
        }
    }
}
