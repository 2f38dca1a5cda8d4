package dev.wfmbridge.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.config.BaseUrl;
import dev.wfmbridge.config.Durations;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Secret;
import dev.wfmbridge.config.SecretUnavailableException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One organisation as written in a file: its values with their placeholders replaced. Problems with them affect no other organisation. */
final class OrganizationNode {

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern REGION =
            Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]*)}}");
    private static final Pattern ENV = Pattern.compile("\\s*env:([A-Za-z_][A-Za-z0-9_]*)\\s*");

    private final MappingPart part;
    private final String pointer;
    private final JsonNode node;
    private final Environment environment;
    private final List<Problem> found = new ArrayList<>();

    /** @param environment where {@code {{env:NAME}}} is looked up */
    OrganizationNode(MappingPart part, String pointer, JsonNode node, Environment environment) {
        this.part = part;
        this.pointer = pointer;
        this.node = node;
        this.environment = environment;
    }

    /** The organisation as far as it can be used; it carries the problems with its values. */
    Organization read(String key) {
        if (node.isObject() && !node.has("region")) {
            withoutRegion(key);
        }
        String id = id();
        String domain = region();
        URI api = node.has("apiUrl") ? url("apiUrl") : derived("api", domain);
        URI login = node.has("loginUrl") ? url("loginUrl") : derived("login", domain);
        Secret clientId = secret("clientId");
        Secret clientSecret = secret("clientSecret");
        if (clientSecret != null && clientSecret.literal()) {
            part.warnings()
                    .add("organisation \"" + key + "\": clientSecret holds the secret itself (" + part.name() + ":"
                            + part.line(pointer + "/clientSecret")
                            + "): better write \"{{env:NAME}}\" or \"{{file:/path}}\"");
        }
        Quota quota = quota(pointer + "/quota", node.path("quota"));
        found.sort(Comparator.comparingInt(Problem::line));
        return new Organization(key, id, api, login, clientId, clientSecret, quota, found);
    }

    private void withoutRegion(String key) {
        boolean api = node.has("apiUrl");
        boolean login = node.has("loginUrl");
        if (!api && !login) {
            part.problem(
                    pointer,
                    "key \"region\" is missing in organisation \"" + key + "\"",
                    "Add region: with the domain of its region, such as mypurecloud.ie.");
        } else if (!login) {
            part.problem(pointer, "organisation \"" + key + "\" has apiUrl and no loginUrl", "Add loginUrl: too.");
        } else if (!api) {
            part.problem(pointer, "organisation \"" + key + "\" has loginUrl and no apiUrl", "Add apiUrl: too.");
        }
    }

    private static URI derived(String host, String domain) {
        return domain == null ? null : URI.create("https://" + host + "." + domain);
    }

    /** Whatever violates the schema is already a problem; here it counts as missing. */
    private Quota quota(String pointer, JsonNode node) {
        int requests = node.path("requests").asInt();
        Duration per = Quota.USUAL.per();
        String text = MappingPart.text(node, "per");
        if (text != null) {
            try {
                per = Durations.parse(text);
            } catch (IllegalArgumentException e) {
                boolean formed = text.matches("[0-9]+(ms|s|m|h|d)");
                if (formed) {
                    part.problem(pointer + "/per", "per is " + e.getMessage(), "Write a shorter one, such as 60s.");
                }
            }
            if (per.isZero()) {
                part.problem(pointer + "/per", "per is zero", "It must be longer than 0, such as 60s.");
                per = Quota.USUAL.per();
            }
        }
        return new Quota(requests > 0 ? requests : Quota.USUAL.requests(), per);
    }

    private void wrong(String key, String what, String mend) {
        found.add(new Problem(part.name(), part.line(pointer + "/" + key), what, mend));
    }

    private boolean written(String key) {
        return !node.path(key).asText().contains("{{");
    }

    /** The value with its placeholders replaced; null if there is none, or a problem with it was reported. */
    private String value(String key) {
        String raw = MappingPart.text(node, key);
        if (raw == null) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        Matcher matcher = PLACEHOLDER.matcher(raw);
        boolean whole = true;
        while (matcher.find()) {
            Matcher env = ENV.matcher(matcher.group(1));
            String value = null;
            if (!env.matches()) {
                wrong(key, key + " has a placeholder that is not understood", "Write it as {{env:NAME}}.");
            } else {
                value = environment.get(env.group(1));
                if (value == null || value.isBlank()) {
                    wrong(
                            key,
                            key + " needs the environment variable " + env.group(1) + ", which is "
                                    + (value == null ? "not set" : "empty"),
                            "Set it.");
                    value = null;
                }
            }
            whole = whole && value != null;
            matcher.appendReplacement(text, Matcher.quoteReplacement(value == null ? "" : value.strip()));
        }
        return whole ? matcher.appendTail(text).toString() : null;
    }

    private String id() {
        String value = value("id");
        if (value == null) {
            return null;
        }
        String id = value.toLowerCase(Locale.ROOT);
        if (UUID.matcher(id).matches()) {
            return id;
        }
        String mend = "Copy the id that GET /api/v2/organizations/me returns.";
        if (written("id")) {
            part.problem(pointer + "/id", "id \"" + value + "\" is not a UUID", mend);
        } else {
            wrong("id", "id is not a UUID once its variable is put in", mend);
        }
        return null;
    }

    private String region() {
        String value = value("region");
        if (value == null) {
            return null;
        }
        String region = value.toLowerCase(Locale.ROOT);
        String mend = "Write the domain only, such as mypurecloud.ie.";
        if (!REGION.matcher(region).matches()) {
            wrong("region", "region " + shown("region", value) + "is not a domain", mend);
        } else if (region.startsWith("api.") || region.startsWith("login.") || region.startsWith("apps.")) {
            wrong("region", "region " + shown("region", value) + "is a host, not the region's domain", mend);
        } else {
            return region;
        }
        return null;
    }

    private URI url(String key) {
        String value = value(key);
        if (value == null) {
            return null;
        }
        try {
            return BaseUrl.parse(value);
        } catch (IllegalArgumentException e) {
            String[] message = e.getMessage().split(": ", 2);
            wrong(
                    key,
                    key + " " + message[0],
                    message.length < 2
                            ? ""
                            : Character.toUpperCase(message[1].charAt(0)) + message[1].substring(1) + ".");
            return null;
        }
    }

    /** Text from the file may be quoted, text from a variable may not. */
    private String shown(String key, String value) {
        return written(key) ? "\"" + value + "\" " : "";
    }

    private Secret secret(String key) {
        String raw = MappingPart.text(node, key);
        if (raw == null) {
            return null;
        }
        try {
            Secret secret = Secret.of(raw, environment);
            secret.read();
            return secret;
        } catch (IllegalArgumentException e) {
            wrong(key, key + " cannot be used: " + e.getMessage(), "");
        } catch (SecretUnavailableException e) {
            wrong(key, key + " cannot be read: " + e.getMessage(), "Set it, or name another one.");
        }
        return null;
    }
}
