package dev.wfmbridge.operate;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.wfmbridge.http.Shape;

/**
 * A message as one line that a terminal shows and does not obey. No message should contain outside text that was not
 * checked; this is for the one that is overlooked.
 */
public final class OneLine extends MessageConverter {

    @Override
    public String convert(ILoggingEvent event) {
        return Shape.line(super.convert(event));
    }
}
