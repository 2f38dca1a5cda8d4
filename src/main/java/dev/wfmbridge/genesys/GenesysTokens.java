package dev.wfmbridge.genesys;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.halt.HaltedException;
import dev.wfmbridge.http.Call;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.http.Token;
import dev.wfmbridge.http.TokenLife;
import dev.wfmbridge.http.TokenRequest;
import dev.wfmbridge.http.Waits;
import dev.wfmbridge.pass.OrganizationPass;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;

/** The bean {@code genesysTokens}: the client credentials grant of an organisation, and the proof of its organisation. */
public final class GenesysTokens {

    /** Where the answer does not say how long a token lives. */
    private static final long LIFE_SECONDS = 3600;

    private final Waits waits;

    public GenesysTokens(Waits waits) {
        this.waits = waits;
    }

    public Call tokenCall() {
        return Call.send(Call.Kind.TOKEN, "POST", "/oauth/token", null);
    }

    /** Fills the token request of the client credentials grant. */
    public void request(@ExchangeProperty(CallProperties.SIDE) OrganizationPass organization, Exchange exchange)
            throws HaltedException {
        String id = TokenRequest.read(organization.organization().clientId(), organization);
        String secret = TokenRequest.read(organization.organization().clientSecret(), organization);
        Message request = exchange.getMessage();
        TokenRequest.fill(
                request,
                organization,
                tokenCall().getPath(),
                "application/x-www-form-urlencoded",
                "grant_type=client_credentials");
        request.setHeader("Authorization", TokenRequest.basic(id, secret));
    }

    /** The token, not proved yet. */
    public Token candidate(@Body JsonNode body) {
        return new Token(
                "Bearer " + body.path("access_token").asText(),
                TokenLife.renewAt(TokenLife.seconds(body.path("expires_in"), LIFE_SECONDS), waits));
    }

    public Call identityCall() {
        return Call.get("/api/v2/organizations/me", null, "id");
    }

    /** Compares the token's organisation with the mapping's (promise 5). */
    public void prove(@ExchangeProperty(CallProperties.SIDE) OrganizationPass organization, @Body JsonNode answer)
            throws HaltedException {
        String found = answer.path("id").asText();
        if (!organization.organization().id().equalsIgnoreCase(found)) {
            throw new HaltedException(organization.halt(
                    HaltReason.WRONG_ORGANIZATION,
                    "It belongs to " + Shape.shown(found) + ", the mapping says "
                            + organization.organization().id() + "."));
        }
    }
}
