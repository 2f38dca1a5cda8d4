package dev.wfmbridge.config;

import java.util.Map;

/** Where environment variables are looked up. */
@FunctionalInterface
public interface Environment {

    /** The value of the variable, or null if it is not set. */
    String get(String name);

    /** The same with another value for a property, which wins over the file's. */
    default Environment with(Property<?> property, String value) {
        return name -> name.equals(property.variable()) ? value : get(name);
    }

    /** The environment of this process. */
    static Environment system() {
        return System::getenv;
    }

    /** A fixed environment. */
    static Environment of(Map<String, String> variables) {
        return Map.copyOf(variables)::get;
    }
}
