package dev.wfmbridge.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What passes left in {@code runs/}, for commands that show it. What cannot be read is named, and left where it is. */
public final class Runs {
    private static final Path FOLDER = Path.of("runs");
    private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final DataFolder folder;
    private final ObjectMapper json = new ObjectMapper();

    public Runs(DataFolder folder) {
        this.folder = folder;
    }

    /**
     * The report of the last pass.
     *
     * @return empty if there is none
     * @throws DataFolderException if there is one and it cannot be read; the message says which file it is
     */
    public Optional<JsonNode> latest() throws DataFolderException {
        Path file = FOLDER.resolve("latest.json");
        try {
            Optional<JsonNode> report = folder.readJson(file);
            if (report.isPresent()
                    && !RUN_ID.matcher(report.get().path("runId").asText()).matches()) {
                throw unreadable(file, "it is no report", null);
            }
            return report;
        } catch (JsonProcessingException | CharConversionException garbage) {
            throw unreadable(file, "it is no JSON", garbage);
        } catch (IOException failed) {
            throw unreadable(file, DataFolder.reason(failed), failed);
        }
    }

    /**
     * The pairs of a pass with their outcomes.
     *
     * @param runId as a report tells it
     * @return empty if there is no such pass
     * @throws DataFolderException if they are there and cannot be read; the message says which file it is
     */
    public Optional<List<JsonNode>> outcomes(String runId) throws DataFolderException {
        if (!RUN_ID.matcher(runId).matches()) {
            return Optional.empty();
        }
        Path file = FOLDER.resolve(runId + ".outcomes.jsonl");
        List<JsonNode> pairs = new ArrayList<>();
        try {
            for (String line : folder.readLines(file)) {
                JsonNode pair = json.readTree(line);
                if (!pair.isObject()) {
                    throw unreadable(file, "line " + (pairs.size() + 1) + " is no outcome", null);
                }
                pairs.add(pair);
            }
        } catch (JsonProcessingException garbage) {
            throw unreadable(file, "line " + (pairs.size() + 1) + " is no JSON", garbage);
        } catch (IOException failed) {
            throw unreadable(file, DataFolder.reason(failed), failed);
        }
        return folder.isFile(file) ? Optional.of(pairs) : Optional.empty();
    }

    private DataFolderException unreadable(Path file, String why, IOException cause) {
        return new DataFolderException(
                folder.path().resolve(file) + " cannot be read: " + why
                        + ". The next pass writes it anew; until then why --live asks both sides.",
                cause);
    }
}
