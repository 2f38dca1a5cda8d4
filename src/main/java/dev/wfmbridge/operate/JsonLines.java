package dev.wfmbridge.operate;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.wfmbridge.http.Shape;
import java.nio.charset.StandardCharsets;

/** Logback's JSON, without characters that it does not escape and that control a terminal or hide others. */
public final class JsonLines extends JsonEncoder {

    @Override
    public byte[] encode(ILoggingEvent event) {
        String line = new String(super.encode(event), StandardCharsets.UTF_8);
        return (Shape.line(line.stripTrailing()) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
