package dev.wfmbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What holds for both servers: ports, connections, and the world that outlives them. */
class SandboxTest {
    private final World world = Worlds.genesys();

    @Test
    void aConnectionServesSeveralCalls() throws IOException {
        try (Sandbox sandbox = Sandbox.start(world);
                Socket socket = connect(sandbox.genesys().url());
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            for (int i = 0; i < 3; i++) {
                assertThat(call(socket, in)).isEqualTo("HTTP/1.1 401 Unauthorized");
            }
        }
    }

    private static Socket connect(URI url) throws IOException {
        Socket socket = new Socket(url.getHost(), url.getPort());
        socket.setSoTimeout(5000);
        return socket;
    }

    /** The status line; the rest of the answer is read too. */
    private static String call(Socket socket, BufferedReader in) throws IOException {
        socket.getOutputStream()
                .write("GET /api/v2/users HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        String status = in.readLine();
        int length = 0;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).trim());
            }
        }
        assertThat(in.skip(length)).isEqualTo(length);
        return status;
    }

    @Test
    void aPortThatIsTakenIsToldAndNothingStaysBehind() {
        try (Sandbox first = Sandbox.start(world)) {
            int taken = first.genesys().url().getPort();
            assertThatThrownBy(() -> Sandbox.start(world, 0, taken))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(Integer.toString(taken));
        }
    }

    @Test
    void theWorldOutlivesTheServers() {
        try (Sandbox first = Sandbox.start(world)) {
            Caller.ofGenesys(first, "emea", "emea-secret")
                    .post(Worlds.SEGMENTS, Worlds.segment("s1", "ann", "sched-1", "APPROVED"));
        }
        try (Sandbox second = Sandbox.start(world)) {
            assertThat(second.genesys().segments(Worlds.EMEA))
                    .extracting(Segment::id)
                    .containsExactly("s1");
        }
    }

    @Test
    void theEnvironmentNamesTheServersAndEachClient() {
        try (Sandbox sandbox = Sandbox.start(world)) {
            assertThat(sandbox.environment())
                    .containsEntry("ZENDESK_URL", sandbox.zendesk().url().toString())
                    .containsEntry(
                            "SANDBOX_GENESYS_URL", sandbox.genesys().url().toString())
                    .containsEntry("ACME_EMEA_CLIENT_ID", "emea")
                    .containsEntry("ACME_EMEA_CLIENT_SECRET", "emea-secret");
        }
    }
}
