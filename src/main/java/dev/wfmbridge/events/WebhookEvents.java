package dev.wfmbridge.events;

import dev.wfmbridge.config.SecretUnavailableException;
import dev.wfmbridge.config.WebhookSecrets;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.zendesk.UserFields;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bean {@code events} of zendesk-events: whether an event is Zendesk's, and whether it is relevant. */
public final class WebhookEvents {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookEvents.class);
    private static final String SIGNATURE = "X-Zendesk-Webhook-Signature";
    private static final String TIMESTAMP = SIGNATURE + "-Timestamp";
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final String FIELD_CHANGED = "custom_field_changed";

    /** Types that may change who is planned, whatever the user's role is now. */
    private static final Set<String> MEMBERSHIPS = Set.of(
            "group_membership_created",
            "group_membership_deleted",
            "role_changed",
            "custom_role_changed",
            "merged",
            "deleted");

    /** Types that matter only for agents; end users have these by the thousand. */
    private static final Set<String> OF_AGENTS = Set.of("active_changed", "suspended_changed", "tags_changed");

    private final WebhookSecrets secrets;
    private final Duration maxAge;
    private final Supplier<String> idField;
    private final UserFields fields;
    private final EventCounts counts;
    private final Clock clock;
    private final AtomicLong warnedAt = new AtomicLong(Long.MIN_VALUE);

    /**
     * @param maxAge how far a timestamp may be from now, to either side
     * @param idField the key of the user field that names a Genesys user, as the mapping in force says; null if none does
     * @param fields the keys of user fields that are known by id
     */
    public WebhookEvents(
            WebhookSecrets secrets,
            Duration maxAge,
            Supplier<String> idField,
            UserFields fields,
            EventCounts counts,
            Clock clock) {
        this.secrets = secrets;
        this.maxAge = maxAge;
        this.idField = idField;
        this.fields = fields;
        this.counts = counts;
        this.clock = clock;
    }

    /**
     * The event, if it is genuine.
     *
     * @return null if it is refused
     */
    public Event verify(Exchange exchange) {
        String signature = exchange.getMessage().getHeader(SIGNATURE, "", String.class);
        String timestamp = exchange.getMessage().getHeader(TIMESTAMP, "", String.class);
        byte[] told = exchange.getMessage().getBody(byte[].class);
        byte[] body = told == null ? new byte[0] : told;
        EventCounts.Refusal refusal = refusal(signature, timestamp, body);
        if (refusal != null) {
            counts.refused(refusal);
            return null;
        }
        counts.count(EventCounts.Kind.RECEIVED);
        Event event = Event.read(body);
        if (!event.isAboutUser()) {
            counts.count(EventCounts.Kind.OF_NO_CONCERN);
        }
        return event;
    }

    private EventCounts.Refusal refusal(String signature, String timestamp, byte[] body) {
        try {
            if (!Signature.isBy(secrets.read(), timestamp, body, signature)) {
                warn("an event was refused, whose signature is by none of our secrets (webhook.secret)");
                return EventCounts.Refusal.SIGNATURE;
            }
        } catch (SecretUnavailableException unavailable) {
            warn("webhook.secret cannot be used, so that every event is refused: " + unavailable.getMessage());
            return EventCounts.Refusal.SECRET;
        }
        if (!Signature.isFresh(timestamp, clock.instant(), maxAge)) {
            warn("an event was refused, whose timestamp is further from now than webhook.max-age: a replay, or a clock"
                    + " that is wrong");
            return EventCounts.Refusal.STALE;
        }
        return null;
    }

    /** Once a minute: a sender of garbage must not fill the log. */
    private void warn(String what) {
        long now = System.nanoTime();
        long before = warnedAt.get();
        if ((before == Long.MIN_VALUE || now - before > QUIET.toNanos()) && warnedAt.compareAndSet(before, now)) {
            LOG.warn("webhook: {}", what);
        }
    }

    /** Whether the event may change anything that planning depends on. */
    public boolean isOfConcern(@ExchangeProperty(CallProperties.EVENT) Event event) {
        boolean concern = !event.agents().isEmpty() && concerns(event);
        if (!concern) {
            counts.count(EventCounts.Kind.OF_NO_CONCERN);
        }
        return concern;
    }

    private boolean concerns(Event event) {
        if (MEMBERSHIPS.contains(event.type())) {
            return true;
        }
        if (event.role().equals("end-user")) {
            return false;
        }
        return OF_AGENTS.contains(event.type())
                || event.type().startsWith("identity_")
                || event.type().equals(FIELD_CHANGED) && isIdField(event);
    }

    /** Only the field with the Genesys user; never the one that the bridge itself writes. */
    private boolean isIdField(Event event) {
        String wanted = idField.get();
        if (wanted == null) {
            return false;
        }
        String key = event.field().isTextual()
                ? event.field().asText()
                : event.field().path("key").asText(null);
        if (key == null) {
            key = fields.keyOf(event.field().path("id").asText(""));
        }
        return key == null || Objects.equals(key, wanted);
    }

    /** When the event happened, or arrived if it does not say. */
    static Instant happened(Event event, Instant now) {
        return event.time() == null || event.time().isAfter(now) ? now : event.time();
    }
}
