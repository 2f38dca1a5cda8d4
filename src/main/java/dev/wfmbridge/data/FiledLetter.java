package dev.wfmbridge.data;

/**
 * A dead letter with the organisation that it is filed under.
 *
 * @param organization the name from the mapping
 */
public record FiledLetter(String organization, DeadLetter letter) {}
