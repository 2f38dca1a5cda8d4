package dev.wfmbridge.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.http.Call;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * What an entry can put members into, and all that the bridge knows about it beyond its route file: its part of the
 * mapping and of a letter, what makes a pair unique, what {@code plan} and {@code check} say about it. Its reads and
 * writes are the routes {@code NAME-snapshot}, {@code NAME-insert}, {@code NAME-flush} and {@code NAME-plan}
 * (docs/adding-a-target.md).
 *
 * <p>An implementation has a public constructor without parameters, holds no state, and is registered in {@code
 * META-INF/services/dev.wfmbridge.mapping.Target}; the order there is {@code draft}'s order of preference.
 */
public interface Target {

    /** Its name in the mapping and in its routes. */
    String name();

    /** What people call such a place: {@code staffing group}. */
    String noun();

    /** The keys of an entry that not every target has. */
    Set<String> keys();

    /** The places that an entry names; none if it does not name them properly, which is reported to the entry. */
    List<Place> places(EntryNode entry);

    /** What else this target's bean needs to know about an entry; compared by {@code equals}. */
    default Object options(EntryNode entry) {
        return null;
    }

    /** How an entry names the place, key by key; a dead letter does the same. */
    Map<String, String> named(Place place);

    /** {@code NAME.schema.json} beside the class: the properties that mapping.schema.json lacks; null if it has them all. */
    default URL schema() {
        return getClass().getResource(name() + ".schema.json");
    }

    /** Whether it is the default for entries that name no target. */
    default boolean isUsual() {
        return false;
    }

    /** Whether segments there have a status, which the mapping sets on new ones and Genesys owns afterwards. */
    default boolean hasStatus() {
        return false;
    }

    /**
     * Whether a segment there is an object with an id that the destination keeps. Then {@code removals.policy} removes it, through
     * the routes {@code NAME-remove} and {@code NAME-look}; otherwise a candidate is only reported.
     */
    default boolean keepsIds() {
        return false;
    }

    /** Whether a user can be in one of these places only, so that several entries for different places are about one pair. */
    default boolean isExclusive() {
        return false;
    }

    /** The text from which the id of a user's segment is derived; unique among the places of an organisation. */
    default String identity(Place place, String userId) {
        return name() + "/" + place.id() + "/" + userId;
    }

    /** The read with which {@code check} tests a place; null if there is none. */
    default Probe probe(Place place) {
        return null;
    }

    /** Finds what an organisation has of these places. */
    default void list(Listing listing) {}

    /** What {@code check --list --json} calls the list of these in a business unit; null if they are in none. */
    default String listedAs() {
        return null;
    }

    /** What cannot be tested without writing, with the permission that it needs, in {@code check}'s words; null if nothing. */
    default String needs() {
        return null;
    }

    /** The bean of its routes, which they call by the target's name; null if its route file creates one, or none is needed. */
    default Object bean(Parts parts) {
        return null;
    }

    /**
     * A read that tests a place.
     *
     * @param what it is, after {@code read}: {@code staffing group 17}
     * @param unit what is counted
     * @param count how many there are, from the answer
     * @param call an {@link Call#optional() optional} one if a refusal says nothing about the organisation's other places
     */
    record Probe(String what, Call call, ToIntFunction<JsonNode> count, String unit) {}

    /** What the bridge is made of, by type. */
    interface Parts {
        <T> T get(Class<T> type);
    }
}
