package dev.wfmbridge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaseUrlTest {

    @ParameterizedTest
    @CsvSource({
        "https://example.zendesk.com, https://example.zendesk.com",
        "https://example.zendesk.com/, https://example.zendesk.com",
        "HTTPS://example.com:8443/gateway/, https://example.com:8443/gateway",
        "http://127.0.0.1:8080, http://127.0.0.1:8080",
        "http://127.9.8.7, http://127.9.8.7",
        "http://localhost:1, http://localhost:1",
        "http://[::1]:8080, http://[::1]:8080",
    })
    void takes(String text, String url) {
        assertThat(BaseUrl.parse(text)).hasToString(url);
    }

    @ParameterizedTest
    @CsvSource({
        "example.zendesk.com, is not a URL of a web server",
        "ftp://example.com, is not a URL of a web server",
        "https://, is not a URL",
        "https:///path, names no host",
        "https://a b.com, is not a URL",
        "https://example.com:65536, has an impossible port",
        "https://example.com:0, has an impossible port",
        "http://example.com, is not encrypted",
        "http://128.0.0.1, is not encrypted",
        "http://127.0.0.1.example.com, is not encrypted",
        "http://localhost.example.com, is not encrypted",
        "https://example.zendesk.com/api/v2, ends in /api/v2",
        "https://example.com?token=hush, has a ? or a #",
        "https://me:hush@example.com, has a user or a password",
    })
    void refuses(String text, String why) {
        assertThatThrownBy(() -> BaseUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("hush");
    }
}
