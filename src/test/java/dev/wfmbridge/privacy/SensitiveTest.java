package dev.wfmbridge.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The check that all other tests use finds what it is meant to find. */
class SensitiveTest {

    private final Sensitive sensitive = new Sensitive();

    @BeforeEach
    void known() {
        sensitive.addNames(List.of("Agent 1", "María del Carmen", "B"));
        sensitive.addSecrets(List.of("secret/of=acme"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "anybody@example.com",
                "{\"email\":\"Any.Body+tag@mail.example\"}",
                "query=email%3Aanybody%40example.com",
                "anybody\\u0040example.com",
                "Agent 1",
                "agent 1 has no user",
                "{\"name\":\"María del Carmen\"}",
                "client secret/of=acme",
                "client_secret=secret%2Fof%3Dacme",
                // of "secret/of=acme"
                "Basic c2VjcmV0L29mPWFjbWU="
            })
    @DisplayName("an address, a name, a secret, as they are and as they travel")
    void found(String text) {
        assertThat(sensitive.in(text)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "org.example.Thing@1a2b3c, and more",
                "at @ sign",
                "agents: 1",
                "Agent 12",
                "SuperAgent 1",
                "B",
                "segment bdf8d6ab-091f-5730-89c8-593d583b111c of user user-1",
                "the secret of acme"
            })
    @DisplayName("ids, counts and plain words are none of these")
    void clean(String text) {
        assertThat(sensitive.in(text)).isEmpty();
    }
}
