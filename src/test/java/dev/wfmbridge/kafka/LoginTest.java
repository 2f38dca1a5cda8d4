package dev.wfmbridge.kafka;

import static org.awaitility.Awaitility.await;

import dev.wfmbridge.config.KafkaAccess;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A login that the brokers refuse")
class LoginTest {

    @RegisterExtension
    private static final SharedBroker shared = SharedBroker.secured("somebody-else", "secret");

    /** What a consumer owns, as it says. */
    private static final class Owned implements Ownership {

        private final OpenOffsets offsets = new OpenOffsets();
        private final AtomicInteger partitions = new AtomicInteger();

        @Override
        public void assigned(Collection<TopicPartition> more) {
            partitions.addAndGet(more.size());
        }

        @Override
        public void lost(Collection<TopicPartition> gone) {
            partitions.addAndGet(-gone.size());
        }

        @Override
        public void heard(long at) {}

        @Override
        public void behind(long records) {}

        @Override
        public OpenOffsets offsets() {
            return offsets;
        }
    }

    @Test
    @DisplayName("is tried again, so that a consumer goes on once it is accepted")
    void refusedForAMoment() throws Exception {
        new Shell(new KafkaAccess(shared.broker().address(), "login", Map.of())).createTopics(1);
        Owned owned = new Owned();
        OwnedConsumers consumers = new OwnedConsumers(owned);
        AtomicInteger made = new AtomicInteger();
        try (DefaultCamelContext context = new DefaultCamelContext();
                Admin admin = Connection.of(shared.broker().address(), Map.of()).admin()) {
            context.getRegistry().bind("counted", new DefaultKafkaClientFactory() {
                @Override
                public Consumer<Object, Object> getConsumer(Properties options) {
                    made.incrementAndGet();
                    return consumers.getConsumer(options);
                }
            });
            var options = context.getComponent("kafka", KafkaComponent.class).getConfiguration();
            options.setBrokers(shared.broker().securedAddress());
            options.setSecurityProtocol("SASL_SSL");
            options.setSaslMechanism("SCRAM-SHA-512");
            options.setSaslJaasConfig("org.apache.kafka.common.security.scram.ScramLoginModule required"
                    + " username=\"late\" password=\"secret-of-late\";");
            options.setSslTruststoreType("PEM");
            options.setSslTruststoreLocation(shared.folder().resolve("ca.crt").toString());
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("kafka:login-parts?groupId=login&kafkaClientFactory=#bean:counted&pollOnError=RECONNECT"
                                    + "&autoCommitEnable=false&pollTimeoutMs=500")
                            .to("log:records");
                }
            });
            context.start();
            // The first one was refused.
            await().atMost(Ground.LIMIT).until(() -> made.get() > 1);
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            "late", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), "secret-of-late")))
                    .all()
                    .get(30, TimeUnit.SECONDS);
            await().atMost(Ground.LIMIT).until(() -> owned.partitions.get() == Topics.PARTITIONS);
        }
    }
}
