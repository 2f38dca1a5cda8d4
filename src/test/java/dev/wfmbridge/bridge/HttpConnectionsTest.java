package dev.wfmbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpConnectionsTest {

    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "LocalHost., true",
        "zendesk.localhost, true",
        "127.0.0.1, true",
        "127.255.255.254, true",
        "::1, true",
        "[::1], true",
        "0:0:0:0:0:0:0:1, true",
        "::ffff:127.0.0.1, true",
        "128.0.0.1, false",
        "10.127.0.1, false",
        "::2, false",
        "localhost.example, false",
        "127.0.0.1.example, false",
        "example.zendesk.com, false",
    })
    void knowsThisMachine(String host, boolean loopback) {
        assertThat(HttpConnections.isLoopback(host)).isEqualTo(loopback);
    }
}
