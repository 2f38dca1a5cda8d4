package dev.wfmbridge.network;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;

/** Passes calls on to a server behind, with their headers and those of its answers, except for what belongs to the connection. */
public final class Relay {

    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "content-length", "host", "upgrade", "transfer-encoding", "date");

    private final HttpClient client = HttpClient.newHttpClient();

    /** Whether a header is part of a message, and not of the connection that it came on. */
    public static boolean passes(String header) {
        return !OF_THE_CONNECTION.contains(header.toLowerCase(Locale.ROOT));
    }

    /**
     * Answers a call as the server behind does.
     *
     * @param more names and values in turn: further headers of the answer
     */
    public void passOn(HttpExchange exchange, URI behind, String... more) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(behind + exchange.getRequestURI().toString()))
                .method(
                        exchange.getRequestMethod(),
                        HttpRequest.BodyPublishers.ofByteArray(
                                exchange.getRequestBody().readAllBytes()));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (passes(name)) {
                values.forEach(value -> request.header(name, value));
            }
        });
        try {
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer.headers().map().forEach((name, values) -> {
                if (passes(name)) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            for (int i = 0; i < more.length; i += 2) {
                exchange.getResponseHeaders().add(more[i], more[i + 1]);
            }
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }
}
