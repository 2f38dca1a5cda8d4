package dev.wfmbridge.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.halt.HaltedException;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.http.Token;
import dev.wfmbridge.http.TokenLife;
import dev.wfmbridge.http.TokenRequest;
import dev.wfmbridge.http.Waits;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

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
        String email = TokenRequest.read(settings.get(Property.ZENDESK_EMAIL), side);
        String token = TokenRequest.read(settings.get(Property.ZENDESK_API_TOKEN), side);
        return new Token(TokenRequest.basic(email + "/token", token), TokenLife.renewAt(3600, waits));
    }

    public Call tokenCall() {
        return Call.send(Call.Kind.TOKEN, "POST", "/oauth/tokens", null);
    }

    /** Fills the token request. */
    public void request(@ExchangeProperty(CallProperties.SIDE) Side side, Exchange exchange) throws HaltedException {
        TokenRequest.fill(exchange.getMessage(), side, tokenCall().getPath(), "application/json", grant(side));
    }

    /** The body of the token request. */
    private String grant(Side side) throws HaltedException {
        ObjectNode grant = JSON.createObjectNode();
        grant.put("grant_type", "client_credentials");
        grant.put("client_id", TokenRequest.read(settings.get(Property.ZENDESK_CLIENT_ID), side));
        grant.put("client_secret", TokenRequest.read(settings.get(Property.ZENDESK_CLIENT_SECRET), side));
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
                TokenLife.renewAt(TokenLife.seconds(body.path("expires_in"), LIFE_SECONDS), waits));
    }
}
