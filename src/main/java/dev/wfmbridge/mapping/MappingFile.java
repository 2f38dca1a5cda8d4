package dev.wfmbridge.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Environment;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.mapping.MappingPart.Spot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads and checks the mapping: {@code config/mapping.yaml}, or a folder whose {@code *.yaml} together form one mapping, in order of
 * name. Each file is read, checked and released before the next one.
 */
public final class MappingFile {

    /** Some 60,000 entries; a folder may have many such files. */
    private static final int MOST_BYTES = 8 << 20;

    private static final String SOURCE = "zendesk";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern USER = Pattern.compile("\\d{1,18}");

    private final Environment environment;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** Of all parts so far; whatever must be unique across files is kept with the place where it first appeared. */
    private final Map<String, Organization> organizations = new LinkedHashMap<>();

    private final Map<String, Spot> organizationSpots = new HashMap<>();
    private final Map<String, String> organizationsById = new HashMap<>();
    private final Map<Long, String> users = new LinkedHashMap<>();
    private final Map<Long, Spot> userSpots = new HashMap<>();
    private final EntryNodes entries = new EntryNodes();
    private String genesysUserIdField;
    private Spot genesysUserIdFieldSpot;
    private boolean hasOrganizations;
    private boolean hasGroups;
    private boolean partsMissing;

    private String name;
    private MappingPart part;

    private MappingFile(Environment environment) {
        this.environment = environment;
    }

    /**
     * Reads the file, or the folder's files, as they are now. Problems with the values of one organisation do not fail the load;
     * they are in {@link Organization#problems()}.
     *
     * @param environment where {@code {{env:NAME}}} is looked up
     * @throws ConfigurationException if the mapping as a whole cannot be used, with all problems at once, in the order of files and lines
     */
    public static Mapping load(Path file, Environment environment) throws ConfigurationException {
        return new MappingFile(environment).read(file, true);
    }

    /**
     * The same for callers that only need the organisations: there need not be any entries.
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
        for (Path path : parts) {
            name = called(path);
            order.put(name, order.size());
            try {
                byte[] bytes = bytes(path);
                sha256 = sha256(bytes);
                all.append(path.getFileName()).append('\0').append(sha256).append('\n');
                part(text(bytes));
                if (!folder && part.tree().root() != null && part.tree().root().isObject()) {
                    whole(name, part.line(""), wantsEntries);
                }
            } catch (ConfigurationException unreadable) {
                problems.addAll(unreadable.problems());
                partsMissing = true;
            }
        }
        part = null;
        if (folder && !partsMissing) {
            whole(called(file), 0, wantsEntries);
        }
        problems.addAll(entries.undefined(organizations.keySet()));
        if (!problems.isEmpty()) {
            organizations.values().forEach(organization -> problems.addAll(organization.problems()));
            throw new ConfigurationException(problems.stream()
                    .distinct()
                    .sorted(Comparator.<Problem>comparingInt(problem -> order.getOrDefault(problem.file(), -1))
                            .thenComparingInt(Problem::line))
                    .toList());
        }
        Set<String> mapped = new HashSet<>();
        entries.all().forEach(entry -> mapped.add(entry.organization()));
        for (String organization : organizations.keySet()) {
            if (!mapped.contains(organization)) {
                warnings.add(
                        "organisation \"" + organization + "\" has no entry in the mapping: nothing is done for it");
            }
        }
        if (parts.size() > 1) {
            sha256 = sha256(all.toString().getBytes(StandardCharsets.UTF_8));
        }
        return new Mapping(file, sha256, organizations, genesysUserIdField, users, entries.all(), warnings);
    }

    /** The parts in a folder, by name. Hidden files belong to whatever mounts the folder. */
    private List<Path> parts(Path folder) throws ConfigurationException {
        List<Path> visible;
        try (Stream<Path> files = Files.list(folder)) {
            visible = files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted(Comparator.comparing(file -> file.getFileName().toString()))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new ConfigurationException(
                    called(folder),
                    "the folder cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Look at its permissions and at bridge.mapping.");
        }
        List<Path> parts = visible.stream()
                .filter(file -> file.getFileName().toString().endsWith(".yaml"))
                .toList();
        if (parts.isEmpty()) {
            throw new ConfigurationException(
                    called(folder),
                    "the folder has no file whose name ends in .yaml",
                    "Put the mapping into it, or set bridge.mapping to where it is.");
        }
        visible.stream()
                .filter(file -> file.getFileName().toString().endsWith(".yml"))
                .forEach(file ->
                        warnings.add(called(file) + " is not read: the name of a part of the mapping ends in .yaml"));
        return parts;
    }

    private void part(String text) {
        int before = problems.size();
        YamlTree tree = new YamlTree(name, text, problems);
        part = new MappingPart(name, tree, problems, warnings);
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
        entries.take(part, groups, organizations);
        if (problems.size() == before) {
            // Anything that an editor would mark as wrong is refused, even if nothing above describes it.
            verdict.misfit()
                    .ifPresent(place -> part.problem(
                            place,
                            "this does not fit mapping.schema.json",
                            "Compare it with the sample that comes with the bridge."));
        }
    }

    /** What a mapping must contain, in any of its files. */
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

    private byte[] bytes(Path file) throws ConfigurationException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new ConfigurationException(
                        name,
                        "the file is larger than " + (MOST_BYTES >> 20) + " MB",
                        "Name the mapping, or make it a folder of several files.");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(
                    name, "the file does not exist", "Write it, or set bridge.mapping to the one that you have.");
        } catch (IOException e) {
            String why = Files.isDirectory(file)
                    ? "is a folder"
                    : "cannot be read (" + e.getClass().getSimpleName() + ")";
            throw new ConfigurationException(name, "the file " + why, "Look at its permissions and at bridge.mapping.");
        }
    }

    private String text(byte[] bytes) throws ConfigurationException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(name, "the file is not in UTF-8", "Save it as UTF-8.");
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void organizations(JsonNode node) {
        if (node.isObject() && node.isEmpty()) {
            part.problem(
                    "/organizations", "organizations has none at all", "Define the Genesys organisation below it.");
        }
        int[] lines = part.tree().linesIn(node);
        int position = 0;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String key = field.getKey();
            String pointer = "/organizations/" + YamlTree.escaped(key);
            Spot spot = part.spot(lines[position++]);
            Spot first = organizationSpots.putIfAbsent(key, spot);
            if (first != null) {
                part.problem(
                        pointer,
                        "organisation \"" + key + "\" appears here a second time, first " + first.seenFrom(name),
                        "Delete one, or put both into one.");
                continue;
            }
            if (key.equals(SOURCE)) {
                part.problem(
                        pointer,
                        "an organisation cannot be called \"" + key + "\"",
                        "Call it otherwise: routes, metrics and log mean Zendesk's side by that name.");
            }
            if (!NAME.matcher(key).matches()) {
                part.problem(
                        pointer,
                        "\"" + key + "\" is not a name for an organisation",
                        "Use lower-case letters, digits and hyphens, 63 at most, a letter or digit first.");
            }
            Organization organization = new OrganizationNode(part, pointer, field.getValue(), environment).read(key);
            organizations.put(key, organization);
            if (organization.id() != null) {
                String other = organizationsById.putIfAbsent(organization.id(), key);
                if (other != null) {
                    Spot where = organizationSpots.get(other);
                    part.problem(
                            pointer + "/id",
                            "organisation \"" + key + "\" has the same id as \"" + other + "\""
                                    + (where.file().equals(name) ? "" : " " + where.seenFrom(name)),
                            "Correct one of the ids, or put both into one.");
                }
            }
        }
    }

    private void users(JsonNode node) {
        int[] lines = part.tree().linesIn(node);
        int position = 0;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String key = field.getKey();
            Spot spot = part.spot(lines[position++]);
            if (!USER.matcher(key).matches()) {
                part.problem(
                        "/users/" + YamlTree.escaped(key),
                        "\"" + key + "\" is not an id of a Zendesk user",
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
        String field = MappingPart.text(part.tree().root(), "genesysUserIdField");
        if (field == null) {
            return;
        }
        if (genesysUserIdField == null) {
            genesysUserIdField = field;
            genesysUserIdFieldSpot = part.spot(part.line("/genesysUserIdField"));
        } else if (!genesysUserIdField.equals(field)) {
            part.problem(
                    "/genesysUserIdField",
                    "genesysUserIdField is \"" + field + "\" here, and \"" + genesysUserIdField + "\" "
                            + genesysUserIdFieldSpot.seenFrom(name),
                    "It is one for the whole mapping: delete one.");
        }
    }
}
