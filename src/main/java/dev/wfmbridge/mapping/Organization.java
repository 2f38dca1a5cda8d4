package dev.wfmbridge.mapping;

import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Secret;
import java.net.URI;
import java.util.List;

/**
 * A Genesys organisation of the mapping. If it has problems, the values concerned may be null, and nothing may be sent to it.
 *
 * @param name as in the mapping; valid as the name of a folder
 * @param id the UUID in lower case
 * @param apiUrl without a slash at its end
 * @param loginUrl where tokens come from, without a slash at its end
 * @param problems what is wrong with its values; other organisations are not affected
 */
public record Organization(
        String name,
        String id,
        URI apiUrl,
        URI loginUrl,
        Secret clientId,
        Secret clientSecret,
        Quota quota,
        List<Problem> problems) {
    public Organization {
        problems = List.copyOf(problems);
    }

    /** Whether calls can be made to it. */
    public boolean usable() {
        return problems.isEmpty();
    }
}
