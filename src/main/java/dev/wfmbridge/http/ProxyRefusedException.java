package dev.wfmbridge.http;

import java.io.IOException;

/** The proxy opened no tunnel: the other side was not asked, so its credentials are not in doubt. */
public final class ProxyRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param status what the proxy answered */
    public ProxyRefusedException(int status) {
        super("the proxy refused with HTTP " + status);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
