package dev.wfmbridge.mapping;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The targets that are on the class path. */
public final class Targets {

    private static final Targets INSTALLED = new Targets();

    private final Map<String, Target> byName = new LinkedHashMap<>();
    private final Target usual;

    private Targets() {
        ServiceLoader.load(Target.class, Targets.class.getClassLoader())
                .forEach(target -> byName.put(target.name(), target));
        usual = byName.values().stream()
                .filter(Target::isUsual)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("no target for entries that name none: the build is broken"));
    }

    public static Targets installed() {
        return INSTALLED;
    }

    /** In the order in which {@code draft} prefers them. */
    public List<Target> all() {
        return List.copyOf(byName.values());
    }

    /** The default for entries that name none. */
    public Target usual() {
        return usual;
    }

    /** The target of this name; null if there is none. One that begins with {@code x-} may consist of routes alone. */
    public Target of(String name) {
        Target known = byName.get(name);
        return known == null && name.startsWith(RoutesOnly.PREFIX) ? new RoutesOnly(name) : known;
    }
}
