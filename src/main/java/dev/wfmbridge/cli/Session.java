package dev.wfmbridge.cli;

import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.config.Spelling;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.HeldLock;
import dev.wfmbridge.mapping.Mapping;
import dev.wfmbridge.mapping.MappingFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a command works with: settings, mapping, data folder and, once started, the bridge. */
final class Session implements AutoCloseable {

    private final Path home;
    private final Environment environment;
    private final Settings settings;
    private final Mapping mapping;
    private final DataFolder folder;
    private HeldLock lock;
    private Bridge bridge;

    private Session(
            Path home, Environment environment, Settings settings, Mapping mapping, DataFolder folder, HeldLock lock) {
        this.home = home;
        this.environment = environment;
        this.settings = settings;
        this.mapping = mapping;
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Reads settings and mapping, and reports all their problems at once.
     *
     * @param strict whether a mistake in one organisation's values refuses everything
     * @param holder the holder of the data folder's lock; null if it is not taken
     */
    static Session open(Path home, Environment environment, boolean strict, String holder) throws Exception {
        return open(home, environment, strict, holder, true, null);
    }

    /** The same for a command that writes nothing, not even the data folder where there is none. */
    static Session openReading(Path home, Environment environment, boolean strict) throws Exception {
        return open(home, environment, strict, null, false, null);
    }

    /**
     * The same for a command about one organisation, whatever is wrong with the values of the others and whether there
     * are entries or not. The session's mapping has this organisation alone.
     */
    static Session openFor(String organization, Path home, Environment environment) throws Exception {
        return open(home, environment, false, null, false, organization);
    }

    private static Session open(
            Path home, Environment environment, boolean strict, String holder, boolean writes, String alone)
            throws Exception {
        List<Problem> problems = new ArrayList<>();
        if (!Files.isDirectory(home.resolve("routes")) || !Files.isDirectory(home.resolve("config"))) {
            throw new ConfigurationException(
                    home.toString(),
                    "there is no routes/ and config/ here",
                    "Run wfm-bridge where they are, or name that folder with --home.");
        }
        Settings settings = null;
        try {
            settings = Settings.load(home, environment);
        } catch (ConfigurationException refused) {
            problems.addAll(refused.problems());
        }
        Path file = settings != null ? settings.get(Property.BRIDGE_MAPPING) : home.resolve(mappingOf(environment));
        Mapping mapping = null;
        try {
            mapping = alone == null
                    ? MappingFile.load(file, environment)
                    : only(alone, MappingFile.loadOrganizations(file, environment));
            if (strict || alone != null) {
                mapping.organizations().values().forEach(organization -> problems.addAll(organization.problems()));
            }
        } catch (ConfigurationException refused) {
            problems.addAll(refused.problems());
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        DataFolder folder = writes
                ? DataFolder.open(settings.get(Property.BRIDGE_DATA_DIR))
                : DataFolder.toRead(settings.get(Property.BRIDGE_DATA_DIR));
        HeldLock lock = holder == null ? null : folder.lock(holder);
        return new Session(home, environment, settings, mapping, folder, lock);
    }

    private static Mapping only(String organization, Mapping all) throws ConfigurationException {
        if (all.organizations().containsKey(organization)) {
            return all.only(organization);
        }
        throw new ConfigurationException(
                all.file().toString(),
                "the mapping has no organisation \"" + organization + "\"",
                new Spelling(all.organizations().keySet())
                        .question(organization)
                        .orElse("Define it under organizations:, with its credentials."));
    }

    private static String mappingOf(Environment environment) {
        String named = environment.get(Property.BRIDGE_MAPPING.variable());
        return named == null || named.isBlank() ? Property.BRIDGE_MAPPING.otherwise() : named;
    }

    /** Starts the routes. */
    Bridge start(boolean polling) throws Exception {
        bridge = Bridge.start(new Bridge.Start(home, settings, environment, mapping, folder, polling, 1));
        return bridge;
    }

    Settings settings() {
        return settings;
    }

    Mapping mapping() {
        return mapping;
    }

    /** Takes the data folder's lock, where it was not taken at the start. */
    void lock(String holder) throws Exception {
        lock = folder.lock(holder);
    }

    DataFolder folder() {
        return folder;
    }

    @Override
    public void close() throws Exception {
        if (bridge != null) {
            bridge.close();
        }
        if (lock != null) {
            lock.close();
        }
    }
}
