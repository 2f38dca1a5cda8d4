package dev.wfmbridge.zendesk;

/** A Zendesk group as an answer showed it last. A deleted one counts as missing. */
public record Group(long id, String name, boolean deleted) {}
