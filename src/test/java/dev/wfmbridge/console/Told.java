package dev.wfmbridge.console;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What a class logs. */
final class Told extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private Told(Logger logger) {
        this.logger = logger;
    }

    static Told by(Class<?> type) {
        Told told = new Told((Logger) LoggerFactory.getLogger(type));
        told.setContext(told.logger.getLoggerContext());
        told.start();
        told.logger.addAppender(told);
        told.logger.setLevel(Level.INFO);
        return told;
    }

    List<String> lines() {
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getFormattedMessage());
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(null);
        stop();
    }
}
