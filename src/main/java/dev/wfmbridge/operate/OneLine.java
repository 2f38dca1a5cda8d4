package dev.wfmbridge.operate;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.wfmbridge.http.Shape;

/**
 * A message as one line that a terminal displays without interpreting it. Nothing from outside reaches a message unchecked; this catches what somebody
 * will forget one day.
 */
public final class OneLine extends MessageConverter {

    @Override
    public String convert(ILoggingEvent event) {
        return clean(super.convert(event));
    }

    /** The text with each character that does not show as itself replaced by a space. */
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
