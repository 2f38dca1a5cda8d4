package dev.wfmbridge.poll;

import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.Membership;
import dev.wfmbridge.segment.SegmentMessage;
import dev.wfmbridge.segment.SkipReason;
import dev.wfmbridge.zendesk.Agent;
import dev.wfmbridge.zendesk.GroupEntries;
import java.util.List;
import java.util.Set;
import org.apache.camel.ExchangeProperty;

/** The bean {@code segments} of segment-split: from a membership to its segment messages. */
public final class SegmentSplit {

    /** Makes the messages of all memberships, one for each place of each entry that takes it, and hands them to their organisations. */
    public void split(@ExchangeProperty(CallProperties.PASS) Pass pass) {
        GroupEntries entries = pass.getSource().entries();
        for (Membership membership : pass.getSource().getMemberships()) {
            List<Entry> ofGroup = entries.of(membership.groupId());
            if (!ofGroup.isEmpty()) {
                split(membership, ofGroup, pass);
            }
        }
        pass.getSource().letMembershipsGo();
    }

    private static void split(Membership membership, List<Entry> entries, Pass pass) {
        Agent agent = pass.getSource().agent(membership.userId());
        for (Entry entry : entries) {
            // An unknown agent has no tags but is still mapped: the skip reason says so.
            if (entry.absent() || (agent != null && !entry.takes(agent.tags()))) {
                continue;
            }
            for (Place place : entry.places()) {
                if (pass.isReplay()
                        && !pass.replayRequest().asksFor(entry.organization(), place.id(), membership.userId())) {
                    continue;
                }
                OrganizationPass organization = pass.organization(entry.organization());
                SegmentMessage message = new SegmentMessage(entry, place, membership);
                organization.countMapped();
                lookAt(message, agent, pass, organization);
                organization.collect(message);
            }
        }
    }

    /** Sets the status that a new segment would get, and why the agent gets none, as far as Zendesk knows. */
    private static void lookAt(SegmentMessage message, Agent agent, Pass pass, OrganizationPass organization) {
        message.wants(message.entry().statusFor(agent == null ? Set.of() : agent.tags()));
        if (agent == null) {
            if (!pass.getSource().isUnread(message.agentId())) {
                message.skippedFor(SkipReason.AGENT_UNKNOWN);
            }
        } else if (!agent.works()) {
            message.skippedFor(SkipReason.AGENT_INACTIVE);
        } else if (agent.suspended()) {
            message.skippedFor(SkipReason.AGENT_SUSPENDED);
        }
        if (message.ending() == null) {
            organization.needsUsers();
        }
    }
}
