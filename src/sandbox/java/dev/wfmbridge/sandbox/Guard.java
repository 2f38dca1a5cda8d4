package dev.wfmbridge.sandbox;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Lets a call through to a published resource: under the world's monitor, so that no other call changes what
 * it decides on, and only with a permission.
 */
record Guard(World world) {
    /** The handler, for a client that has any of these permissions; without permissions, for every client. */
    Routes.Handler<GenesysCall> any(Routes.Handler<GenesysCall> handler, Permission... permissions) {
        List<Permission> sufficient = List.of(permissions);
        return (call, variables) -> {
            synchronized (world) {
                boolean refused = !sufficient.isEmpty() && sufficient.stream().allMatch(call.organization()::lacks);
                return refused ? call.forbidden(names(sufficient)) : handler.handle(call, variables);
            }
        };
    }

    private static String names(List<Permission> permissions) {
        return permissions.stream().map(Permission::published).collect(Collectors.joining(", "));
    }
}
