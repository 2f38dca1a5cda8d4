package dev.wfmbridge.operate;

import dev.wfmbridge.data.DataFolder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * The bridge's own metrics as a file for a node exporter's textfile collector, written completely or not at all. The data folder
 * is closed to everybody but the bridge's user, so the file can be elsewhere, and readable by others.
 */
public final class MetricsFile {

    private static final Path IN_DATA_FOLDER = Path.of("metrics.prom");

    private final BridgeMetrics metrics;
    private final DataFolder folder;
    private final Path elsewhere;
    private final Set<PosixFilePermission> mode;
    private PrometheusMeterRegistry registry;

    /**
     * @param elsewhere where it is; null = {@code metrics.prom} in the data folder
     * @param mode what others may do with it
     */
    public MetricsFile(BridgeMetrics metrics, DataFolder folder, Path elsewhere, Set<PosixFilePermission> mode) {
        this.metrics = metrics;
        this.folder = folder;
        this.elsewhere = elsewhere;
        this.mode = Set.copyOf(mode);
    }

    /** @throws IOException if it cannot be written; the previous one then stays */
    public synchronized void write() throws IOException {
        if (registry == null) {
            // Not at the start: nothing reads it before the first pass has ended.
            registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            metrics.bindTo(registry);
        }
        byte[] text = registry.scrape().getBytes(StandardCharsets.UTF_8);
        Path target = elsewhere == null ? folder.path().resolve(IN_DATA_FOLDER) : elsewhere.toAbsolutePath();
        if (!Files.isDirectory(target.getParent())) {
            throw new NotDirectoryException(target.getParent().toString());
        }
        // The collector reads *.prom alone, so it never sees half of it.
        Path temporary = target.resolveSibling("." + target.getFileName() + ".part");
        try {
            Files.write(temporary, text);
            if (Files.getFileStore(temporary).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(temporary, mode);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
