package dev.wfmbridge.bridge;

import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.SuspendedFile;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The organisations that an operator suspended, by name, in {@code data/suspended.json}, or in Kafka if several processes share them: a
 * suspension lasts until it is lifted, so a restart must not lift it.
 */
final class Suspensions {

    private static final Logger LOG = LoggerFactory.getLogger(Suspensions.class);

    /** Where they outlast the process. */
    interface Store {

        /**
         * Keeps a change.
         *
         * @param all who is suspended with it
         * @throws IOException if it cannot be kept: then it holds in this process, for as long as that lives
         */
        void keep(String name, boolean suspended, Set<String> all) throws IOException;
    }

    private final Store store;
    private final Set<String> names = new TreeSet<>();

    private Suspensions(Store store, Collection<String> known) {
        this.store = store;
        names.addAll(known);
        if (!names.isEmpty()) {
            LOG.warn("still suspended by an operator, until resumed: {}", String.join(", ", names));
        }
    }

    /** Suspensions left by an earlier process with this data folder; only {@code run} can lift them. */
    static Suspensions of(DataFolder folder, boolean staying) throws IOException {
        return new Suspensions(
                (name, suspended, all) -> SuspendedFile.write(folder, all),
                staying ? SuspendedFile.read(folder) : Set.of());
    }

    /** Those that all processes know; they come by {@link #changes}. */
    static Suspensions shared(Store store) {
        return new Suspensions(store, Set.of());
    }

    synchronized boolean contains(String name) {
        return names.contains(name);
    }

    synchronized Set<String> names() {
        return new TreeSet<>(names);
    }

    /**
     * Notes it, and keeps it.
     *
     * @throws IOException if it cannot be kept: it would not outlast a restart
     */
    void note(String name, boolean suspended) throws IOException {
        // Even if it changes nothing here: it may not have been kept the last time, or another process' record may not
        // have arrived yet.
        changes(name, suspended);
        store.keep(name, suspended, names());
    }

    /** Whether that is a change; another process keeps it. */
    synchronized boolean changes(String name, boolean suspended) {
        return suspended ? names.add(name) : names.remove(name);
    }
}
