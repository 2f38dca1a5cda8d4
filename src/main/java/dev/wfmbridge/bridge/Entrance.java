package dev.wfmbridge.bridge;

import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.zendesk.Source;
import java.util.Arrays;
import java.util.List;

/** All routes that Java calls: the check of edited routes reports one that is missing. */
enum Entrance {
    PASS("direct:pass"),
    PLAN("direct:plan-pass"),
    ZENDESK_READ("direct:zendesk-read"),
    ZENDESK_WRITE("direct:zendesk-write"),
    GENESYS_READ("direct:genesys-read");

    private final String uri;

    Entrance(String uri) {
        this.uri = uri;
    }

    String uri() {
        return uri;
    }

    /** The way of one call outside of a pass. */
    static Entrance of(Side side, Call call) {
        if (side instanceof Source) {
            return call.kind() == Call.Kind.READ ? ZENDESK_READ : ZENDESK_WRITE;
        }
        return GENESYS_READ;
    }

    static List<String> uris() {
        return Arrays.stream(values()).map(Entrance::uri).toList();
    }
}
