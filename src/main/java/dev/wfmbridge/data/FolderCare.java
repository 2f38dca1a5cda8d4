package dev.wfmbridge.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upkeep that the holder of a data folder's lock does: it deletes what a killed process left half-written, removes others' access
 * where possible, and names once what is not the bridge's own.
 */
final class FolderCare {

    private static final Logger LOG = LoggerFactory.getLogger(FolderCare.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final Duration ABANDONED = Duration.ofHours(1);
    private static final Path LATEST = Path.of("runs", "latest.json");
    private static final Path LETTERS = Path.of("dead-letter");
    private static final Set<String> OWN = Set.of(
            "lock",
            "runs",
            "dead-letter",
            "ledger",
            "handover",
            "operate.json",
            "suspended.json",
            "metrics.prom",
            "sandbox",
            "kafka");
    /** Every volume with an ext file system has it. */
    private static final String LOST_AND_FOUND = "lost+found";

    private static final Pattern PUT_ASIDE = Pattern.compile(".+\\.unreadable(\\.\\d+)?");

    private final DataFolder folder;
    private final Path path;
    private final UserPrincipal user;

    /** @param user the owner of new files; null if the file system has no owners */
    FolderCare(DataFolder folder, UserPrincipal user) {
        this.folder = folder;
        this.path = folder.path();
        this.user = user;
    }

    void lookAfter() throws IOException {
        sweep();
        guardAccess();
        lookAtLatest();
    }

    /** Removes what a killed process left half-written, and names what is not the bridge's own. */
    private void sweep() {
        List<Path> folders = new ArrayList<>(List.of(
                path, path.resolve("runs"), path.resolve("ledger"), path.resolve("handover"), path.resolve(LETTERS)));
        for (Path entry : entries(path.resolve(LETTERS))) {
            if (DataFolder.isOrganization(entry)) {
                folders.add(entry);
            } else if (!WholeFiles.isTemporary(entry)) {
                warnForeign(entry);
            }
        }
        for (Path each : folders) {
            for (Path entry : entries(each)) {
                if (WholeFiles.isTemporary(entry)) {
                    deleteAbandoned(entry);
                } else if (each.equals(path) && !isKnown(entry.getFileName().toString())) {
                    warnForeign(entry);
                }
            }
        }
    }

    private static boolean isKnown(String name) {
        return OWN.contains(name)
                || name.equals(LOST_AND_FOUND)
                || name.startsWith(".")
                || PUT_ASIDE.matcher(name).matches();
    }

    private void warnForeign(Path entry) {
        folder.warn("data folder " + path + ": " + path.relativize(entry)
                + " is not one of the bridge's own, and is left alone. Keep other files elsewhere.");
    }

    private void deleteAbandoned(Path file) {
        Instant before = Clock.systemUTC().instant().minus(ABANDONED);
        try {
            if (Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                    .toInstant()
                    .isBefore(before)) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{}: its writer was alive after all, and has finished", file);
        } catch (IOException e) {
            folder.warn("data folder " + path + ": " + path.relativize(file) + ", half-written, cannot be deleted: "
                    + DataFolder.reason(e) + ".");
        }
    }

    /** The content of one of the bridge's own folders; empty if it is missing, with a warning if it cannot be listed. */
    private List<Path> entries(Path of) {
        if (!Files.isDirectory(of)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(of)) {
            return all.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            folder.warn("data folder " + path + ": " + of.getFileName() + " cannot be listed: " + DataFolder.reason(e)
                    + ". Give the bridge's user the right to read there.");
            return List.of();
        }
    }

    /**
     * An existing folder may be open to others. If it is ours, that is fixed; a Kubernetes volume belongs to root and is
     * writable by a group, and has to stay so.
     */
    private void guardAccess() throws IOException {
        if (user == null) {
            return;
        }
        PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
        String owner = attributes.owner().getName();
        boolean ours = attributes.owner().equals(user);
        String objection = objection(owner, user.getName(), attributes.permissions());
        if (objection == null) {
            return;
        }
        if (ours) {
            try {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
                objection += ": it is 0700 now";
            } catch (IOException e) {
                objection += ", and cannot be closed: " + DataFolder.reason(e);
            }
        }
        folder.warn("data folder " + path + " " + objection + ".");
    }

    /** What is wrong with a folder with that owner and mode; null if nothing. */
    static String objection(String owner, String user, Set<PosixFilePermission> permissions) {
        boolean open =
                permissions.stream().anyMatch(permission -> !permission.name().startsWith("OWNER"));
        String mode = PosixFilePermissions.toString(permissions);
        if (owner.equals(user)) {
            return open ? "was open to others (" + mode + ")" : null;
        }
        if (!open) {
            return "belongs to " + owner + ", and this runs as " + user + ": " + owner
                    + " cannot read what is made now. Run the bridge as one user";
        }
        return "belongs to " + owner + " (" + mode + "), this runs as " + user + ": "
                + (permissions.contains(PosixFilePermission.OTHERS_WRITE)
                        ? "anybody can take its files away. Give the folder to the bridge's user, with mode 0700"
                        : "who is in its group can take its files away. Let nobody else be in it");
    }

    /** Only {@code why} reads it, and the next pass would overwrite whatever is wrong with it. */
    private void lookAtLatest() throws IOException {
        Path file = path.resolve(LATEST);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (InputStream in = BoundedFiles.open(file);
                JsonParser parser = JSON.createParser(in)) {
            boolean object = parser.nextToken() == JsonToken.START_OBJECT;
            parser.skipChildren();
            if (!object || parser.nextToken() != null) {
                folder.putAside(
                        LATEST,
                        "is not a report",
                        "The next pass writes it again",
                        sentence -> LOG.warn("{}", sentence));
            }
        } catch (JsonProcessingException
                | CharConversionException
                | UnreadableException
                | AccessDeniedException garbage) {
            folder.putAside(
                    LATEST,
                    DataFolder.why(garbage),
                    "The next pass writes it again",
                    sentence -> LOG.warn("{}", sentence));
        }
    }
}
