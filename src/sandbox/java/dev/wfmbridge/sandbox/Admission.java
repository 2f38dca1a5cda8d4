package dev.wfmbridge.sandbox;

import java.util.Map;

/**
 * Who calls, and whether the quota lets him.
 *
 * @param headers go with every answer to this call
 * @param refusal the 429; {@code null} if the call is let through
 */
record Admission(String account, String clientId, boolean tokenCall, Map<String, String> headers, Answer refusal) {}
