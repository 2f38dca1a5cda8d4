package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.pass.Pass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Names and addresses of agents, for whoever looks at a terminal: asked of Zendesk, 100 a call, and kept nowhere. */
final class AgentNames {
    private static final int A_CALL = 100;

    /** Longer ones are cut: a table is to stay one. */
    private static final int LONGEST = 60;

    private AgentNames() {}

    /**
     * Asks Zendesk, within its quota.
     *
     * @return by Zendesk id; agents that Zendesk does not tell are missing
     * @throws Exception what the call failed with
     */
    static Map<Long, String> read(Bridge bridge, Collection<Long> agents) throws Exception {
        Pass probe = bridge.probe();
        List<Long> ids = new ArrayList<>(new TreeSet<>(agents));
        Map<Long, String> names = new HashMap<>();
        for (int from = 0; from < ids.size(); from += A_CALL) {
            String some = ids.subList(from, Math.min(ids.size(), from + A_CALL)).stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining("%2C"));
            JsonNode users = bridge.read(
                            probe.getSource(), Call.list("/api/v2/users/show_many", "ids=" + some, "users"))
                    .path("users");
            for (JsonNode user : users) {
                names.put(user.path("id").asLong(), shown(user));
            }
        }
        return names;
    }

    private static String shown(JsonNode user) {
        String name = user.path("name").asText("");
        String address = user.path("email").asText("");
        String both = address.isEmpty() ? name : name + " <" + address + ">";
        String printable = both.replaceAll("\\p{C}", "");
        return printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST - 1) + "…";
    }
}
