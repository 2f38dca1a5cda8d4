package dev.wfmbridge.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy on loopback, for http by absolute address and for https by CONNECT. It can refuse, or ask for a login. Every
 * name that it is asked for is this machine.
 */
final class ProxyServer implements AutoCloseable {

    private final ServerSocket server;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int refusal;
    private volatile String login;

    ProxyServer() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Wire.background("test-proxy", () -> {
            while (!server.isClosed()) {
                Socket client = server.accept();
                Wire.background("test-proxy", () -> serve(client));
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    /** Answers this to everybody. */
    ProxyServer refuse(int status) {
        refusal = status;
        return this;
    }

    /** Lets only this user through, and answers 407 to others. */
    ProxyServer only(String user, String password) {
        login = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** The first lines of all requests that it let through. */
    List<String> served() {
        return List.copyOf(asked);
    }

    private void serve(Socket client) throws IOException {
        try (client) {
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            for (String head = Wire.head(in); !head.isEmpty(); head = Wire.head(in)) {
                // Read before the answer: closing with something unread would take the answer back.
                byte[] body = in.readNBytes(Wire.length(head));
                int status = refusal;
                if (status == 0 && login != null && !head.contains("Basic " + login)) {
                    status = 407;
                }
                if (status != 0) {
                    out.write(("HTTP/1.1 " + status + " Refused\r\n"
                                    + (status == 407 ? "Proxy-Authenticate: Basic realm=\"proxy\"\r\n" : "")
                                    + "Content-Length: 0\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    return;
                }
                String first = head.substring(0, head.indexOf('\r'));
                asked.add(first);
                String target = first.split(" ")[1];
                if (first.startsWith("CONNECT ")) {
                    try (Socket server2 = new Socket("127.0.0.1", Integer.parseInt(target.split(":")[1]))) {
                        out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        out.flush();
                        Wire.background(
                                "test-proxy", () -> server2.getInputStream().transferTo(out));
                        in.transferTo(server2.getOutputStream());
                    }
                    return;
                }
                // One call for each connection to the server: the answer ends where the connection does.
                URI uri = URI.create(target);
                String path = target.substring(target.indexOf(uri.getRawAuthority())
                        + uri.getRawAuthority().length());
                String forwarded = head.replaceFirst(
                                java.util.regex.Pattern.quote(target), java.util.regex.Matcher.quoteReplacement(path))
                        .replaceAll("(?i)\r\n(proxy-|connection:)[^\r]*", "")
                        .replaceFirst("\r\n", "\r\nConnection: close\r\n");
                try (Socket server2 = new Socket("127.0.0.1", uri.getPort())) {
                    OutputStream to = server2.getOutputStream();
                    to.write(forwarded.getBytes(StandardCharsets.ISO_8859_1));
                    to.write(body);
                    to.flush();
                    InputStream answer = server2.getInputStream();
                    // Else the client would send its next call on this connection.
                    out.write(Wire.head(answer)
                            .replaceFirst("\r\n", "\r\nConnection: close\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
                    answer.transferTo(out);
                    out.flush();
                }
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
