package dev.wfmbridge.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.kafka.common.header.Headers;

/**
 * A record's worth of a part or of a result.
 *
 * @param number counted from 1
 * @param of how many there are
 */
record Piece(String runId, String organization, int number, int of, byte[] bytes) {

    private static final String RUN = "wfmRun";
    private static final String ORGANIZATION = "wfmOrganization";
    private static final String NUMBER = "wfmPiece";
    private static final String OF = "wfmPieces";

    /** More than any part has. */
    private static final int MOST = 4_000;

    void into(Message message) {
        message.removeHeaders("*");
        message.setHeader(KafkaConstants.KEY, organization.getBytes(StandardCharsets.UTF_8));
        message.setHeader(RUN, runId);
        message.setHeader(ORGANIZATION, organization);
        message.setHeader(NUMBER, String.valueOf(number));
        message.setHeader(OF, String.valueOf(of));
        message.setBody(bytes);
    }

    /** @throws IllegalArgumentException if the record is not a piece */
    static Piece of(Headers headers, byte[] value) {
        int number = number(text(headers, NUMBER));
        int of = number(text(headers, OF));
        if (value == null || number < 1 || number > of || of > MOST) {
            throw new IllegalArgumentException("a record that is no piece of anything");
        }
        return new Piece(text(headers, RUN), text(headers, ORGANIZATION), number, of, value);
    }

    private static String text(Headers headers, String name) {
        var header = headers.lastHeader(name);
        if (header == null || header.value() == null || header.value().length > 200) {
            throw new IllegalArgumentException("a record without " + name);
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    private static int number(String text) {
        return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
    }

    boolean isLast() {
        return number == of;
    }
}
