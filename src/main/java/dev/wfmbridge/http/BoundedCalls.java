package dev.wfmbridge.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/**
 * Limits every outgoing call, in time and in size, whatever the other side does. It wraps everything that HttpClient does for
 * a call: resolving the name, connecting, the proxy, TLS, sending, the head of the answer and its body, as it is after decompression. The whole
 * body is read here, into memory that is accounted for; nothing after this reads from the network.
 *
 * <p>Anything beyond a limit is cut off together with its connection, and fails with a {@link CutOffException}.
 */
public final class BoundedCalls implements ExecChainHandler {

    /** A header in which a call says how many nanoseconds its pass has left; it is never sent. */
    public static final String TIME_LEFT = "wfm-time-left";

    /** Errors and tokens are small. */
    private static final int MOST_OF_SMALL = 1 << 20;

    private static final int FIRST = 8 << 10;
    /** An answer's own statement of its length is not trusted beyond this. */
    private static final int MOST_BELIEVED = 64 << 10;

    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}");
    private static final String USUAL_TYPE = "application/json";
    private static final String SERIALIZED_JAVA = "application/x-java-serialized-object";

    private final int mostBytes;
    private final Duration mostTime;
    private final AnswerMemory memory;
    private final ScheduledExecutorService timer;

    /**
     * @param mostBytes {@code http.max-answer}
     * @param mostTime {@code http.call-timeout}
     * @param timer ends calls; its tasks are short
     */
    public BoundedCalls(int mostBytes, Duration mostTime, ScheduledExecutorService timer) {
        this(mostBytes, mostTime, AnswerMemory.ofThisHeap(), timer);
    }

    BoundedCalls(int mostBytes, Duration mostTime, AnswerMemory memory, ScheduledExecutorService timer) {
        this.mostBytes = mostBytes;
        this.mostTime = mostTime;
        this.memory = memory;
        this.timer = timer;
    }

    /** Ends a call when its time is over, unless it ended before. */
    private static final class End implements Runnable {
        private final Object request;
        private volatile boolean over;

        private End(Object request) {
            this.request = request;
        }

        @Override
        public void run() {
            over = true;
            if (request instanceof Cancellable call) {
                call.cancel();
            }
        }
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Header left = request.getFirstHeader(TIME_LEFT);
        request.removeHeaders(TIME_LEFT);
        long nanos = mostTime.toNanos();
        boolean ofPass = false;
        if (left != null) {
            long ofItsPass = Long.parseLong(left.getValue());
            ofPass = ofItsPass < nanos;
            nanos = Math.min(nanos, ofItsPass);
        }
        End end = new End(scope.originalRequest);
        ScheduledFuture<?> ending = timer.schedule(end, nanos, TimeUnit.NANOSECONDS);
        boolean whole = false;
        try {
            ClassicHttpResponse answer = chain.proceed(request, scope);
            readWhole(answer, isToken(request), scope);
            whole = true;
            return answer;
        } catch (IOException | RuntimeException failure) {
            if (end.over) {
                throw new CutOffException(
                        ofPass
                                ? "the pass ended (poll.max-pass) before the whole answer was there"
                                : "the whole answer was not there within http.call-timeout (" + mostTime.toSeconds()
                                        + " s)");
            }
            if (failure instanceof RuntimeException) {
                // Whatever in an answer upsets the client is the answer's fault, not an error in the bridge.
                throw new IOException("the answer upset the HTTP client", failure);
            }
            throw failure;
        } finally {
            ending.cancel(false);
            if (!whole) {
                // Closing the answer would read it to its end.
                scope.execRuntime.discardEndpoint();
            }
        }
    }

    private static boolean isToken(ClassicHttpRequest request) {
        return request.getPath() != null && request.getPath().contains("/oauth/");
    }

    private void readWhole(ClassicHttpResponse answer, boolean token, ExecChain.Scope scope) throws IOException {
        // It is decompressed; the remaining header would make Camel do it again, without a limit.
        answer.removeHeaders(HttpHeaders.CONTENT_ENCODING);
        plainType(answer);
        HttpEntity entity = answer.getEntity();
        if (entity == null) {
            return;
        }
        InputStream content = entity.getContent();
        if (content == null) {
            answer.setEntity(null);
            return;
        }
        boolean success = answer.getCode() >= 200 && answer.getCode() < 300;
        AnswerBody body = read(content, success && !token ? mostBytes : Math.min(mostBytes, MOST_OF_SMALL), entity);
        // At its end already, so this only gives the connection back.
        content.close();
        answer.setEntity(body.size() == 0 ? null : new Body(body));
    }

    private AnswerBody read(InputStream content, int most, HttpEntity entity) throws IOException {
        long told = entity.getContentLength();
        byte[] bytes = new byte[(int) Math.min(Math.max(told, FIRST - 1) + 1, MOST_BELIEVED)];
        int size = 0;
        long counted = 0;
        boolean whole = false;
        try {
            while (true) {
                int read = content.read(bytes, size, bytes.length - size);
                if (read < 0) {
                    whole = true;
                    return new AnswerBody(bytes, size, memory, counted);
                }
                size += read;
                if (size > most) {
                    throw new CutOffException("the answer was larger than " + mebibytes(most)
                            + (most == mostBytes ? " (http.max-answer)" : ", too much for an error or a token"));
                }
                if (size == bytes.length) {
                    int larger = (int) Math.min(2L * size, (long) most + 1);
                    if (larger > AnswerMemory.SMALL) {
                        if (!memory.take(counted, larger - counted)) {
                            throw new CutOffException(
                                    "the answer was larger than the memory that is left for answers: give the bridge more heap");
                        }
                        counted = larger;
                    }
                    bytes = Arrays.copyOf(bytes, larger);
                }
            }
        } finally {
            if (!whole) {
                memory.giveBack(counted);
            }
        }
    }

    /** A body that was read. Camel hands its stream on as it is. */
    private static final class Body extends AbstractHttpEntity {
        private final AnswerBody body;

        private Body(AnswerBody body) {
            super((String) null, null);
            this.body = body;
        }

        @Override
        public InputStream getContent() {
            return body;
        }

        @Override
        public boolean isStreaming() {
            return false;
        }

        @Override
        public long getContentLength() {
            return body.size();
        }

        @Override
        public void close() {
            // The reader closes it.
        }
    }

    private static String mebibytes(int bytes) {
        return bytes % (1 << 20) == 0 ? (bytes >> 20) + " MB" : bytes + " bytes";
    }

    /** The media type alone: a character set that does not exist, or serialised Java, is nothing that Camel should know of. */
    private static void plainType(ClassicHttpResponse answer) {
        Header type = answer.getFirstHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null
                || (USUAL_TYPE.equals(type.getValue()) && answer.countHeaders(HttpHeaders.CONTENT_TYPE) == 1)) {
            return;
        }
        answer.removeHeaders(HttpHeaders.CONTENT_TYPE);
        String plain = String.valueOf(type.getValue()).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (MEDIA_TYPE.matcher(plain).matches() && !plain.equals(SERIALIZED_JAVA)) {
            answer.setHeader(HttpHeaders.CONTENT_TYPE, plain);
        }
    }
}
