package dev.wfmbridge.sandbox;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Whom a world knows, and its secrets: what nobody may find outside of the servers. */
public final class People {

    private People() {}

    /** The names of all Zendesk agents and Genesys users, as they are now. */
    public static Set<String> names(World world) {
        synchronized (world) {
            return distinct(Stream.concat(
                    world.zendesk().agents().stream().map(ZendeskAgent::name),
                    world.organizations().stream()
                            .flatMap(organization -> organization.users().values().stream())
                            .map(GenesysTenant.User::name)));
        }
    }

    /** The clients' secrets and the legacy API token. */
    public static Set<String> secrets(World world) {
        synchronized (world) {
            return distinct(Stream.concat(
                    Stream.of(
                            world.zendesk().clientSecret(),
                            world.zendesk().apiToken().orElse(null)),
                    world.organizations().stream().map(GenesysTenant::clientSecret)));
        }
    }

    private static Set<String> distinct(Stream<String> texts) {
        Set<String> all = new LinkedHashSet<>();
        texts.filter(Objects::nonNull).forEach(all::add);
        return all;
    }
}
