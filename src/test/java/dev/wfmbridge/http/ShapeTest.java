package dev.wfmbridge.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {

    @ParameterizedTest
    @ValueSource(strings = {"version.conflict", "8f1cbb0e-4f0b-4c1e-9a53-0d9a7a7f2a11", "a:b_C.9-", "x"})
    void isId(String text) {
        assertThat(Shape.isId(text)).isTrue();
        assertThat(Shape.shown(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "agent@example.com", "a\n", "\u001b[31m", "a/b", "ä", "a%2F", "a\u0000"})
    void isNone(String text) {
        assertThat(Shape.isId(text)).isFalse();
        assertThat(Shape.idOrNull(text)).isNull();
        assertThat(Shape.shown(text)).isEqualTo("(no id)");
    }

    @Test
    void isNoneIfItIsLongOrNoText() {
        assertThat(Shape.isId("x".repeat(128))).isTrue();
        assertThat(Shape.isId("x".repeat(129))).isFalse();
        assertThat(Shape.idOrNull(JsonNodeFactory.instance.numberNode(7))).isNull();
        assertThat(Shape.isId(null)).isFalse();
    }

    @Test
    @DisplayName("a name is shown on one line, and a terminal does not obey it")
    void printable() {
        assertThat(Shape.printable("Größe 漢字 😀")).isEqualTo("Größe 漢字 😀");
        assertThat(Shape.printable("a\u001b[2J\r\nb\u009bc\u202ed\u2028")).isEqualTo("a [2J  b c d ");
        assertThat(Shape.printable("x".repeat(500))).hasSize(200);
    }
}
