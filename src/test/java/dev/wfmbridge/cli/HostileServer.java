package dev.wfmbridge.cli;

import dev.wfmbridge.network.Relay;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One of the sandbox's servers as somebody hostile would run it: most calls are passed on to it, and the others are
 * answered byte by byte as a test says, HTTP or not.
 */
final class HostileServer implements AutoCloseable {

    private final ServerSocket server;
    private final URI behind;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile Hostility hostility = (call, out) -> false;
    private volatile String headers = "";

    /** What a call's head says. */
    record Asked(String method, String target, String head, String body) {

        boolean isToken() {
            return target.startsWith("/oauth/");
        }

        boolean isListing() {
            return method.equals("GET") && target.startsWith(Site.SEGMENTS + "?");
        }

        boolean isPost() {
            return method.equals("POST") && target.equals(Site.SEGMENTS);
        }

        boolean is(String path) {
            return target.equals(path) || target.startsWith(path + "?");
        }
    }

    /** Answers a call; false if the server behind is to answer it. */
    interface Hostility {
        boolean answers(Asked call, OutputStream out) throws IOException, InterruptedException;
    }

    HostileServer(URI behind) throws IOException {
        this.behind = behind;
        server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Wire.background("test-hostile", () -> {
            while (!server.isClosed()) {
                Socket caller = server.accept();
                Wire.background("test-hostile", () -> serve(caller));
            }
        });
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    HostileServer does(Hostility how) {
        hostility = how;
        return this;
    }

    /** More header lines for each answer of the server behind, each with its line break. */
    HostileServer adds(String lines) {
        headers = lines;
        return this;
    }

    /** All calls, in their order. */
    List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** An answer with JSON. */
    static boolean json(OutputStream out, int status, String body) throws IOException {
        return answer(out, status, "Content-Type: application/json\r\n", body);
    }

    static boolean answer(OutputStream out, int status, String lines, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        head(out, status, lines + "Content-Length: " + bytes.length + "\r\n");
        out.write(bytes);
        out.flush();
        return true;
    }

    static void head(OutputStream out, int status, String lines) throws IOException {
        text(out, "HTTP/1.1 " + status + " Answer\r\n" + lines + "Connection: close\r\n\r\n");
    }

    static void text(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private void serve(Socket caller) throws IOException, InterruptedException {
        try (caller) {
            InputStream in = caller.getInputStream();
            OutputStream out = caller.getOutputStream();
            String head = Wire.head(in);
            if (head.isEmpty()) {
                return;
            }
            byte[] body = in.readNBytes(Wire.length(head));
            String[] first = head.substring(0, head.indexOf('\r')).split(" ");
            Asked call = new Asked(first[0], first[1], head, new String(body, StandardCharsets.UTF_8));
            asked.add(call);
            if (!hostility.answers(call, out)) {
                passOn(call, body, out);
            }
            out.flush();
        }
    }

    private void passOn(Asked call, byte[] body, OutputStream out) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(behind + call.target))
                .method(call.method, HttpRequest.BodyPublishers.ofByteArray(body));
        call.head.lines().skip(1).filter(line -> line.contains(":")).forEach(line -> {
            String name = line.substring(0, line.indexOf(':'));
            if (Relay.passes(name) && !name.equalsIgnoreCase("accept-encoding")) {
                request.header(name, line.substring(line.indexOf(':') + 1).strip());
            }
        });
        HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        StringBuilder lines = new StringBuilder(headers);
        answer.headers().map().forEach((name, values) -> {
            if (Relay.passes(name)) {
                values.forEach(
                        value -> lines.append(name).append(": ").append(value).append("\r\n"));
            }
        });
        if (answer.statusCode() != 204) {
            lines.append("Content-Length: ").append(answer.body().length).append("\r\n");
        }
        head(out, answer.statusCode(), lines.toString());
        out.write(answer.body());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
