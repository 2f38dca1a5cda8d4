package dev.wfmbridge.segment;

import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.zendesk.Agent;
import dev.wfmbridge.zendesk.GroupEntries;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;

/** The bean {@code segments} of segment-split: from a membership to its segment messages. */
public final class SegmentSplit {

    /** The messages of a membership: one for each place of each entry that takes it. */
    public List<SegmentMessage> messagesOf(Membership membership, Exchange exchange) {
        Pass pass = pass(exchange);
        GroupEntries entries = exchange.getProperty("wfmGroupEntries", GroupEntries.class);
        Agent agent = pass.getSource().agent(membership.userId());
        List<SegmentMessage> messages = new ArrayList<>(1);
        for (Entry entry : entries.of(membership.groupId())) {
            // An agent who is unknown has no tags, and is mapped: the skip reason says so.
            if (!entry.absent() && (agent == null || entry.takes(agent.tags()))) {
                for (Place place : entry.places()) {
                    if (pass.isReplay()
                            && !pass.replayRequest().asksFor(entry.organization(), place.id(), membership.userId())) {
                        continue;
                    }
                    messages.add(new SegmentMessage(entry.organization(), entry, place, membership));
                }
            }
        }
        return messages;
    }

    /** Counts a pair as mapped. */
    public void mapped(SegmentMessage message, Exchange exchange) {
        organization(message, exchange).countMapped();
    }

    /** Sets the status that a new segment would get, and why the agent needs none, as far as Zendesk tells. */
    public void lookAt(SegmentMessage message, Exchange exchange) {
        Pass pass = pass(exchange);
        Agent agent = pass.getSource().agent(message.membership().userId());
        message.wants(message.entry().statusFor(agent == null ? Set.of() : agent.tags()));
        if (agent == null) {
            if (!pass.getSource().isUnread(message.membership().userId())) {
                message.ends(Outcome.SKIPPED, SkipReason.AGENT_UNKNOWN.text());
            }
        } else if (!agent.works()) {
            message.ends(Outcome.SKIPPED, SkipReason.AGENT_INACTIVE.text());
        } else if (agent.suspended()) {
            message.ends(Outcome.SKIPPED, SkipReason.AGENT_SUSPENDED.text());
        }
        if (message.ending() == null) {
            organization(message, exchange).needsUsers();
        }
    }

    /** Hands a message over to its organisation. */
    public void collect(SegmentMessage message, Exchange exchange) {
        organization(message, exchange).collect(message);
    }

    private static OrganizationPass organization(SegmentMessage message, Exchange exchange) {
        return pass(exchange).organization(message.organization());
    }

    private static Pass pass(Exchange exchange) {
        return exchange.getProperty(CallProperties.PASS, Pass.class);
    }
}
