package dev.wfmbridge.kafka;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;

/** The brokers' answers, which may be refusals, or not come. */
final class Answer {

    private Answer() {}

    /** What the brokers are asked; waits for the answer, for a bounded time. */
    interface Question<T> {
        T ask() throws ExecutionException, TimeoutException, InterruptedException;
    }

    /**
     * The answer to a question.
     *
     * @param otherwise a sentence for people
     * @throws UnreachableException with that sentence if the answer is a refusal or does not come, and if the wait is interrupted
     */
    static <T> T to(Question<T> question, String otherwise) throws UnreachableException {
        return to(question, failed -> otherwise);
    }

    /**
     * The same.
     *
     * @param otherwise the sentence for a failure, an {@link ExecutionException} if it is a refusal
     */
    static <T> T to(Question<T> question, Function<Exception, String> otherwise) throws UnreachableException {
        try {
            return question.ask();
        } catch (ExecutionException | TimeoutException | KafkaException failed) {
            throw new UnreachableException(otherwise.apply(failed), failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("Kafka was not waited for: the bridge stops.", stopped);
        }
    }
}
