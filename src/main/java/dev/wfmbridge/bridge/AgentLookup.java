package dev.wfmbridge.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.halt.HaltedException;
import dev.wfmbridge.http.Batches;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.Failures;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.zendesk.ZendeskLists;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Asks Zendesk who an agent is, within its quota, for somebody at a terminal or the console. The answer is not kept. */
public final class AgentLookup {
    /** Longer ones are cut to keep the table intact. */
    private static final int LONGEST = 60;

    private final Bridge bridge;

    public AgentLookup(Bridge bridge) {
        this.bridge = bridge;
    }

    /**
     * The agent with this address: one call.
     *
     * @return the agent's Zendesk id; empty if there is none
     * @throws HaltedException if Zendesk refuses, with what to do about it
     * @throws IOException if Zendesk gives no usable answer; the message says what it was
     */
    public Optional<String> byAddress(String address) throws Exception {
        Pass probe = bridge.probe();
        try {
            JsonNode users = bridge.read(
                            probe.getSource(),
                            Call.get("/api/v2/users/search", "query=" + Call.encoded("email:" + address), "users"))
                    .path("users");
            for (JsonNode user : users) {
                // The search finds parts of longer addresses too.
                if (address.strip().equalsIgnoreCase(user.path("email").asText(""))) {
                    return Optional.of(Shape.shown(user.path("id").asText()));
                }
            }
            return Optional.empty();
        } catch (HaltedException halted) {
            throw halted;
        } catch (Exception failure) {
            throw new IOException(
                    probe.getSource().isHalted()
                            ? probe.getSource().currentHalt().message()
                            : Failures.describe(failure),
                    failure);
        }
    }

    /**
     * Names and addresses, 100 agents a call.
     *
     * @return by Zendesk id; agents that Zendesk does not know are missing
     * @throws Exception what the call failed with
     */
    public Map<Long, String> names(Collection<Long> agents) throws Exception {
        Pass probe = bridge.probe();
        Map<Long, String> names = new HashMap<>();
        for (List<Long> some : Batches.of(List.copyOf(new TreeSet<>(agents)), ZendeskLists.MOST)) {
            JsonNode users =
                    bridge.read(probe.getSource(), ZendeskLists.users(some)).path("users");
            users.forEach(user -> names.put(user.path("id").asLong(), shown(user)));
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
