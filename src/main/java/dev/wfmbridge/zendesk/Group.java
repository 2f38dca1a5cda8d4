package dev.wfmbridge.zendesk;

/** A Zendesk group as the latest answer showed it. A deleted one counts as missing. */
public record Group(long id, String name, boolean deleted) {}
