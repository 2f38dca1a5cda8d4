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
        return clean(super.convert(event));
    }

    /** The text with a blank in place of each character that does not show as itself. */
    static String clean(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!Shape.isPrinted(text.charAt(i))) {
                StringBuilder line = new StringBuilder(text);
                for (int at = i; at < line.length(); at++) {
                    if (!Shape.isPrinted(line.charAt(at))) {
                        line.setCharAt(at, ' ');
                    }
                }
                return line.toString();
            }
        }
        return text;
    }
}
