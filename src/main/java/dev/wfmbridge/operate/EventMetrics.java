package dev.wfmbridge.operate;

import dev.wfmbridge.events.EventCounts;
import dev.wfmbridge.events.EventCounts.Kind;
import dev.wfmbridge.events.Hints;
import java.util.Locale;

/** The metrics {@code event_} and {@code events_}: what becomes of the webhook's events. */
record EventMetrics(EventCounts events, Hints hints) {

    void tell(Exposition told) {
        told.counter("events_received", "Events whose signature was good", events.of(Kind.RECEIVED));
        told.counter("events_repeated", "Events that had come before", events.of(Kind.REPEATED));
        told.counter("events_of_no_concern", "Events that ask for nothing", events.of(Kind.OF_NO_CONCERN));
        told.counter("events_coalesced", "Events about an agent who waited already", events.of(Kind.COALESCED));
        for (EventCounts.Refusal why : EventCounts.Refusal.values()) {
            told.counter(
                    "events_refused",
                    "Events that were not taken, by reason",
                    events.of(why),
                    "reason",
                    why.name().toLowerCase(Locale.ROOT));
        }
        told.gauge("events_waiting", "Agents who wait to be looked at again", hints.waiting());
        told.gauge(
                "events_last_received_timestamp_seconds",
                "When the last event with a good signature came, 0 if none did",
                Exposition.seconds(events.lastReceived()));
        told.counter("event_passes", "Passes that events asked for", events.of(Kind.PASSES));
        told.histogram(
                "event_outcome_seconds",
                "Seconds from an event to the outcome of the agents that it named",
                EventCounts.BOUNDS,
                events.outcomes(),
                events.outcomeSeconds());
    }
}
