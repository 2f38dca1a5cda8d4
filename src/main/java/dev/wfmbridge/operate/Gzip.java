package dev.wfmbridge.operate;

import java.util.Locale;

/** Whether a client takes gzip: it is among the codings that it accepts, and not with a weight of 0. */
public final class Gzip {

    private Gzip() {}

    /** @param accepted {@code Accept-Encoding}; null accepts nothing */
    public static boolean isAccepted(String accepted) {
        if (accepted == null) {
            return false;
        }
        for (String coding : accepted.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = coding.strip().split("\\s*;\\s*");
            if (parts[0].equals("gzip") && !(parts.length > 1 && parts[1].matches("q=0(\\.0*)?"))) {
                return true;
            }
        }
        return false;
    }
}
