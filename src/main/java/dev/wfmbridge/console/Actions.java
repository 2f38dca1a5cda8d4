package dev.wfmbridge.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.wfmbridge.bridge.Controls;
import dev.wfmbridge.http.ApiClient;
import dev.wfmbridge.kafka.UnreachableException;
import dev.wfmbridge.pass.LetterFilter;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The console's actions. Each is logged with the name that the user gives. The guard has already let them in. */
final class Actions {

    private static final Logger LOG = LoggerFactory.getLogger(Actions.class);
    private static final int LONGEST_NAME = 200;
    private static final int MOST_SEGMENTS = 1_000;

    private final Controls controls;
    private final Glance glance;

    Actions(Controls controls, Glance glance) {
        this.controls = controls;
        this.glance = glance;
    }

    Reply startPass(Ask ask) throws Exception {
        String by = by(ask);
        if (!controls.startPass()) {
            throw new Refusal(409, "A pass is under way already.");
        }
        LOG.info("console: {} started a pass", by);
        return done("A pass begins.");
    }

    Reply suspend(Ask ask) throws Exception {
        String by = by(ask);
        ApiClient client = client(ask);
        suspends(client, true);
        LOG.info("console: {} suspended {}", by, client.name());
        return done("No call to " + client.name() + " starts until it is resumed.");
    }

    Reply resume(Ask ask) throws Exception {
        String by = by(ask);
        ApiClient client = client(ask);
        suspends(client, false);
        LOG.info("console: {} resumed {}", by, client.name());
        return done(client.name() + " is resumed; the next pass calls it again.");
    }

    /** It holds in this process, even if it cannot be kept. */
    private void suspends(ApiClient client, boolean suspended) throws Exception {
        try {
            if (suspended) {
                controls.suspend(client.name());
            } else {
                controls.resume(client.name());
            }
        } catch (UnreachableException silent) {
            glance.changed();
            throw new Refusal(503, silent.getMessage());
        }
    }

    /** {@code organization}, {@code code} and {@code segments}, a list of ids: letters that match everything given. */
    Reply replay(Ask ask) throws Exception {
        String by = by(ask);
        String organization = ask.text("organization", LONGEST_NAME);
        if (organization != null) {
            client(ask);
        }
        String code = ask.letterCode();
        Set<String> segments = segments(ask.fields().path("segments"));
        int count = controls.replay(new LetterFilter(organization, code, null, 0, segments));
        LOG.info(
                "console: {} replays {} letters (organisation {}, code {}, {})",
                by,
                count,
                organization == null ? "any" : organization,
                code == null ? "any" : code,
                segments.isEmpty() ? "all segments" : segments.size() + " segments chosen");
        return done(
                count == 0
                        ? "There is no such letter any more."
                        : count + (count == 1 ? " letter is" : " letters are")
                                + " delivered again, after the pass under way if there is one.");
    }

    private static Set<String> segments(JsonNode given) throws Refusal {
        Set<String> segments = new HashSet<>();
        for (JsonNode segment : given) {
            if (!segment.isTextual() || segment.textValue().length() > LONGEST_NAME) {
                throw new Refusal(400, "segments has to be a list of segments' ids.");
            }
            segments.add(segment.textValue());
        }
        if (segments.size() > MOST_SEGMENTS) {
            throw new Refusal(400, "segments may name " + MOST_SEGMENTS + " at most; choose by code for more.");
        }
        // An empty selection must not become "all".
        if (segments.isEmpty() && !given.isMissingNode() && !given.isNull()) {
            throw new Refusal(400, "segments names none.");
        }
        return segments;
    }

    private ApiClient client(Ask ask) throws Exception {
        String organization = ask.needed("organization", LONGEST_NAME);
        ApiClient client = controls.client(organization);
        if (client == null) {
            throw new Refusal(404, "The mapping has no such organisation.");
        }
        return client;
    }

    private static String by(Ask ask) throws Refusal {
        return ask.needed("by", 60);
    }

    private Reply done(String sentence) {
        glance.changed();
        return Reply.of(JsonNodeFactory.instance.objectNode().put("message", sentence));
    }
}
