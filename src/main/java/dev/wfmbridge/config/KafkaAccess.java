package dev.wfmbridge.config;

import java.util.List;
import java.util.Map;

/**
 * How Kafka is reached, even if other settings are wrong.
 *
 * @param brokers empty if Kafka is not used
 * @param prefix before the names of the topics
 * @param options {@code camel.component.kafka.*}, without this prefix; some of them are secrets
 */
public record KafkaAccess(String brokers, String prefix, Map<String, String> options) {

    /** Before the names of the options. */
    public static final String PREFIX = "camel.component.kafka.";

    /** Those that may be set by an environment variable too, such as {@code CAMEL_COMPONENT_KAFKA_SASL_JAAS_CONFIG}. */
    public static final List<String> BY_VARIABLE = List.of(
            "session-timeout-ms",
            "heartbeat-interval-ms",
            "security-protocol",
            "sasl-mechanism",
            "sasl-jaas-config",
            "ssl-truststore-location",
            "ssl-truststore-type",
            "ssl-truststore-password",
            "ssl-keystore-location",
            "ssl-keystore-type",
            "ssl-keystore-password",
            "ssl-key-password");

    public boolean isUsed() {
        return !brokers.isEmpty();
    }

    @Override
    public String toString() {
        return "Kafka at " + brokers;
    }
}
