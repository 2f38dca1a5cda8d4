package dev.wfmbridge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
    private static final String VALUE = "s3cr3t-value";

    @TempDir
    Path folder;

    @Test
    void readsAVariableEachTime() throws Exception {
        Map<String, String> variables = new HashMap<>(Map.of("NAME", VALUE));
        Secret secret = Secret.of("{{env:NAME}}", variables::get);
        assertThat(secret.read()).isEqualTo(VALUE);

        variables.put("NAME", "rotated");

        assertThat(secret.read()).isEqualTo("rotated");
    }

    @Test
    void readsAFileEachTimeWithoutItsTrailingNewline() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), VALUE + "\r\n");
        Secret secret = Secret.of("{{file:" + file + "}}", Environment.of(Map.of()));
        assertThat(secret.read()).isEqualTo(VALUE);

        Files.writeString(file, " with spaces \n");

        assertThat(secret.read()).isEqualTo(" with spaces ");
    }

    @Test
    void namesTheVariableThatIsNotSet() {
        Secret secret = Secret.of("{{env:MISSING_ONE}}", Environment.of(Map.of("OTHER", VALUE)));

        assertThatThrownBy(secret::read)
                .isInstanceOf(SecretUnavailableException.class)
                .hasMessage("environment variable MISSING_ONE is not set");
    }

    @Test
    void namesTheFileThatCannotBeRead() throws Exception {
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0xff});
        Path empty = Files.writeString(folder.resolve("empty"), "\n");

        assertThatThrownBy(file(folder.resolve("none"))::read)
                .hasMessage("file " + folder.resolve("none") + " does not exist");
        assertThatThrownBy(file(folder)::read).hasMessage("file " + folder + " is a folder");
        assertThatThrownBy(file(binary)::read).hasMessage("file " + binary + " is not UTF-8 text");
        assertThatThrownBy(file(empty)::read).hasMessage("file " + empty + " is empty");
    }

    private static Secret file(Path path) {
        return Secret.of("{{file:" + path + "}}", Environment.of(Map.of()));
    }

    @Test
    void tellsALiteralFromAPlaceholder() throws Exception {
        assertThat(Secret.of(VALUE, Environment.of(Map.of())).literal()).isTrue();
        assertThat(Secret.of(VALUE, Environment.of(Map.of())).read()).isEqualTo(VALUE);
        assertThat(Secret.of("{{env:NAME}}", Environment.of(Map.of())).literal())
                .isFalse();
    }

    @Test
    void neverShowsItself() {
        assertThat(Secret.of(VALUE, Environment.of(Map.of()))).hasToString("***");
        assertThat(Secret.of("{{env:NAME}}", Environment.of(Map.of("NAME", VALUE))))
                .hasToString("***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cr3t-value{{env:X}}",
                "{{env:X}}s3cr3t-value",
                "{{env:X:s3cr3t-value}}",
                "{{s3cr3t-value}}",
                "{{file:relative}}"
            })
    void refusesPlaceholdersOfOtherFormsWithoutRepeatingThem(String raw) {
        assertThatThrownBy(() -> Secret.of(raw, Environment.of(Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(VALUE);
    }
}
