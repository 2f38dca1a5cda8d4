package dev.wfmbridge.dist;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands of docs/deploy.md. */
class DeployIT {

    static List<String> pages() {
        return TypedPages.DEPLOY;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void page(String name, @TempDir Path folder) throws Exception {
        new TypedPages(folder).type(name);
    }
}
