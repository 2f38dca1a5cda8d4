package dev.wfmbridge.sandbox;

/**
 * Scripts faults. It is asked for each call that the quota lets through, before the credentials are looked at, on the
 * thread that serves the call: it must be thread-safe.
 */
@FunctionalInterface
public interface Interceptor {
    /**
     * @param request the call, its status still {@link Received#PENDING}
     * @return what is to go wrong; {@code null} to behave normally (then the weather decides)
     */
    Fault on(Received request);
}
