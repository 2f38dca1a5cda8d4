package dev.wfmbridge.target.notebook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.delivery.Deliveries;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.SegmentRow;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentIds;
import dev.wfmbridge.segment.SegmentMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;

/** The example of docs/adding-a-target.md: names in a notebook, one call each. */
public final class Notebooks {

    private final SegmentIds ids;
    private final Deliveries deliveries;

    public Notebooks(SegmentIds ids, Deliveries deliveries) {
        this.ids = ids;
        this.deliveries = deliveries;
    }

    public Call readCall(Exchange exchange) {
        return Call.list("/api/v2/notebooks/" + place(exchange).id(), null, "names");
    }

    /** The snapshot: a message whose name is there already goes no further. */
    public void take(Exchange exchange) {
        OrganizationPass organization = organization(exchange);
        Place place = place(exchange);
        List<SegmentRow> rows = new ArrayList<>();
        for (JsonNode name : exchange.getMessage().getBody(JsonNode.class).path("names")) {
            String id = ids.idFor(organization.organization().id(), place, name.asText());
            rows.add(new SegmentRow(id, name.asText(), place.id(), "APPROVED", 1, null));
        }
        organization.snapshot().replace(place.id(), rows);
    }

    /** No snapshot, no writing. */
    public void unread(Exchange exchange) {
        organization(exchange).haltPlace(place(exchange).id(), HaltReason.SNAPSHOT_INCOMPLETE, null);
    }

    public Call writeCall(Exchange exchange) {
        SegmentMessage message = message(exchange);
        return Call.send(
                Call.Kind.INSERT,
                "POST",
                "/api/v2/notebooks/" + message.getPlace().id(),
                "{\"name\":\"" + message.genesysUserId() + "\"}");
    }

    /** What the answer means: the table of this target. */
    public void answered(Exchange exchange) {
        SegmentMessage message = message(exchange);
        Call call = exchange.getProperty(CallProperties.CALL, Call.class);
        message.notes().posted(Instant.now());
        message.notes().answered(call.getStatus(), call.correlationId(), Instant.now());
        switch (exchange.getProperty(CallProperties.ANSWER, String.class)) {
            case "done" -> message.ends(Outcome.CREATED, null);
            case "unknown" -> {
                message.notes().outcomeUnknown();
                deliveries.putAside(message, organization(exchange));
            }
            case "halted" ->
                message.ends(
                        Outcome.HELD,
                        organization(exchange).currentHalt().reason().text());
            default ->
                message.endsInLetter(
                        LetterCode.INVALID_REQUEST, "The notebook answered HTTP " + call.getStatus() + ".");
        }
    }

    private static Place place(Exchange exchange) {
        return exchange.getProperty("wfmPlace", Place.class);
    }

    private static SegmentMessage message(Exchange exchange) {
        return exchange.getProperty(CallProperties.MESSAGE, SegmentMessage.class);
    }

    private static OrganizationPass organization(Exchange exchange) {
        return (OrganizationPass) exchange.getProperty(CallProperties.SIDE, Side.class);
    }
}
