package dev.wfmbridge.dist;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands of docs/fire-drill.md, and what it says they show. */
class FireDrillIT {

    static List<String> pages() {
        return TypedPages.DRILL;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void page(String name, @TempDir Path folder) throws Exception {
        new TypedPages(folder).type(name);
    }
}
