package dev.wfmbridge.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.compact.TextColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The dead letters, a file for each segment: {@code dead-letter/ORGANIZATION/SEGMENTID.json} in the data folder. Thread-safe. A file
 * that is not a letter is put aside, reported to a listener, and counts as missing; files that are not the bridge's own are left alone.
 * Only disk failures throw.
 */
public final class DeadLetters {
    private static final Path ROOT = Path.of("dead-letter");
    private static final String SUFFIX = ".json";
    private static final String NEXT = "It counts as missing, and is written again when its segment fails again";
    /** A letter, or a former one. */
    private static final Pattern PRUNED = Pattern.compile(".+\\.json(\\.unreadable(\\.\\d+)?)?");

    private static final Duration FIRST_WAIT = Duration.ofMinutes(15);
    /** How long a letter waits at most before its segment is tried again. */
    public static final Duration LONGEST_WAIT = Duration.ofHours(24);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final DataFolder folder;
    private final Consumer<String> warnings;

    /**
     * @param warnings is told, one sentence each, about files that are not letters
     */
    public DeadLetters(DataFolder folder, Consumer<String> warnings) {
        this.folder = folder;
        this.warnings = warnings;
    }

    /** The letter of a segment, if there is one. */
    public synchronized Optional<DeadLetter> find(String organization, String segmentId) throws IOException {
        return read(file(organization, segmentId));
    }

    /** All letters, organisation by organisation. */
    public synchronized List<FiledLetter> list() throws IOException {
        List<FiledLetter> letters = new ArrayList<>();
        for (String organization : folder.organizations(ROOT)) {
            letters.addAll(list(organization));
        }
        return letters;
    }

    /** The organisations that have, or had, letters. */
    public synchronized List<String> organizations() throws IOException {
        return folder.organizations(ROOT);
    }

    /** The segments of one organisation that have a letter on file; no letter is opened. */
    public synchronized Set<String> segments(String organization) throws IOException {
        return folder.files(folderOf(organization)).stream()
                .filter(DeadLetters::isNamedAsLetter)
                .map(DeadLetters::segmentOf)
                .collect(Collectors.toSet());
    }

    /** The letters of one organisation, in the order of their segments' ids. */
    public synchronized List<FiledLetter> list(String organization) throws IOException {
        List<FiledLetter> letters = new ArrayList<>();
        for (Path file : folder.files(folderOf(organization))) {
            if (isNamedAsLetter(file)) {
                read(file).ifPresent(letter -> letters.add(new FiledLetter(organization, letter)));
            }
        }
        return letters;
    }

    /**
     * Files a letter, replacing the segment's earlier one but keeping when the segment first failed and how often. If its code is one
     * that waits, it is due 15 min · 2ⁿ after its last failure, n being the failures before this one, and 24 h at most.
     *
     * @return the letter as it was filed
     * @throws IOException if it could not be filed; the earlier one, if any, is still there
     */
    public synchronized DeadLetter put(String organization, DeadLetter letter) throws IOException {
        Path file = file(organization, letter.segmentId());
        Optional<DeadLetter> previous = read(file);
        int before = previous.map(DeadLetter::failures).orElse(0);
        DeadLetter.Evidence seen = letter.evidence();
        Instant firstAt = previous.map(earlier -> earlier.evidence().firstAt()).orElse(seen.firstAt());
        DeadLetter filed = new DeadLetter(
                letter.segment(),
                letter.source(),
                letter.code(),
                letter.message(),
                new DeadLetter.Evidence(
                        seen.status(), seen.correlationId(), seen.reads(), seen.attempts(), firstAt, seen.lastAt()),
                letter.nextStep(),
                letter.code().waits() ? seen.lastAt().plus(wait(before)) : null,
                before + 1);
        folder.writeJson(file, filed.toJson());
        folder.journal().letter(organization, letter.segmentId(), filed.toJson());
        return filed;
    }

    private static Duration wait(int failuresBefore) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(failuresBefore, 20));
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    /** Removes the letter of a segment. Returns whether there was one. */
    public synchronized boolean withdraw(String organization, String segmentId) throws IOException {
        boolean there = folder.delete(file(organization, segmentId));
        if (there) {
            folder.journal().letter(organization, segmentId, null);
        }
        return there;
    }

    /**
     * Removes the letters of all segments but these; a file that is not a letter is never deleted by this.
     *
     * @return how many
     */
    public synchronized int withdrawAllBut(String organization, Set<String> segmentIds) throws IOException {
        int withdrawn = 0;
        for (String segmentId : segments(organization)) {
            if (!segmentIds.contains(segmentId)
                    && isLetter(organization, segmentId)
                    && withdraw(organization, segmentId)) {
                withdrawn++;
            }
        }
        return withdrawn;
    }

    /** The bridge's segments have UUIDs as ids; a file of another name is opened, and put aside if it is not a letter. */
    private boolean isLetter(String organization, String segmentId) throws IOException {
        return TextColumn.uuid(segmentId) != null
                || read(file(organization, segmentId)).isPresent();
    }

    /**
     * Deletes the letters, of any organisation, whose segment last failed longer ago than that. For files that were put
     * aside, the file's own time counts.
     *
     * @return how many
     */
    public synchronized int prune(Duration keep, Clock clock) throws IOException {
        Instant before = clock.instant().minus(keep);
        int pruned = 0;
        for (String organization : folder.organizations(ROOT)) {
            pruned += prune(organization, before);
        }
        return pruned;
    }

    /** The same for one organisation. */
    public synchronized int prune(String organization, Duration keep, Clock clock) throws IOException {
        return prune(organization, clock.instant().minus(keep));
    }

    private int prune(String organization, Instant before) throws IOException {
        int pruned = 0;
        for (Path file : folder.files(folderOf(organization))) {
            if (PRUNED.matcher(file.getFileName().toString()).matches()
                    && lastAt(file).isBefore(before)
                    && folder.delete(file)) {
                pruned++;
                if (isNamedAsLetter(file)) {
                    folder.journal().letter(organization, segmentOf(file), null);
                }
            }
        }
        return pruned;
    }

    /**
     * Takes over what another process filed or withdrew.
     *
     * @param letter null if it was withdrawn
     * @throws IllegalArgumentException if it is not a letter
     */
    public synchronized void takeOver(String organization, String segmentId, JsonNode letter) throws IOException {
        Path file = file(organization, segmentId);
        if (letter == null) {
            folder.delete(file);
        } else {
            folder.writeJson(file, DeadLetter.fromJson(letter).toJson());
        }
    }

    private Instant lastAt(Path file) throws IOException {
        if (isNamedAsLetter(file)) {
            Optional<DeadLetter> letter = read(file);
            if (letter.isPresent()) {
                return letter.get().evidence().lastAt();
            }
        }
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (NoSuchFileException e) {
            return Instant.MAX; // gone in the meantime: nothing to prune
        }
    }

    private Optional<DeadLetter> read(Path file) throws IOException {
        Optional<JsonNode> json = folder.readOwn(file, NEXT, warnings);
        if (json.isEmpty()) {
            return Optional.empty();
        }
        try {
            DeadLetter letter = DeadLetter.fromJson(json.get());
            if (!file.endsWith(letter.segmentId() + SUFFIX)) {
                throw new IllegalArgumentException("it is named for another segment");
            }
            return Optional.of(letter);
        } catch (IllegalArgumentException e) {
            folder.putAside(file, "is not a dead letter (" + e.getMessage() + ")", NEXT, warnings);
            return Optional.empty();
        }
    }

    private static boolean isNamedAsLetter(Path file) {
        return file.getFileName().toString().endsWith(SUFFIX);
    }

    private static String segmentOf(Path letter) {
        String name = letter.getFileName().toString();
        return name.substring(0, name.length() - SUFFIX.length());
    }

    private static Path file(String organization, String segmentId) {
        return folderOf(organization).resolve(named(segmentId, "segment id") + SUFFIX);
    }

    private static Path folderOf(String organization) {
        return ROOT.resolve(named(organization, "organisation"));
    }

    /** Both come from outside, and become names of files. */
    private static String named(String text, String what) {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException("a " + what + " that is not a name for a file");
        }
        return text;
    }
}
