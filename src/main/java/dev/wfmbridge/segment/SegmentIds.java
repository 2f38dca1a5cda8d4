package dev.wfmbridge.segment;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.NameBasedGenerator;
import dev.wfmbridge.mapping.Place;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Derives the id of a segment: a name-based UUID, version 5, so that every run on every machine asks for the same segment
 * under the same id, and no two organisations share one.
 */
public final class SegmentIds {

    private final String prefix;
    private final Map<String, NameBasedGenerator> generators = new ConcurrentHashMap<>();

    /** @param instance the value of {@code bridge.instance}; empty if only one bridge writes to the organisations */
    public SegmentIds(String instance) {
        this.prefix = instance == null || instance.isEmpty() ? "" : instance + "/";
    }

    /**
     * The id for a user in a place.
     *
     * @param organizationId the UUID of the Genesys organisation, which is the name space
     */
    public String idFor(String organizationId, Place place, String userId) {
        return uuidFor(organizationId, place, userId).toString();
    }

    /** The same as a value, which is smaller. */
    public UUID uuidFor(String organizationId, Place place, String userId) {
        String name = prefix + place.kind().identity(place, userId);
        return generators
                .computeIfAbsent(organizationId, id -> Generators.nameBasedGenerator(UUID.fromString(id)))
                .generate(name);
    }
}
