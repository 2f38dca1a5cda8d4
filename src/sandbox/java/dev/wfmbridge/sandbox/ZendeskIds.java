package dev.wfmbridge.sandbox;

import java.util.Optional;

/** Ids in paths and lists. */
final class ZendeskIds {
    private ZendeskIds() {}

    static Optional<Long> parse(String text) {
        return text.matches("\\d{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
