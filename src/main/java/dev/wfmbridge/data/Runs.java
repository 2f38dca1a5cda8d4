package dev.wfmbridge.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.util.function.ThrowingConsumer;

/** What passes left in {@code runs/}, for commands that show it. Anything unreadable is named, and left where it is. */
public final class Runs {
    private static final Path FOLDER = Path.of("runs");
    private static final String SUFFIX = ".json";
    private static final String OUTCOMES = ".outcomes.jsonl";
    private static final String LATEST = "latest";
    private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private static final String OF_EVENTS = "-events";
    private static final DateTimeFormatter OF_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** A file of a pass as it is written here; what else lies in the folder is somebody else's. */
    private static final Pattern WRITTEN =
            Pattern.compile("(\\d{8}T\\d{6}\\.\\d{3}Z(" + OF_EVENTS + ")?)(\\.json|\\.outcomes\\.jsonl)");

    private final DataFolder folder;
    private final ObjectMapper json = new ObjectMapper();

    public Runs(DataFolder folder) {
        this.folder = folder;
    }

    /** The id of a pass that begins now; ids sort by time. */
    public static String idNow() {
        return OF_TIME.format(Instant.now());
    }

    /** The id of a pass that begins now, and that sorts after another one, even if that one's clock was ahead. */
    public static String idAfter(String runId) {
        Instant now = Instant.now();
        Instant before = timeOf(runId);
        return OF_TIME.format(
                before == null || before.isBefore(now.truncatedTo(ChronoUnit.MILLIS)) ? now : before.plusMillis(1));
    }

    /** The id of a pass for the agents named by events, which distinguishes its report from those of complete passes by name. */
    public static String ofEvents(String runId) {
        return runId + OF_EVENTS;
    }

    /** When a pass began, by its id; null if no pass here gives itself such an id. */
    public static Instant timeOf(String runId) {
        try {
            return OF_TIME.parse(
                    isOfEvents(runId) ? runId.substring(0, runId.length() - OF_EVENTS.length()) : runId, Instant::from);
        } catch (DateTimeException none) {
            return null;
        }
    }

    /** Whether a text can be the id of a pass, and so part of a file's name. */
    public static boolean isRunId(String text) {
        return RUN_ID.matcher(text).matches();
    }

    /** Whether a pass was for the agents named by events. */
    public static boolean isOfEvents(String runId) {
        return runId.endsWith(OF_EVENTS);
    }

    /** Keeps the report of a pass; {@code whole}: one over all memberships, which is then the latest. */
    public void write(String runId, JsonNode report, boolean whole) throws IOException {
        folder.writeJson(FOLDER.resolve(runId + SUFFIX), report);
        if (whole) {
            folder.writeJson(FOLDER.resolve(LATEST + SUFFIX), report);
        }
    }

    /** Keeps the outcomes of a pass, a line each. */
    public void writeOutcomes(String runId, ThrowingConsumer<Writer, IOException> lines) throws IOException {
        folder.writeWhole(FOLDER.resolve(runId + OUTCOMES), lines);
    }

    /**
     * Deletes what all but the newest passes left: so many of passes named by events stay, and as many of others, however many events
     * come. The latest report stays, and every file that no pass wrote.
     *
     * @return how many passes' files were deleted
     */
    public int keepNewest(int most) throws IOException {
        Map<Boolean, TreeMap<String, List<Path>>> passes = Map.of(true, new TreeMap<>(), false, new TreeMap<>());
        for (Path file : folder.files(FOLDER)) {
            Matcher written = WRITTEN.matcher(file.getFileName().toString());
            if (written.matches()) {
                String runId = written.group(1);
                passes.get(isOfEvents(runId))
                        .computeIfAbsent(runId, id -> new ArrayList<>())
                        .add(file);
            }
        }
        int deleted = 0;
        for (TreeMap<String, List<Path>> byAge : passes.values()) {
            while (byAge.size() > most) {
                for (Path file : byAge.pollFirstEntry().getValue()) {
                    Files.deleteIfExists(file);
                }
                deleted++;
            }
        }
        return deleted;
    }

    /**
     * The latest word on an agent.
     *
     * @param runId the pass that it comes from
     * @param pairs of the agent, with their outcomes
     */
    public record Word(String runId, List<JsonNode> pairs) {}

    /**
     * What the newest pass that looked at an agent says: the last complete pass, or one requested by events since.
     *
     * @return empty if there was no pass yet
     * @throws DataFolderException if a report exists and cannot be read; the message says which file it is
     */
    public Optional<Word> newestWord(String zendeskUserId) throws DataFolderException {
        Optional<String> whole = latest().map(report -> report.path("runId").asText());
        try {
            for (JsonNode report : sinceLatest()) {
                String runId = report.path("runId").asText();
                boolean lookedAt = false;
                for (JsonNode agent : report.path("agents")) {
                    lookedAt |= agent.asText().equals(zendeskUserId);
                }
                if (lookedAt) {
                    Optional<List<JsonNode>> pairs = outcomesOf(runId, zendeskUserId);
                    // If it could not read the memberships, finding none means nothing.
                    if (pairs.isPresent()
                            && (!pairs.get().isEmpty()
                                    || report.path("complete").asBoolean())) {
                        return Optional.of(new Word(runId, pairs.get()));
                    }
                }
            }
        } catch (IOException failed) {
            throw unreadable(FOLDER, DataFolder.reason(failed), failed);
        }
        return whole.isEmpty()
                ? Optional.empty()
                : outcomesOf(whole.get(), zendeskUserId).map(pairs -> new Word(whole.get(), pairs));
    }

    /**
     * The reports of the passes requested by events since the last complete one, newest first.
     *
     * @throws IOException if one cannot be read, DataFolderException if that is the last one
     */
    public List<JsonNode> sinceLatest() throws IOException, DataFolderException {
        String last = latest().map(report -> report.path("runId").asText()).orElse("");
        List<JsonNode> reports = new ArrayList<>();
        for (String runId : newest(Integer.MAX_VALUE)) {
            if (isOfEvents(runId) && runId.compareTo(last) > 0) {
                report(runId).ifPresent(report -> reports.add(0, report));
            }
        }
        return reports;
    }

    /**
     * The report of the last pass.
     *
     * @return empty if there is none
     * @throws DataFolderException if there is one and it cannot be read; the message says which file it is
     */
    public Optional<JsonNode> latest() throws DataFolderException {
        Path file = FOLDER.resolve(LATEST + SUFFIX);
        try {
            Optional<JsonNode> report = folder.readJson(file);
            if (report.isPresent() && !isRunId(report.get().path("runId").asText())) {
                throw unreadable(file, "it is not a report", null);
            }
            return report;
        } catch (JsonProcessingException | CharConversionException garbage) {
            throw unreadable(file, "it is not JSON", garbage);
        } catch (IOException failed) {
            throw unreadable(file, DataFolder.reason(failed), failed);
        }
    }

    /**
     * The latest passes that left a report, newest last.
     *
     * @throws IOException if the folder cannot be read
     */
    public List<String> newest(int most) throws IOException {
        List<String> ids = folder.files(FOLDER).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(SUFFIX) && !name.equals(LATEST + SUFFIX))
                .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                .filter(Runs::isRunId)
                .toList();
        return ids.subList(Math.max(0, ids.size() - most), ids.size());
    }

    /**
     * The report of a pass.
     *
     * @return empty if there is none, or if the file is not a report
     * @throws IOException if it cannot be read
     */
    public Optional<JsonNode> report(String runId) throws IOException {
        if (!isRunId(runId)) {
            return Optional.empty();
        }
        try {
            return folder.readJson(FOLDER.resolve(runId + SUFFIX))
                    .filter(report -> report.path("runId").isTextual());
        } catch (JsonProcessingException | CharConversionException garbage) {
            return Optional.empty();
        }
    }

    /**
     * The pairs of one agent with their outcomes. The others are skipped, so their number costs no memory.
     *
     * @param runId as in a report
     * @return empty if there is no such pass
     * @throws DataFolderException if they are there and cannot be read; the message says which file it is
     */
    public Optional<List<JsonNode>> outcomesOf(String runId, String zendeskUserId) throws DataFolderException {
        if (!isRunId(runId)) {
            return Optional.empty();
        }
        Path file = FOLDER.resolve(runId + OUTCOMES);
        List<JsonNode> pairs = new ArrayList<>();
        int[] number = {0};
        try {
            folder.readLines(file, line -> {
                number[0]++;
                JsonNode pair = json.readTree(line);
                if (!pair.isObject()) {
                    throw new NoOutcomeException();
                }
                if (pair.path("zendeskUserId").asText().equals(zendeskUserId)) {
                    pairs.add(pair);
                }
            });
        } catch (JsonProcessingException garbage) {
            throw unreadable(file, "line " + number[0] + " is not JSON", garbage);
        } catch (NoOutcomeException other) {
            throw unreadable(file, "line " + number[0] + " is not an outcome", null);
        } catch (IOException failed) {
            throw unreadable(file, DataFolder.reason(failed), failed);
        }
        return folder.isFile(file) ? Optional.of(pairs) : Optional.empty();
    }

    private static final class NoOutcomeException extends IOException {}

    private DataFolderException unreadable(Path file, String why, IOException cause) {
        return new DataFolderException(
                folder.path().resolve(file) + " cannot be read: " + why
                        + ". The next pass writes it again; until then why --live asks both sides.",
                cause);
    }
}
