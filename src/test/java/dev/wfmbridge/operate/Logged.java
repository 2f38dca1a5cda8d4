package dev.wfmbridge.operate;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged in the meantime, at the enabled levels. */
final class Logged extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private Logged(Logger logger) {
        this.logger = logger;
    }

    /** @param name whose messages, and those of all below it */
    static Logged of(String name) {
        Logged logged = new Logged((Logger) LoggerFactory.getLogger(name));
        logged.setContext(logged.logger.getLoggerContext());
        logged.start();
        logged.logger.addAppender(logged);
        return logged;
    }

    List<String> lines() {
        return lines;
    }

    void clear() {
        lines.clear();
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getLevel() + " " + event.getFormattedMessage());
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        stop();
    }
}
