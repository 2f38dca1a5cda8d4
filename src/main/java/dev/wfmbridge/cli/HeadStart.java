package dev.wfmbridge.cli;

import dev.wfmbridge.mapping.MappingFile;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.slf4j.LoggerFactory;

/**
 * What nearly every command needs and Java takes long to load, on a second processor, while the command line and the settings are
 * read on the first: the log, the mapping's schema, the certificates that Java trusts. Nothing waits for its end; who comes first
 * to one of them loads it.
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
        } catch (NoSuchAlgorithmException noTls) {
            LoggerFactory.getLogger(HeadStart.class).warn("This Java cannot speak TLS: {}", noTls.getMessage());
        }
    }
}
