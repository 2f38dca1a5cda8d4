package dev.wfmbridge.bridge;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code ${body.name}} can read of a class: its methods without parameters, called {@code name}, {@code getName} or {@code isName}. */
final class Getters {

    private Getters() {}

    private static Stream<Method> all(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getParameterCount() == 0 && method.getDeclaringClass() != Object.class);
    }

    /** The methods that a name means. */
    static Stream<Method> of(Class<?> type, String name) {
        return all(type).filter(method -> name.equals(method.getName()) || name.equals(bare(method)));
    }

    /** All names that mean something. */
    static Set<String> names(Class<?> type) {
        return all(type).map(Getters::bare).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String bare(Method method) {
        String name = method.getName();
        String bare = name.replaceFirst("^(get|is)(?=[A-Z])", "");
        return bare.equals(name) ? name : Character.toLowerCase(bare.charAt(0)) + bare.substring(1);
    }
}
