package dev.wfmbridge.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.AgentLookup;
import dev.wfmbridge.data.Runs;
import dev.wfmbridge.halt.HaltedException;
import dev.wfmbridge.report.Reasons;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Why an agent is planned or not, and an agent's name. An address is looked up in Zendesk and not kept. */
final class Questions {

    private static final Pattern ID = Pattern.compile("[0-9]{1,18}");
    private static final int LONGEST_ADDRESS = 254;

    private final AgentLookup lookup;
    private final Runs runs;
    private final Planning planning;

    Questions(AgentLookup lookup, Runs runs, Planning planning) {
        this.lookup = lookup;
        this.runs = runs;
        this.planning = planning;
    }

    /** {@code who}: an address or a Zendesk id; {@code live}: whether both sides are asked now. */
    Reply why(Ask ask) throws Exception {
        String who = ask.needed("who", LONGEST_ADDRESS);
        String id = ID.matcher(who).matches() ? who : idOf(who);
        if (ask.fields().path("live").asBoolean()) {
            return Reply.begun(planning.startWhy(Long.parseLong(id)));
        }
        Optional<Runs.Word> word = runs.newestWord(id);
        if (word.isEmpty()) {
            throw new Refusal(404, "There is no report of a pass yet: wait for the first one, or ask both sides now.");
        }
        ObjectNode answer = answer(id, word.get().pairs());
        answer.put("runId", word.get().runId());
        runs.report(word.get().runId()).ifPresent(report -> answer.set("at", report.path("finishedAt")));
        return Reply.of(answer);
    }

    /** What happened to an agent, and what it means, as the command says it. */
    static ObjectNode answer(String zendeskId, List<JsonNode> pairs) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("zendeskUserId", zendeskId);
        ArrayNode said = answer.putArray("pairs");
        for (JsonNode pair : pairs) {
            ObjectNode one = pair.deepCopy();
            String reason =
                    pair.path("reason").isTextual() ? pair.path("reason").textValue() : "";
            one.put("meaning", Reasons.of(pair.path("outcome").asText("none"), reason));
            said.add(one);
        }
        return answer;
    }

    /** {@code zendeskId}: one agent. The answer is only for whoever asked. */
    Reply name(Ask ask) throws Exception {
        String id = ask.needed("zendeskId", LONGEST_ADDRESS);
        if (!ID.matcher(id).matches()) {
            throw new Refusal(400, "zendeskId is a number.");
        }
        try {
            Map<Long, String> names = lookup.names(List.of(Long.valueOf(id)));
            String name = names.get(Long.valueOf(id));
            if (name == null) {
                throw new Refusal(404, "Zendesk knows no such user.");
            }
            return Reply.of(JsonNodeFactory.instance.objectNode().put("name", name));
        } catch (HaltedException halted) {
            throw refused(halted);
        } catch (Refusal none) {
            throw none;
        } catch (Exception failed) {
            throw new Refusal(502, "Zendesk gave no usable answer.");
        }
    }

    private String idOf(String address) throws Exception {
        if (address.indexOf('@') < 1) {
            throw new Refusal(400, "Ask with an e-mail address or a Zendesk id.");
        }
        try {
            return lookup.byAddress(address)
                    .orElseThrow(() -> new Refusal(404, "Zendesk knows no user with this address."));
        } catch (HaltedException halted) {
            throw refused(halted);
        } catch (IOException failed) {
            throw new Refusal(502, failed.getMessage());
        }
    }

    private static Refusal refused(HaltedException halted) {
        return new Refusal(502, halted.halt().message() + " " + halted.halt().nextStep());
    }
}
