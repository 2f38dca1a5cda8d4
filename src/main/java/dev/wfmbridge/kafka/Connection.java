package dev.wfmbridge.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** How the brokers are reached: by the options of the camel-kafka component, so that TLS and SASL are configured once. */
public final class Connection {

    /** Seconds that a start waits for the brokers. */
    private static final int PATIENCE = 20;

    /** Kafka's own defaults. */
    private static final KafkaConfiguration DEFAULTS = new KafkaConfiguration();

    /**
     * What is not taken within this time is given up, and a part or a result is then sent again. Kafka's own 120 s are
     * too long: after an absence of the brokers, a producer takes nothing new until what it could not send is that old, and a stop waits
     * as long.
     */
    private static final int DELIVERY_MILLIS = 20_000;

    private static final int REQUEST_MILLIS = 8_000;

    private final String brokers;
    private final Properties consumer;
    private final Properties producer;

    private Connection(String brokers, KafkaConfiguration options) {
        this.brokers = brokers;
        // The producers of the routes have them from here too.
        if (options.getDeliveryTimeoutMs().equals(DEFAULTS.getDeliveryTimeoutMs())) {
            options.setDeliveryTimeoutMs(DELIVERY_MILLIS);
        }
        if (options.getRequestTimeoutMs().equals(DEFAULTS.getRequestTimeoutMs())) {
            options.setRequestTimeoutMs(Math.min(REQUEST_MILLIS, options.getDeliveryTimeoutMs() / 2));
        }
        if (options.getMaxBlockMs().equals(DEFAULTS.getMaxBlockMs())) {
            // So long a producer waits that has no metadata of a topic, as after some minutes without a record for it.
            options.setMaxBlockMs(options.getDeliveryTimeoutMs());
        }
        consumer = options.createConsumerProperties();
        consumer.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        consumer.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        consumer.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "500");
        // A view reads only what is known to be there. With the usual 500 ms, the fetch after the last record would
        // hold up the next reading, and there is one for each part.
        consumer.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "5");
        consumer.remove(ConsumerConfig.GROUP_ID_CONFIG);
        consumer.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        producer = options.createProducerProperties();
        producer.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        producer.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    }

    /** By the component of a context that runs the routes. */
    static Connection of(CamelContext context, String brokers) {
        return new Connection(
                brokers, context.getComponent("kafka", KafkaComponent.class).getConfiguration());
    }

    /**
     * Without routes.
     *
     * @param options {@code camel.component.kafka.*}, without this prefix
     */
    public static Connection of(String brokers, Map<String, String> options) {
        DefaultCamelContext context = new DefaultCamelContext(false);
        KafkaComponent component = new KafkaComponent(context);
        PropertyBindingSupport.build()
                .withCamelContext(context)
                .withTarget(component.getConfiguration())
                .withProperties(new HashMap<>(options))
                .withIgnoreCase(true)
                .withRemoveParameters(false)
                .bind();
        return new Connection(brokers, component.getConfiguration());
    }

    KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(consumer);
    }

    KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(producer);
    }

    /** A producer's connection options also work for admin requests. */
    public Admin admin() {
        Properties options = new Properties();
        options.putAll(producer);
        options.keySet().retainAll(AdminClientConfig.configNames());
        return Admin.create(options);
    }

    /**
     * Waits for the brokers, for a bounded time.
     *
     * @throws UnreachableException if they do not answer
     */
    public void await() throws UnreachableException {
        Answer.to(
                () -> {
                    // A client that cannot be created, as with an address that is none, gets no answer either.
                    try (Admin admin = admin()) {
                        return admin.describeCluster().nodes().get(PATIENCE, TimeUnit.SECONDS);
                    }
                },
                "Kafka (" + brokers + ") gave no answer in " + PATIENCE
                        + " s: see that kafka.brokers is right, that the brokers run, and that TLS and SASL are set as they want it (camel.component.kafka.*).");
    }
}
