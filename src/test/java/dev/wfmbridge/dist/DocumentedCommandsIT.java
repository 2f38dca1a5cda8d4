package dev.wfmbridge.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands on the pages of docs/, except those that have a class of their own. */
class DocumentedCommandsIT {

    @TempDir
    static Path folder;

    private static TypedPages typed;

    @BeforeAll
    static void unpack() throws Exception {
        typed = new TypedPages(folder);
    }

    @Test
    @DisplayName("every command that is not tried is listed, and every listed one is on a page")
    void list() throws Exception {
        Set<String> listed = TypedPages.listed();
        assertThat(TypedPages.written()).containsAll(listed);
        // The list is for what needs something other than the bridge.
        assertThat(listed)
                .allSatisfy(
                        command -> assertThat(command)
                                .matches(
                                        "(sudo|kubectl|podman|docker|skopeo|journalctl|systemctl|promtool|ssh|java @|cd k8s|\\{ cat k8s).*"));
    }

    static List<String> pages() {
        return TypedPages.OTHERS;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void page(String name) throws Exception {
        typed.type(name);
    }
}
