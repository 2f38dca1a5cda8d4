package dev.wfmbridge.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wfmbridge.bridge.Rehearsal;
import dev.wfmbridge.bridge.Sample;
import dev.wfmbridge.operate.ManagementPort;
import dev.wfmbridge.sandbox.Fault;
import dev.wfmbridge.sandbox.Interceptor;
import dev.wfmbridge.sandbox.Outage;
import dev.wfmbridge.sandbox.Received;
import dev.wfmbridge.sandbox.World;
import dev.wfmbridge.sandbox.ZendeskAgent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Four organisations, and a bridge as {@code run} starts it, with its console. Two agents of acme-apac are refused by Genesys. */
final class Scene implements AutoCloseable {

    static final String TOKEN = "a-token-of-the-test";
    static final String SEGMENTS = "/api/v2/wfm/userschedulesegments";
    static final long AGENT = 6_000_000_000_000L;
    static final int AGENTS = 12;
    static final List<String> NAMES = List.of("acme-emea", "acme-apac", "acme-amer", "globex");
    private static final long GROUP = 6130852536346L;
    private static final double FACTOR = 50;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Fault REFUSAL = Fault.answer(
            400,
            Map.of("Content-Type", "application/json"),
            "{\"code\":\"invalid.segment\",\"status\":400,\"message\":\"no matter\"}");

    final Rehearsal rehearsal;
    private final HttpClient http = HttpClient.newHttpClient();

    private Scene(Rehearsal rehearsal) {
        this.rehearsal = rehearsal;
    }

    static Scene in(Path folder) throws Exception {
        World world = new World();
        world.weather().zendeskRequestsPerMinute(100_000);
        StringBuilder organizations = new StringBuilder("organizations:\n");
        StringBuilder groups = new StringBuilder("groups:\n");
        for (int o = 0; o < NAMES.size(); o++) {
            String name = NAMES.get(o);
            String id = new UUID(0x4000, 0x8000_0000_0000_0000L | o).toString();
            world.zendesk()
                    .addGroup(GROUP + o, "Group of " + name)
                    .world()
                    .addOrganization(name, id, "client-of-" + name, "secret-of-" + name, 100_000)
                    .addSchedule(name, "sched-" + o);
            for (int a = 0; a < AGENTS; a++) {
                long agent = agent(name, a);
                String address = "agent" + o + "-" + a + "@example.com";
                world.zendesk()
                        .addAgent(ZendeskAgent.of(agent, "Agent " + o + " " + a, address))
                        .addMembership(agent, GROUP + o);
                if (a < AGENTS - 1) {
                    world.addUser(name, user(name, a), address, "Agent " + o + " " + a, "active");
                }
            }
            organizations.append(Sample.organization(name, id, 3000, "60s"));
            groups.append(
                    "  - { zendeskGroup: Group of %s, organization: %s, scheduleId: sched-%d, status: APPROVED }\n"
                            .formatted(name, name, o));
        }
        Scene scene = new Scene(Rehearsal.of(world, folder, FACTOR)
                .mapping(organizations.toString() + groups)
                .with("ZENDESK_REQUESTS_PER_MINUTE", "100000")
                .withConsole());
        scene.genesys(null);
        return scene;
    }

    Scene withToken() {
        rehearsal.with("MANAGEMENT_TOKEN", TOKEN);
        return this;
    }

    /** The last agent of each organisation is unknown in Genesys. */
    static long agent(String organization, int number) {
        return AGENT + 1_000L * NAMES.indexOf(organization) + number;
    }

    static String user(String organization, int number) {
        return "user-of-" + organization + "-" + number;
    }

    Scene halts(String organization) {
        rehearsal.world().outage(organization, Outage.REFUSED);
        return this;
    }

    /** What else goes wrong at Genesys' servers; null = nothing. */
    void genesys(Interceptor faults) {
        Interceptor others = faults == null ? call -> null : faults;
        rehearsal.sandbox().genesys().interceptor(call -> isRefused(call) ? REFUSAL : others.on(call));
    }

    private static boolean isRefused(Received call) {
        return isPost(call)
                && (call.body().contains(user("acme-apac", 3) + '"')
                        || call.body().contains(user("acme-apac", 7) + '"'));
    }

    static boolean isPost(Received call) {
        return call.method().equals("POST") && call.path().equals(SEGMENTS);
    }

    /** The users whose segments were posted so far. */
    List<String> posted() {
        return rehearsal.sandbox().genesys().received().stream()
                .filter(Scene::isPost)
                .map(call -> read(call.body()).path("userId").asText())
                .toList();
    }

    String url() throws Exception {
        return "http://127.0.0.1:" + ManagementPort.of(rehearsal.bridge().context()) + "/observe/console";
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url() + path)), headers);
    }

    HttpResponse<String> post(String path, String json, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .header("Content-Type", "application/json");
        return send(request, headers);
    }

    HttpResponse<String> send(HttpRequest.Builder request, String... headers) throws Exception {
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** With the token. */
    JsonNode read(String path, int status) throws Exception {
        HttpResponse<String> answer = get(path, "Authorization", "Bearer " + TOKEN);
        if (answer.statusCode() != status) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return read(answer.body());
    }

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (java.io.IOException noJson) {
            throw new IllegalArgumentException(json, noJson);
        }
    }

    @Override
    public void close() {
        rehearsal.close();
    }
}
