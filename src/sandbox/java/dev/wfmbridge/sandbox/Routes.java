package dev.wfmbridge.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Which resource answers which path.
 *
 * @param <C> a call, and what is known of its caller
 */
final class Routes<C> {
    /** Answers one method of one path; the variables are the path's parts in braces, in their order. */
    @FunctionalInterface
    interface Handler<C> {
        Answer handle(C call, List<String> variables);
    }

    private record Route<C>(String method, List<String> pattern, Handler<C> handler) {
        boolean matches(List<String> parts) {
            if (parts.size() != pattern.size()) {
                return false;
            }
            for (int i = 0; i < parts.size(); i++) {
                if (!variable(i) && !pattern.get(i).equals(parts.get(i))) {
                    return false;
                }
            }
            return true;
        }

        List<String> variables(List<String> parts) {
            List<String> variables = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                if (variable(i)) {
                    variables.add(parts.get(i));
                }
            }
            return variables;
        }

        private boolean variable(int part) {
            return pattern.get(part).startsWith("{");
        }
    }

    private final List<Route<C>> routes = new ArrayList<>();

    /** A fixed path must be added before a pattern that matches it too. */
    Routes<C> add(String method, String pattern, Handler<C> handler) {
        routes.add(new Route<>(method, List.of(pattern.split("/")), handler));
        return this;
    }

    /**
     * Answers with the first handler that serves the path and the method.
     *
     * @param otherwise answers 404 for a path, or 405 for a method, that no handler serves
     */
    Answer dispatch(C call, String method, String path, IntFunction<Answer> otherwise) {
        List<String> parts = List.of(path.split("/"));
        boolean known = false;
        for (Route<C> route : routes) {
            if (route.matches(parts)) {
                known = true;
                if (route.method().equals(method)) {
                    return route.handler().handle(call, route.variables(parts));
                }
            }
        }
        return otherwise.apply(known ? 405 : 404);
    }
}
