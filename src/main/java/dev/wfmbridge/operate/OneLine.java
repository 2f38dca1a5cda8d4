package dev.wfmbridge.operate;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.wfmbridge.http.Shape;

/**
 * A message as one line that a terminal shows and does not obey. Nothing that came from outside reaches a message unseen; this is for what will be
 * forgotten one day.
 */
public final class OneLine extends MessageConverter {

    @Override
    public String convert(ILoggingEvent event) {
        return Shape.line(super.convert(event));
    }
}
