package dev.wfmbridge.pass;

import java.util.Locale;

/** What started a pass. */
public enum Trigger {
    START,
    CRON,
    ONCE,
    PLAN,
    OPERATOR,
    REPLAY,
    WEBHOOK;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
