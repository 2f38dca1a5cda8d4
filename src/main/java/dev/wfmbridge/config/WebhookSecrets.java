package dev.wfmbridge.config;

import java.util.ArrayList;
import java.util.List;

/**
 * The secrets with which Zendesk's webhook may sign: one, or two while it is rotated. Read again each time, so that a rotated one needs
 * no restart. The fixed secret that Zendesk uses while a webhook is only tested from the admin centre is public, and never accepted.
 */
public final class WebhookSecrets {

    /** This many may be valid at once. */
    public static final int MOST = 2;

    private static final String TEST_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==";

    private final List<Secret> places;

    /** @param places each a secret, or two separated by a comma */
    WebhookSecrets(List<Secret> places) {
        this.places = List.copyOf(places);
    }

    /**
     * The secrets as they are now; one or two.
     *
     * @throws SecretUnavailableException if one cannot be read, if there are more than two, or if one is Zendesk's fixed test secret
     */
    public List<String> read() throws SecretUnavailableException {
        List<String> secrets = new ArrayList<>();
        for (Secret place : places) {
            for (String secret : place.read().split("[,\\s]+")) {
                if (isTestSecret(secret)) {
                    throw new SecretUnavailableException("it is the secret that Zendesk signs test events with, which"
                            + " everybody knows: take the webhook's own (check --create-webhook, or Reveal secret in"
                            + " the admin centre)");
                }
                if (!secret.isEmpty()) {
                    secrets.add(secret);
                }
            }
        }
        if (secrets.size() > MOST) {
            throw new SecretUnavailableException("there are " + secrets.size()
                    + " secrets, where two at most are in force at once: take the oldest out");
        }
        return secrets;
    }

    /** Whether it is the one with which Zendesk signs test events. */
    public static boolean isTestSecret(String secret) {
        return secret.equals(TEST_SECRET);
    }

    /** Whether the configuration contains a secret itself. */
    public boolean literal() {
        return places.stream().anyMatch(Secret::literal);
    }

    /** Three asterisks, always. */
    @Override
    public String toString() {
        return "***";
    }
}
