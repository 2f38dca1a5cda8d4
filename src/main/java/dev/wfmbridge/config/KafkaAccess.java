package dev.wfmbridge.config;

import java.util.Map;

/**
 * How Kafka is reached, even if other settings are wrong.
 *
 * @param brokers empty if Kafka is not used
 * @param prefix before the names of the topics
 * @param options {@code camel.component.kafka.*}, without this prefix; some of them are secrets
 */
public record KafkaAccess(String brokers, String prefix, Map<String, String> options) {

    public boolean isUsed() {
        return !brokers.isEmpty();
    }

    @Override
    public String toString() {
        return "Kafka at " + brokers;
    }
}
