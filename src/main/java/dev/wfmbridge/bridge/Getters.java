package dev.wfmbridge.bridge;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code ${body.name}} can read of a class: its methods without parameters, called {@code name}, {@code getName} or {@code isName}. */
final class Getters {

    /** By name. A class has the same ones for ever, and a look at the routes asks for those of a few classes a thousand times. */
    private static final ClassValue<Map<String, List<Method>>> OF_CLASS = new ClassValue<>() {
        @Override
        protected Map<String, List<Method>> computeValue(Class<?> type) {
            Map<String, List<Method>> found = new TreeMap<>();
            for (Method method : type.getMethods()) {
                if (method.getParameterCount() == 0 && method.getDeclaringClass() != Object.class) {
                    Stream.of(method.getName(), bare(method)).distinct().forEach(name -> found.computeIfAbsent(
                                    name, none -> new ArrayList<>())
                            .add(method));
                }
            }
            return found;
        }
    };

    private Getters() {}

    /** The methods that a name means. */
    static Stream<Method> of(Class<?> type, String name) {
        return OF_CLASS.get(type).getOrDefault(name, List.of()).stream();
    }

    /** All names that mean something. */
    static Set<String> names(Class<?> type) {
        return OF_CLASS.get(type).values().stream()
                .flatMap(List::stream)
                .map(Getters::bare)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String bare(Method method) {
        String name = method.getName();
        String bare = name.replaceFirst("^(get|is)(?=[A-Z])", "");
        return bare.equals(name) ? name : Character.toLowerCase(bare.charAt(0)) + bare.substring(1);
    }
}
