package dev.wfmbridge.bridge;

import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.mapping.MappingFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mapping as the file is, or the last good one while that is refused. */
final class MappingInForce implements Supplier<Mapping> {

    private static final Logger LOG = LoggerFactory.getLogger(MappingInForce.class);

    private final Path file;
    private final Environment environment;
    private volatile Mapping lastGood;

    /** @param first what was read at the start */
    MappingInForce(Path file, Environment environment, Mapping first) {
        this.file = file;
        this.environment = environment;
        this.lastGood = first;
    }

    @Override
    public Mapping get() {
        return lastGood;
    }

    /** Reads the file again; why it is refused, if it is. */
    List<Problem> readAgain() {
        try {
            lastGood = MappingFile.load(file, environment);
            return List.of();
        } catch (ConfigurationException refused) {
            refused.problems().forEach(problem -> LOG.error("The mapping was refused: {}", problem.oneLine()));
            return refused.problems();
        }
    }

    /** The mapping with this hash, for which the file is read again; null if it is another one. */
    synchronized Mapping of(String sha256) {
        if (!lastGood.sha256().equals(sha256)) {
            readAgain();
        }
        Mapping now = lastGood;
        return now.sha256().equals(sha256) ? now : null;
    }
}
