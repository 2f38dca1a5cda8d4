package dev.wfmbridge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PagesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Paging paging = new Paging(5);

    private Pages byCursor() {
        return paging.byCursor(after -> Call.list("/api/v2/groups", "size=100" + after, "groups"));
    }

    private Pages byNumber() {
        return paging.byNumber(page -> Call.list("/api/v2/users", "pageNumber=" + page, "entities"));
    }

    private static JsonNode json(String text) throws Exception {
        return JSON.readTree(text);
    }

    private static JsonNode more(String cursor) throws Exception {
        return json("{\"meta\":{\"has_more\":true,\"after_cursor\":\"" + cursor + "\"}}");
    }

    @Test
    @DisplayName("follows cursors to the last page, each escaped")
    void cursors() throws Exception {
        Pages pages = byCursor();
        assertThat(pages.getCall().getQuery()).isEqualTo("size=100");
        assertThat(pages.follow(more("a&b="))).isTrue();
        assertThat(pages.getCall().getQuery()).isEqualTo("size=100&page%5Bafter%5D=a%26b%3D");
        assertThat(pages.follow(json("{\"meta\":{\"has_more\":false,\"after_cursor\":\"x\"}}")))
                .isFalse();
        assertThat(pages.isMore()).isFalse();
    }

    @Test
    @DisplayName("a repeated cursor ends it, even one from long before")
    void cycle() throws Exception {
        Pages pages = byCursor();
        pages.follow(more("a"));
        pages.follow(more("b"));
        assertThatThrownBy(() -> pages.follow(more("a")))
                .isInstanceOf(UnexpectedAnswerException.class)
                .hasMessageContaining("came before");
        assertThat(pages.isMore()).isFalse();
    }

    @Test
    @DisplayName("ever new cursors end at http.max-pages")
    void everNew() throws Exception {
        Pages pages = byCursor();
        for (int page = 1; page < 5; page++) {
            assertThat(pages.follow(more("c" + page))).isTrue();
        }
        assertThatThrownBy(() -> pages.follow(more("c5"))).hasMessageContaining("http.max-pages (5)");
        assertThat(pages.isMore()).isFalse();
    }

    @Test
    @DisplayName("so does a number of pages that grows with each of them; a huge one ends it at the first")
    void counts() throws Exception {
        Pages growing = byNumber();
        for (int page = 1; page < 5; page++) {
            assertThat(growing.getCall().getQuery()).isEqualTo("pageNumber=" + page);
            assertThat(growing.follow(json("{\"pageCount\":" + (page + 1) + "}")))
                    .isTrue();
        }
        assertThatThrownBy(() -> growing.follow(json("{\"pageCount\":6}"))).hasMessageContaining("http.max-pages (5)");
        Pages huge = byNumber();
        assertThatThrownBy(() -> huge.follow(json("{\"pageCount\":2147483647}")))
                .hasMessageContaining("2147483647 pages, more than http.max-pages (5)");
        assertThat(huge.isMore()).isFalse();
    }

    @Test
    @DisplayName("a page that does not say whether there are more is refused")
    void untold() throws Exception {
        for (String page : new String[] {
            "{}", "{\"meta\":{}}", "{\"meta\":{\"has_more\":\"no\"}}", "{\"meta\":{\"has_more\":true}}", "[]"
        }) {
            assertThatThrownBy(() -> byCursor().follow(json(page))).isInstanceOf(UnexpectedAnswerException.class);
        }
        assertThatThrownBy(() -> byCursor().follow(more("x".repeat(5_000))))
                .isInstanceOf(UnexpectedAnswerException.class);
        for (String page : new String[] {"{}", "{\"pageCount\":\"2\"}", "{\"pageCount\":9999999999}"}) {
            assertThatThrownBy(() -> byNumber().follow(json(page))).isInstanceOf(UnexpectedAnswerException.class);
        }
        assertThat(paging.byNumberIfTold(page -> Call.get("/x", null, "y")).follow(json("{}")))
                .isFalse();
    }

    @Test
    @DisplayName("of an empty listing no page is read")
    void nothing() {
        assertThat(Pages.nothing().isMore()).isFalse();
    }
}
