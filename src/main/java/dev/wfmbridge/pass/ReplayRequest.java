package dev.wfmbridge.pass;

import dev.wfmbridge.data.DeadLetter;
import java.util.List;
import java.util.Map;

/**
 * Dead letters that are to be delivered again.
 *
 * @param letters by organisation
 * @param ratePerMinute messages begun in a minute at most; 0 = no limit but the quota
 */
public record ReplayRequest(Map<String, List<DeadLetter>> letters, int ratePerMinute) {}
