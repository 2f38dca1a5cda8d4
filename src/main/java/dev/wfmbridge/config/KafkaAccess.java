package dev.wfmbridge.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How Kafka is reached, even if other settings are wrong.
 *
 * @param brokers empty if Kafka is not used
 * @param prefix before the names of the topics
 * @param group of the processes that share the work
 * @param keepRuns {@code bridge.keep-runs}: reports that are shown, of whole passes and as many of partial ones
 * @param options {@code camel.component.kafka.*}, without this prefix; some of them are secrets
 */
public record KafkaAccess(String brokers, String prefix, String group, int keepRuns, Map<String, String> options) {

    /** Before the names of the options. */
    public static final String PREFIX = "camel.component.kafka.";

    /** Those that may be set by an environment variable too, such as {@code CAMEL_COMPONENT_KAFKA_SASL_JAAS_CONFIG}. */
    private static final List<String> BY_VARIABLE = List.of(
            "session-timeout-ms",
            "heartbeat-interval-ms",
            "delivery-timeout-ms",
            "request-timeout-ms",
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

    /** Whose group has the name of the prefix, as by default, and of which every report is shown. */
    public KafkaAccess(String brokers, String prefix, Map<String, String> options) {
        this(brokers, prefix, prefix, Integer.MAX_VALUE, options);
    }

    /**
     * @param home the folder that holds {@code config/}
     * @throws ConfigurationException if {@code kafka.*} itself cannot be understood
     */
    public static KafkaAccess read(Path home, Environment environment) throws ConfigurationException {
        PropertyTexts in = new PropertyTexts(home, environment, System.getProperties());
        String brokers = Property.KAFKA_BROKERS.read(in);
        String prefix = Property.KAFKA_PREFIX.read(in);
        String group = Property.KAFKA_GROUP.read(in);
        // If it is wrong, check and run say so.
        int keepRuns = Property.BRIDGE_KEEP_RUNS.read(in);
        Map<String, String> options = in.startingWith(PREFIX);
        options.putAll(byVariable(environment));
        in.refuse(
                problem -> problem.what().startsWith("kafka.") || problem.what().startsWith(PREFIX));
        return new KafkaAccess(brokers, prefix, group, keepRuns, options);
    }

    /** The options that an environment variable sets. */
    public static Map<String, String> byVariable(Environment environment) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : BY_VARIABLE) {
            String set = environment.get(Property.variable(PREFIX + option));
            if (set != null && !set.isBlank()) {
                options.put(option, set.strip());
            }
        }
        return options;
    }

    public boolean isUsed() {
        return !brokers.isEmpty();
    }

    @Override
    public String toString() {
        return "Kafka at " + brokers;
    }
}
