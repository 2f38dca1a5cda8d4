package dev.wfmbridge.http;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;

/**
 * Says in words what went wrong with a call. An exception's own text is never shown: it can hold addresses, bodies and
 * credentials (promise 8).
 */
public final class Failures {

    private static final String CHECK = ": check the address, and http.proxy where one is set";

    private Failures() {}

    private static String proxy(int status) {
        return "the proxy refused with HTTP " + status
                + (status == 407
                        ? ": set http.proxy to http://USER:PASSWORD@HOST:PORT"
                        : ": check http.proxy, and that the proxy lets this host through");
    }

    /** A clause without a full stop, such as {@code the host name could not be resolved}. */
    public static String describe(Throwable failure) {
        if (failure instanceof HttpOperationFailedException answer) {
            return answer.getStatusCode() == 407 ? proxy(407) : "HTTP " + answer.getStatusCode();
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProxyRefusedException refused) {
                return proxy(refused.status());
            }
            if (cause instanceof UnknownHostException) {
                return "the host name could not be resolved" + CHECK;
            }
            if (cause instanceof SSLException || cause instanceof java.security.cert.CertificateException) {
                return "the certificate is not trusted, or TLS failed: put the issuer's certificate into http.trust-store";
            }
            if (cause instanceof ConnectTimeoutException) {
                return "no connection within http.connect-timeout" + CHECK;
            }
            if (cause instanceof ConnectException) {
                return "the connection was refused" + CHECK;
            }
            if (cause instanceof MessageConstraintException) {
                return "the head of the answer has a line that is too long, or too many of them";
            }
            if (cause instanceof SocketTimeoutException) {
                return "no answer within http.response-timeout";
            }
            if (cause instanceof NoHttpResponseException) {
                return "the connection was closed without an answer";
            }
            if (cause instanceof com.fasterxml.jackson.core.JacksonException) {
                return "the answer was not JSON";
            }
            if (cause instanceof UnexpectedAnswerException || cause instanceof CutOffException) {
                return cause.getMessage();
            }
        }
        return "the call failed with " + failure.getClass().getSimpleName();
    }
}
