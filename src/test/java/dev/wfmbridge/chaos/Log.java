package dev.wfmbridge.chaos;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/**
 * All that is logged, with stack traces, the bridge's own at DEBUG; nothing of it goes to the console meanwhile. Kept is only what
 * somebody listens to.
 */
final class Log extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final List<Lines> listening = new CopyOnWriteArrayList<>();
    private final List<Appender<ILoggingEvent>> consoles = new ArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Logger own = (Logger) LoggerFactory.getLogger("dev.wfmbridge");
    private final Level before = own.getLevel();

    Log() {
        for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
            consoles.add(all.next());
        }
        setContext(root.getLoggerContext());
        start();
        root.addAppender(this);
        consoles.forEach(root::detachAppender);
        own.setLevel(Level.DEBUG);
    }

    @Override
    protected void append(ILoggingEvent event) {
        String trace =
                event.getThrowableProxy() == null ? "" : '\n' + ThrowableProxyUtil.asString(event.getThrowableProxy());
        String line = event.getInstant() + " [" + event.getThreadName() + "] " + event.getMDCPropertyMap() + " "
                + event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage() + trace;
        listening.forEach(lines -> lines.add(line));
    }

    /** What is logged from now on, by whichever bridge. */
    Lines listen() {
        Lines lines = new Lines();
        listening.add(lines);
        return lines;
    }

    /** Lines since a moment. */
    final class Lines implements AutoCloseable {
        private final List<String> texts = new ArrayList<>();

        private synchronized void add(String line) {
            texts.add(line);
        }

        synchronized List<String> texts() {
            return List.copyOf(texts);
        }

        @Override
        public void close() {
            listening.remove(this);
        }
    }

    @Override
    public void close() {
        own.setLevel(before);
        consoles.forEach(root::addAppender);
        root.detachAppender(this);
        stop();
    }
}
