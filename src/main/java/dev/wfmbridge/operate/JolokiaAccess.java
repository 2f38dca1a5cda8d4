package dev.wfmbridge.operate;

import dev.wfmbridge.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jolokia.server.core.restrictor.RestrictorFactory;

/** Where Jolokia reads what it may show and do. Without such a file it would show and do everything. */
public final class JolokiaAccess {

    private static final String PROPERTY = "jolokia.policyLocation";

    private JolokiaAccess() {}

    /**
     * Makes Jolokia obey this file, if it is switched on.
     *
     * @throws ConfigurationException if the file is missing or cannot be parsed
     */
    public static void from(Path file) throws ConfigurationException {
        String location = file.toAbsolutePath().toUri().toString();
        // Jolokia's own reading of it prints what is wrong.
        if (Files.isReadable(file) && LogSettings.malformed(file) != null) {
            throw refused("is not a policy file of Jolokia");
        }
        try {
            if (!Files.isReadable(file) || RestrictorFactory.lookupPolicyRestrictor(location) == null) {
                throw refused("is missing, or cannot be read");
            }
        } catch (IOException | RuntimeException garbage) {
            throw refused("is not a policy file of Jolokia");
        }
        System.setProperty(PROPERTY, location);
    }

    private static ConfigurationException refused(String what) {
        return new ConfigurationException(
                "config/jolokia-access.xml",
                what,
                "Put the file that comes with the bridge there, or set camel.management.jolokia-enabled=false.");
    }
}
