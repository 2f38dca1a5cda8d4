package dev.wfmbridge.cli;

import dev.wfmbridge.mapping.MappingFile;
import dev.wfmbridge.operate.Cause;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.slf4j.LoggerFactory;

/**
 * What nearly every command needs and Java takes long to load, on a second processor, while the command line and the settings are
 * read on the first: the log, the mapping's schema, the certificates that Java trusts. Nothing waits for it to finish; whichever
 * gets there first loads it.
 */
final class HeadStart {

    private HeadStart() {}

    static void take() {
        Thread thread = new Thread(HeadStart::load, "head-start");
        thread.setDaemon(true);
        thread.start();
    }

    private static void load() {
        LoggerFactory.getILoggerFactory();
        MappingFile.getReady();
        try {
            SSLContext.getDefault();
        } catch (NoSuchAlgorithmException unusable) {
            // A run without https needs none, so this ends nothing; the first call by https is refused and says so
            // itself.
            LoggerFactory.getLogger(HeadStart.class)
                    .warn(
                            "The certificates that Java trusts cannot be read: {}. Look at javax.net.ssl.trustStore and its password.",
                            Cause.root(unusable).getMessage());
        }
    }
}
