package dev.wfmbridge.editing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wfmbridge.bridge.Rehearsal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A copy of {@code routes/} and {@code config/} that a test may edit. */
record Copy(Path home) {

    static Copy in(Path home) throws IOException {
        for (String folder : List.of("routes", "config")) {
            Path from = Rehearsal.HOME.resolve(folder);
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.toList()) {
                    Path to = home.resolve(folder).resolve(from.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(to);
                    } else {
                        Files.copy(file, to);
                    }
                }
            }
        }
        return new Copy(home);
    }

    String read(String file) throws IOException {
        return Files.readString(home.resolve(file));
    }

    void write(String file, String text) throws IOException {
        Files.writeString(home.resolve(file), text);
    }

    /** Replaces the first occurrence, which must be there. */
    void edit(String file, String from, String to) throws IOException {
        String text = read(file);
        assertThat(text).as("%s", file).contains(from);
        int at = text.indexOf(from);
        write(file, text.substring(0, at) + to + text.substring(at + from.length()));
    }

    /** The line on which the text stands first, counted from 1. */
    int line(String file, String text) throws IOException {
        String all = read(file);
        assertThat(all).as("%s", file).contains(text);
        return (int) all.substring(0, all.indexOf(text)).lines().count()
                + (all.charAt(Math.max(0, all.indexOf(text) - 1)) == '\n' || all.indexOf(text) == 0 ? 1 : 0);
    }
}
