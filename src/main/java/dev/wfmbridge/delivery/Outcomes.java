package dev.wfmbridge.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.wfmbridge.data.DeadLetter;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.LetterCode;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.segment.SegmentMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bean {@code outcomes}: the end of each message, counted once, and its dead letter. */
public final class Outcomes {

    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    private final DeadLetters letters;

    public Outcomes(DeadLetters letters) {
        this.letters = letters;
    }

    /** Sets how the message ended; nothing as long as it has not. */
    public void look(@Body SegmentMessage message, Exchange exchange) {
        exchange.setProperty(CallProperties.OUTCOME, message.getOutcome());
    }

    /** Counts the message's outcome, once. */
    public void record(@Body SegmentMessage message, @ExchangeProperty(CallProperties.PASS) Pass pass) {
        if (message.markRecorded()) {
            organization(message, pass).record(message);
            LOG.debug(
                    "{} {} {} {}",
                    message.organization(),
                    message.id(),
                    message.ending(),
                    message.reason() == null ? "" : message.reason());
        }
    }

    /** Files the evidence; a letter already on file that was not tried again stays as it is. */
    public void fileLetter(@Body SegmentMessage message, @ExchangeProperty(CallProperties.PASS) Pass pass) {
        if (message.isStanding()) {
            return;
        }
        LetterCode code = message.evidence().letterCode();
        Instant now = Instant.now();
        Map<String, String> segment = new LinkedHashMap<>();
        segment.put("userId", message.genesysUserId());
        segment.put("segmentId", message.id());
        segment.putAll(message.getPlace().kind().named(message.getPlace()));
        if (message.getPlace().kind().hasStatus()) {
            segment.put("status", message.wantedStatus());
        }
        DeadLetter letter = new DeadLetter(
                segment,
                new DeadLetter.Source(message.agentId(), message.membership().groupId(), message.membershipId()),
                code,
                message.evidence().letterMessage(),
                new DeadLetter.Evidence(
                        message.evidence().lastStatus() == 0
                                ? null
                                : Integer.valueOf(message.evidence().lastStatus()),
                        message.evidence().correlationId(),
                        message.evidence().reads().stream()
                                .map(read -> (JsonNode) TextNode.valueOf(read))
                                .toList(),
                        message.evidence().posts(),
                        message.evidence().firstAt() == null
                                ? now
                                : message.evidence().firstAt(),
                        message.evidence().lastAt() == null
                                ? now
                                : message.evidence().lastAt()));
        LOG.warn(
                "{}: segment {} is a dead letter, {}: {}",
                message.organization(),
                message.id(),
                code.text(),
                message.evidence().letterMessage());
        try {
            letters.put(message.organization(), letter);
        } catch (IOException full) {
            pass.dataFolderFails("Dead letters could not be written and are in the log instead: free disk space, or"
                    + " fix the data folder's permissions.");
            LOG.error("Dead letter that could not be written: {}", letter.toJson());
        }
    }

    /** The segment ended well: withdraws a letter of an earlier pass. */
    public void withdrawLetter(@Body SegmentMessage message, @ExchangeProperty(CallProperties.PASS) Pass pass) {
        if (message.id() == null || !pass.organization(message.organization()).hasLetter(message.id())) {
            return;
        }
        try {
            letters.withdraw(message.organization(), message.id());
        } catch (IOException failed) {
            pass.dataFolderFails("A dead letter could not be withdrawn: fix the data folder's permissions.");
        }
    }

    private static OrganizationPass organization(SegmentMessage message, Pass pass) {
        return pass.organization(message.organization());
    }
}
