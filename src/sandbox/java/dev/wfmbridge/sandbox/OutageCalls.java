package dev.wfmbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * {@code /sandbox/fail}: takes one side down and brings it back while the servers run. {@code PUT /sandbox/fail/NAME}
 * with 401, 429, 500 or timeout as its body, {@code DELETE /sandbox/fail/NAME}, and {@code GET /sandbox/fail} lists
 * what is down. It belongs to the sandbox and is not part of either API: it costs no quota and is not recorded.
 */
final class OutageCalls {
    static final String PATH = "/sandbox/fail";

    private final World world;

    OutageCalls(World world) {
        this.world = world;
    }

    boolean concern(Request request) {
        return request.path().equals(PATH) || request.path().startsWith(PATH + "/");
    }

    Answer carryOut(Request request) {
        try {
            if (request.path().length() > PATH.length() + 1) {
                String side = request.path().substring(PATH.length() + 1);
                switch (request.method()) {
                    case "PUT" -> world.outage(side, Outage.of(request.body().strip()));
                    case "DELETE" -> world.outage(side, null);
                    default -> {
                        return Answer.text(405, Map.of("Allow", "PUT, DELETE"), "PUT or DELETE\n");
                    }
                }
            }
            ObjectNode down = Json.object();
            world.weather().outages().forEach((side, outage) -> down.put(side, outage.text()));
            return Answer.json(200, down);
        } catch (IllegalArgumentException | NoSuchElementException wrong) {
            return Answer.text(400, Map.of("Content-Type", "text/plain; charset=utf-8"), wrong.getMessage() + "\n");
        }
    }
}
