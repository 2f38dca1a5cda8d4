package dev.wfmbridge.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The connection to the brokers")
class ConnectionTest {

    @Test
    @DisplayName("an address that is none is told like brokers that give no answer, with what to look at")
    void noAddress() {
        Connection connection = Connection.of("nonsense", Map.of());
        assertThatThrownBy(connection::await)
                .isInstanceOf(UnreachableException.class)
                .hasMessageStartingWith("Kafka (nonsense) gave no answer in 20 s: see that kafka.brokers is right");
    }
}
