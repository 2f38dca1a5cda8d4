package dev.wfmbridge.http;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.NoHttpResponseException;

/**
 * Says in words what went wrong with a call. An exception's own text is never shown: it can hold addresses, bodies and
 * credentials (promise 8).
 */
public final class Failures {

    private Failures() {}

    /** A clause without a full stop, such as {@code the host name could not be resolved}. */
    public static String describe(Throwable failure) {
        if (failure instanceof HttpOperationFailedException answer) {
            return switch (answer.getStatusCode()) {
                case 407 -> "the proxy refused with HTTP 407: set http.proxy to http://USER:PASSWORD@HOST:PORT";
                default -> "HTTP " + answer.getStatusCode();
            };
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "the host name could not be resolved";
            }
            if (cause instanceof SSLException || cause instanceof java.security.cert.CertificateException) {
                return "the certificate is not trusted, or TLS failed: put the issuer's certificate into http.trust-store";
            }
            if (cause instanceof ConnectTimeoutException) {
                return "no connection within http.connect-timeout";
            }
            if (cause instanceof ConnectException) {
                return "the connection was refused";
            }
            if (cause instanceof SocketTimeoutException) {
                return "no answer within http.response-timeout";
            }
            if (cause instanceof NoHttpResponseException) {
                return "the connection was closed without an answer";
            }
            if (cause instanceof org.apache.hc.client5.http.impl.TunnelRefusedException) {
                return "the proxy refused the connection: check http.proxy";
            }
            if (cause instanceof com.fasterxml.jackson.core.JacksonException) {
                return "the answer was no JSON";
            }
            if (cause instanceof UnexpectedAnswerException) {
                return cause.getMessage();
            }
        }
        return "the call failed with " + failure.getClass().getSimpleName();
    }
}
