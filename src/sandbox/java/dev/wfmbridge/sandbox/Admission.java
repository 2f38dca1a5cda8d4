package dev.wfmbridge.sandbox;

import java.util.Map;

/**
 * The caller, and whether the quota allows the call.
 *
 * @param headers are added to every answer to this call
 * @param refusal the 429; {@code null} if the call is let through
 */
record Admission(String account, String clientId, boolean tokenCall, Map<String, String> headers, Answer refusal) {}
