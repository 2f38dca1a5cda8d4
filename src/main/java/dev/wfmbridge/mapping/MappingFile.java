package dev.wfmbridge.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.config.BaseUrl;
import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Durations;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Secret;
import dev.wfmbridge.config.SecretUnavailableException;
import dev.wfmbridge.config.Spelling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads and checks the mapping: {@code config/mapping.yaml}, or a folder whose {@code *.yaml} together are one mapping, in the order of their
 * names. Each file is read, checked and let go before the next one.
 */
public final class MappingFile {
    private static final String SOURCE = "zendesk";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern REGION =
            Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+");
    private static final Pattern USER = Pattern.compile("\\d{1,18}");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]*)}}");
    private static final Pattern ENV = Pattern.compile("\\s*env:([A-Za-z_][A-Za-z0-9_]*)\\s*");

    private final Environment environment;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** Of all parts so far; what has to be unlike across files is kept with the place where it stood first. */
    private final Map<String, Organization> organizations = new LinkedHashMap<>();

    private final Map<String, Spot> organizationSpots = new HashMap<>();
    private final Map<String, String> organizationsById = new HashMap<>();
    private final Map<Long, String> users = new LinkedHashMap<>();
    private final Map<Long, Spot> userSpots = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<List<Object>, Spot> seen = new HashMap<>();
    private final List<Reference> references = new ArrayList<>();
    private final Map<Object, Object> shared = new HashMap<>();
    private String genesysUserIdField;
    private Spot genesysUserIdFieldSpot;
    private boolean hasOrganizations;
    private boolean hasGroups;
    private boolean partsMissing;

    private String name;
    private YamlTree tree;

    /** A place of the mapping. */
    private record Spot(String file, int line) {
        /** As one says it in the file {@code from}. */
        private String seenFrom(String from) {
            return file.equals(from) ? "on line " + line : "in " + file + ":" + line;
        }
    }

    /** An entry's organisation, which may be defined in a later file. */
    private record Reference(String organization, Spot spot) {}

    private MappingFile(Environment environment) {
        this.environment = environment;
    }

    /**
     * Reads the file, or the folder's files, as they are now. What is wrong with the values of one organisation does not fail the load, it is
     * found in {@link Organization#problems()}.
     *
     * @param environment where {@code {{env:NAME}}} is looked up
     * @throws ConfigurationException if the mapping as a whole cannot be used, with every problem at once, in the order of files and lines
     */
    public static Mapping load(Path file, Environment environment) throws ConfigurationException {
        return new MappingFile(environment).read(file, true);
    }

    /**
     * The same for whoever only wants to know the organisations: entries there need not be any.
     *
     * @throws ConfigurationException as {@link #load} does
     */
    public static Mapping loadOrganizations(Path file, Environment environment) throws ConfigurationException {
        return new MappingFile(environment).read(file, false);
    }

    /** Loads what {@link #load} needs, the schema above all, ahead of its first call. */
    public static void getReady() {
        MappingSchema.instance();
    }

    /** As the user would type it: from the working directory where it is inside. */
    private static String called(Path file) {
        Path here = Path.of("").toAbsolutePath();
        Path absolute = file.toAbsolutePath().normalize();
        return (absolute.startsWith(here) ? here.relativize(absolute) : absolute).toString();
    }

    private Mapping read(Path file, boolean wantsEntries) throws ConfigurationException {
        boolean folder = Files.isDirectory(file);
        List<Path> parts = folder ? parts(file) : List.of(file);
        Map<String, Integer> order = new HashMap<>();
        String sha256 = null;
        StringBuilder all = new StringBuilder();
        for (Path part : parts) {
            name = called(part);
            order.put(name, order.size());
            try {
                byte[] bytes = bytes(part);
                sha256 = sha256(bytes);
                all.append(part.getFileName()).append('\0').append(sha256).append('\n');
                part(text(bytes));
                if (!folder && tree.root() != null && tree.root().isObject()) {
                    whole(name, tree.line(""), wantsEntries);
                }
            } catch (ConfigurationException unreadable) {
                problems.addAll(unreadable.problems());
                partsMissing = true;
            }
        }
        tree = null;
        if (folder && !partsMissing) {
            whole(called(file), 0, wantsEntries);
        }
        references.forEach(this::checkReference);
        if (!problems.isEmpty()) {
            organizations.values().forEach(organization -> problems.addAll(organization.problems()));
            throw new ConfigurationException(problems.stream()
                    .distinct()
                    .sorted(Comparator.<Problem>comparingInt(problem -> order.getOrDefault(problem.file(), -1))
                            .thenComparingInt(Problem::line))
                    .toList());
        }
        Set<String> mapped = new HashSet<>();
        entries.forEach(entry -> mapped.add(entry.organization()));
        for (String organization : organizations.keySet()) {
            if (!mapped.contains(organization)) {
                warnings.add(
                        "organisation \"" + organization + "\" has no entry in the mapping: nothing is done for it");
            }
        }
        if (parts.size() > 1) {
            sha256 = sha256(all.toString().getBytes(StandardCharsets.UTF_8));
        }
        return new Mapping(file, sha256, organizations, genesysUserIdField, users, entries, warnings);
    }

    /** The parts in a folder, by name. What is hidden belongs to whoever mounts the folder. */
    private List<Path> parts(Path folder) throws ConfigurationException {
        List<Path> visible;
        try (Stream<Path> files = Files.list(folder)) {
            visible = files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted(Comparator.comparing(file -> file.getFileName().toString()))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new ConfigurationException(List.of(new Problem(
                    called(folder),
                    0,
                    "the folder cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Look at its permissions and at bridge.mapping.")));
        }
        List<Path> parts = visible.stream()
                .filter(file -> file.getFileName().toString().endsWith(".yaml"))
                .toList();
        if (parts.isEmpty()) {
            throw new ConfigurationException(List.of(new Problem(
                    called(folder),
                    0,
                    "the folder has no file whose name ends in .yaml",
                    "Put the mapping into it, or set bridge.mapping to where it is.")));
        }
        visible.stream()
                .filter(file -> file.getFileName().toString().endsWith(".yml"))
                .forEach(file ->
                        warnings.add(called(file) + " is not read: the name of a part of the mapping ends in .yaml"));
        return parts;
    }

    private void part(String text) {
        int before = problems.size();
        tree = new YamlTree(name, text, problems);
        if (tree.root() == null) {
            partsMissing = true;
            return;
        }
        MappingSchema.Verdict verdict = MappingSchema.instance().verdict(name, tree);
        problems.addAll(verdict.problems());
        if (!tree.root().isObject()) {
            partsMissing = true;
            return;
        }
        JsonNode groups = tree.root().path("groups");
        JsonNode organizationsNode = tree.root().path("organizations");
        hasOrganizations |= !organizationsNode.isMissingNode();
        hasGroups |= !groups.isMissingNode();
        organizations(organizationsNode);
        users(tree.root().path("users"));
        userIdField();
        entries(groups);
        if (problems.size() == before) {
            // What an editor marks as wrong is never taken, even if nothing above has words for it.
            verdict.misfit()
                    .ifPresent(place -> problem(
                            place,
                            "this does not fit mapping.schema.json",
                            "Compare it with the sample that comes with the bridge."));
        }
    }

    /** What a mapping has to have, wherever in it. */
    private void whole(String place, int line, boolean wantsEntries) {
        if (!hasOrganizations) {
            problems.add(new Problem(
                    place,
                    line,
                    "key \"organizations\" is missing",
                    "Add organizations: with at least one organisation."));
        }
        if (!hasGroups && wantsEntries) {
            problems.add(new Problem(place, line, "key \"groups\" is missing", "Add groups: with at least one entry."));
        }
    }

    private void checkReference(Reference reference) {
        if (!organizations.containsKey(reference.organization())) {
            problems.add(new Problem(
                    reference.spot().file(),
                    reference.spot().line(),
                    "organisation \"" + reference.organization() + "\" is not defined",
                    new Spelling(organizations.keySet())
                            .closest(reference.organization())
                            .map(other -> "Did you mean \"" + other + "\"?")
                            .orElse("Define it under organizations:, or correct the name.")));
        }
    }

    private byte[] bytes(Path file) throws ConfigurationException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(List.of(new Problem(
                    name, 0, "the file does not exist", "Write it, or set bridge.mapping to the one that you have.")));
        } catch (IOException e) {
            String why = Files.isDirectory(file)
                    ? "is a folder"
                    : "cannot be read (" + e.getClass().getSimpleName() + ")";
            throw new ConfigurationException(
                    List.of(new Problem(name, 0, "the file " + why, "Look at its permissions and at bridge.mapping.")));
        }
    }

    private String text(byte[] bytes) throws ConfigurationException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(
                    List.of(new Problem(name, 0, "the file is not in UTF-8", "Save it as UTF-8.")));
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void problem(String pointer, String what, String mend) {
        problems.add(new Problem(name, tree.line(pointer), what, mend));
    }

    private static String text(JsonNode node, String key) {
        JsonNode value = node.path(key);
        return value.isTextual() && !value.textValue().isBlank()
                ? value.textValue().strip()
                : null;
    }

    private void organizations(JsonNode node) {
        if (node.isObject() && node.isEmpty()) {
            problem("/organizations", "organizations has none at all", "Define the Genesys organisation below it.");
        }
        int[] lines = tree.linesIn(node);
        int position = 0;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String key = field.getKey();
            String pointer = "/organizations/" + YamlTree.escaped(key);
            Spot spot = new Spot(name, lines[position++]);
            Spot first = organizationSpots.putIfAbsent(key, spot);
            if (first != null) {
                problem(
                        pointer,
                        "organisation \"" + key + "\" stands here a second time, first " + first.seenFrom(name),
                        "Delete one, or put both into one.");
                continue;
            }
            if (key.equals(SOURCE)) {
                problem(
                        pointer,
                        "an organisation cannot be called \"" + key + "\"",
                        "Call it otherwise: routes, metrics and log mean Zendesk's side by that name.");
            }
            if (!NAME.matcher(key).matches()) {
                problem(
                        pointer,
                        "\"" + key + "\" is no name for an organisation",
                        "Use lower-case letters, digits and hyphens, 63 at most, a letter or digit first.");
            }
            Organization organization = organization(key, pointer, field.getValue());
            organizations.put(key, organization);
            if (organization.id() != null) {
                String other = organizationsById.putIfAbsent(organization.id(), key);
                if (other != null) {
                    Spot where = organizationSpots.get(other);
                    problem(
                            pointer + "/id",
                            "organisation \"" + key + "\" has the same id as \"" + other + "\""
                                    + (where.file().equals(name) ? "" : " " + where.seenFrom(name)),
                            "Correct one of the ids, or put both into one.");
                }
            }
        }
    }

    private Organization organization(String key, String pointer, JsonNode node) {
        Values values = new Values(pointer, node);
        boolean region = node.has("region");
        for (String url : List.of("apiUrl", "loginUrl")) {
            if (node.isObject() && !region && !node.has(url)) {
                String other = url.equals("apiUrl") ? "loginUrl" : "apiUrl";
                if (node.has(other)) {
                    problem(
                            pointer,
                            "organisation \"" + key + "\" has " + other + " and no " + url,
                            "Add " + url + ": too.");
                } else if (url.equals("apiUrl")) {
                    problem(
                            pointer,
                            "key \"region\" is missing in organisation \"" + key + "\"",
                            "Add region: with the domain of its region, such as mypurecloud.ie.");
                }
            }
        }
        String id = values.id();
        String domain = values.region();
        URI api = node.has("apiUrl") ? values.url("apiUrl") : derived("api", domain);
        URI login = node.has("loginUrl") ? values.url("loginUrl") : derived("login", domain);
        Secret clientId = values.secret("clientId");
        Secret clientSecret = values.secret("clientSecret");
        if (clientSecret != null && clientSecret.literal()) {
            warnings.add("organisation \"" + key + "\": clientSecret holds the secret itself (" + name + ":"
                    + tree.line(pointer + "/clientSecret") + "): better write \"{{env:NAME}}\" or \"{{file:/path}}\"");
        }
        Quota quota = quota(pointer + "/quota", node.path("quota"));
        values.found.sort(Comparator.comparingInt(Problem::line));
        return new Organization(key, id, api, login, clientId, clientSecret, quota, values.found);
    }

    private static URI derived(String host, String domain) {
        return domain == null ? null : URI.create("https://" + host + "." + domain);
    }

    /** What does not fit the schema is a problem already; here it counts as not said. */
    private Quota quota(String pointer, JsonNode node) {
        JsonNode number = node.path("requests");
        int requests = number.isInt() || number.isLong() ? (int) Math.min(number.longValue(), 1_000_000) : 0;
        Duration per = Quota.USUAL.per();
        String text = text(node, "per");
        if (text != null) {
            try {
                per = Durations.parse(text);
            } catch (IllegalArgumentException e) {
                boolean formed = text.matches("[0-9]+(ms|s|m|h|d)");
                if (formed) {
                    problem(pointer + "/per", "per is " + e.getMessage(), "Write a shorter one, such as 60s.");
                }
            }
            if (per.isZero()) {
                problem(pointer + "/per", "per is no time at all", "It must be longer than 0, such as 60s.");
                per = Quota.USUAL.per();
            }
        }
        return new Quota(requests > 0 ? requests : Quota.USUAL.requests(), per);
    }

    private void users(JsonNode node) {
        int[] lines = tree.linesIn(node);
        int position = 0;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String key = field.getKey();
            Spot spot = new Spot(name, lines[position++]);
            if (!USER.matcher(key).matches()) {
                problem(
                        "/users/" + YamlTree.escaped(key),
                        "\"" + key + "\" is no id of a Zendesk user",
                        "Write the number that Zendesk shows in the address of the user's page.");
            } else if (field.getValue().isTextual()) {
                Long user = Long.valueOf(key);
                String id = field.getValue().textValue().strip();
                String other = users.putIfAbsent(user, id);
                Spot first = userSpots.putIfAbsent(user, spot);
                if (other != null && !other.equals(id)) {
                    problems.add(new Problem(
                            name,
                            spot.line(),
                            "user " + key + " has another Genesys id here than " + first.seenFrom(name),
                            "Delete the wrong one."));
                }
            }
        }
    }

    private void userIdField() {
        String field = text(tree.root(), "genesysUserIdField");
        if (field == null) {
            return;
        }
        if (genesysUserIdField == null) {
            genesysUserIdField = field;
            genesysUserIdFieldSpot = new Spot(name, tree.line("/genesysUserIdField"));
        } else if (!genesysUserIdField.equals(field)) {
            problem(
                    "/genesysUserIdField",
                    "genesysUserIdField is \"" + field + "\" here, and \"" + genesysUserIdField + "\" "
                            + genesysUserIdFieldSpot.seenFrom(name),
                    "It is one for the whole mapping: delete one.");
        }
    }

    private void entries(JsonNode node) {
        int[] lines = tree.linesIn(node);
        int before = entries.size();
        for (int i = 0; i < node.size(); i++) {
            JsonNode json = node.get(i);
            String pointer = "/groups/" + i;
            if (!json.isObject()) {
                continue;
            }
            String organization = text(json, "organization");
            Organization defined = organization == null ? null : organizations.get(organization);
            if (defined != null) {
                // One text for all entries of an organisation.
                organization = defined.name();
            } else if (organization != null) {
                references.add(new Reference(organization, new Spot(name, tree.line(pointer + "/organization"))));
            }
            Target target = target(json);
            String status = text(json, "status");
            List<Place> places = target == null ? List.of() : places(pointer, json, target);
            GroupRef group = group(pointer, json.path("zendeskGroup"));
            if (group == null || organization == null || target == null || places.isEmpty()) {
                continue;
            }
            for (Place place : places) {
                Spot first = seen.putIfAbsent(
                        List.of(group, organization, target.name(), place.id()), new Spot(name, lines[i]));
                if (first != null) {
                    problem(
                            pointer + "/zendeskGroup",
                            "group \"" + group + "\" is mapped to \"" + place.id() + "\" of organisation \""
                                    + organization + "\" a second time, first " + first.seenFrom(name),
                            "Delete one of the two entries.");
                }
            }
            entries.add(new Entry(
                    before + i,
                    name,
                    lines[i],
                    group,
                    organization,
                    target.name(),
                    places,
                    status == null ? null : shared(status, status),
                    statusByTag(json.path("statusByTag")),
                    tags(json.path("withTags")),
                    tags(json.path("withoutTags")),
                    json.path("absent").asBoolean(),
                    options(pointer, json, target)));
        }
    }

    private GroupRef group(String pointer, JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.canConvertToLong() && node.longValue() > 0 ? new GroupRef(node.longValue(), null) : null;
        }
        if (!node.isTextual() || node.textValue().isBlank()) {
            return null;
        }
        return GroupRef.of(node.textValue().strip());
    }

    /** The target that the entry names, or means; null if there is none of this name, which the schema says. */
    private Target target(JsonNode json) {
        String named = json.has("target")
                ? text(json, "target")
                : Targets.installed().usual().name();
        return named == null ? null : Targets.installed().of(shared(named, named));
    }

    private List<Place> places(String pointer, JsonNode json, Target target) {
        foreignKeys(pointer, json, target);
        return target.places(node(pointer, json));
    }

    private Object options(String pointer, JsonNode json, Target target) {
        Object options = target.options(node(pointer, json));
        return options == null ? null : shared(options, options);
    }

    private EntryNode node(String pointer, JsonNode json) {
        return new EntryNode() {
            @Override
            public JsonNode json() {
                return json;
            }

            @Override
            public void problem(String key, String what, String mend) {
                MappingFile.this.problem(key.isEmpty() ? pointer : pointer + "/" + key, what, mend);
            }
        };
    }

    private void foreignKeys(String pointer, JsonNode json, Target target) {
        List<Target> all = new ArrayList<>(Targets.installed().all());
        all.add(RoutesOnly.ANY);
        Set<String> told = new HashSet<>(target.keys());
        for (Target other : all) {
            other.keys().stream()
                    .filter(json::has)
                    .sorted()
                    .filter(told::add)
                    .forEach(key -> problem(
                            pointer + "/" + key,
                            key + " belongs to target " + other.name() + ", and this entry's target is "
                                    + target.name(),
                            "Delete it, or write target: " + other.name() + "."));
        }
    }

    /** Entries are many, and most say the same: one object for all that are equal. */
    @SuppressWarnings("unchecked")
    private <T> T shared(Object key, T value) {
        T first = (T) shared.putIfAbsent(key, value);
        return first == null ? value : first;
    }

    private Map<String, String> statusByTag(JsonNode node) {
        Map<String, String> statuses = new LinkedHashMap<>();
        node.properties()
                .forEach(field -> statuses.putIfAbsent(
                        field.getKey().strip().toLowerCase(Locale.ROOT),
                        field.getValue().asText()));
        return statuses.isEmpty()
                ? Map.of()
                : shared(List.copyOf(statuses.entrySet()), Collections.unmodifiableMap(statuses));
    }

    private Set<String> tags(JsonNode node) {
        Set<String> tags = new LinkedHashSet<>();
        node.forEach(tag -> tags.add(tag.asText().strip().toLowerCase(Locale.ROOT)));
        return tags.isEmpty() ? Set.of() : shared(List.copyOf(tags), Collections.unmodifiableSet(tags));
    }

    /** The values of one organisation. What is wrong with them concerns nobody else. */
    private final class Values {
        private final String pointer;
        private final JsonNode node;
        private final List<Problem> found = new ArrayList<>();

        private Values(String pointer, JsonNode node) {
            this.pointer = pointer;
            this.node = node;
        }

        private void wrong(String key, String what, String mend) {
            found.add(new Problem(name, tree.line(pointer + "/" + key), what, mend));
        }

        private boolean written(String key) {
            return !node.path(key).asText().contains("{{");
        }

        /** The value with its placeholders replaced; null if there is none, or a problem about it is told. */
        private String value(String key) {
            String raw = text(node, key);
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
            String mend = "Copy the id that GET /api/v2/organizations/me tells.";
            if (written("id")) {
                problem(pointer + "/id", "id \"" + value + "\" is no UUID", mend);
            } else {
                wrong("id", "id is no UUID once its variable is put in", mend);
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
                wrong("region", "region " + shown("region", value) + "is no domain", mend);
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

        /** What stands in the file may be repeated, what comes from a variable may not. */
        private String shown(String key, String value) {
            return written(key) ? "\"" + value + "\" " : "";
        }

        private Secret secret(String key) {
            String raw = text(node, key);
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
}
