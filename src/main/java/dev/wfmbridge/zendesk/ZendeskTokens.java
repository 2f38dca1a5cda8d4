package dev.wfmbridge.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Secret;
import dev.wfmbridge.config.SecretUnavailableException;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.halt.HaltedException;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.http.Token;
import dev.wfmbridge.http.TokenLife;
import dev.wfmbridge.http.Waits;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpMethods;

/** The bean {@code zendeskTokens}: OAuth client credentials, or the legacy API token (contract: zendesk.md, "Credentials"). */
public final class ZendeskTokens {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LIFE_SECONDS = 172_000;

    private final Settings settings;
    private final Waits waits;
    /** Scopes beyond those of a pass, for commands that read more. */
    private volatile List<String> further = List.of();

    public ZendeskTokens(Settings settings, Waits waits) {
        this.settings = settings;
        this.waits = waits;
    }

    /** The next token is requested with these scopes too. */
    public void asksFor(List<String> scopes) {
        further = List.copyOf(scopes);
    }

    /** The Basic authorisation of the legacy API token. */
    public Token legacy(@ExchangeProperty(CallProperties.SIDE) Side side) throws HaltedException {
        String pair = read(settings.get(Property.ZENDESK_EMAIL), side) + "/token:"
                + read(settings.get(Property.ZENDESK_API_TOKEN), side);
        return new Token(
                "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)),
                TokenLife.renewAt(3600, waits));
    }

    public Call tokenCall() {
        return Call.send(Call.Kind.TOKEN, "POST", "/oauth/tokens", null);
    }

    /** Fills the token request. */
    public void request(@ExchangeProperty(CallProperties.SIDE) Side side, Exchange exchange) throws HaltedException {
        Message request = exchange.getMessage();
        request.setHeaders(new HashMap<>());
        request.setHeader(Exchange.HTTP_METHOD, HttpMethods.POST);
        request.setHeader(Exchange.HTTP_URI, settings.get(Property.ZENDESK_URL).toString());
        request.setHeader(Exchange.HTTP_PATH, "/oauth/tokens");
        request.setHeader("Accept", "application/json");
        request.setHeader(Exchange.CONTENT_TYPE, "application/json");
        request.setBody(grant(side));
    }

    /** The body of the token request; the secret is read again each time. */
    private String grant(Side side) throws HaltedException {
        ObjectNode grant = JSON.createObjectNode();
        grant.put("grant_type", "client_credentials");
        grant.put("client_id", read(settings.get(Property.ZENDESK_CLIENT_ID), side));
        grant.put("client_secret", read(settings.get(Property.ZENDESK_CLIENT_SECRET), side));
        Set<String> scopes = new LinkedHashSet<>();
        scopes.add("read");
        if (!settings.get(Property.ZENDESK_STATUS_FIELD).isEmpty()) {
            scopes.add("write");
        }
        scopes.addAll(further);
        grant.put("scope", String.join(" ", scopes));
        grant.put("expires_in", LIFE_SECONDS);
        return grant.toString();
    }

    /** The token. Its lifetime is the one requested, unless the answer says less. */
    public Token candidate(@Body JsonNode body) {
        return new Token(
                "Bearer " + body.path("access_token").asText(),
                TokenLife.renewAt(body.path("expires_in").asLong(LIFE_SECONDS), waits));
    }

    private static String read(Secret secret, Side side) throws HaltedException {
        try {
            return secret.read();
        } catch (SecretUnavailableException unavailable) {
            throw new HaltedException(side.halt(HaltReason.CONFIGURATION, unavailable.getMessage()));
        }
    }
}
