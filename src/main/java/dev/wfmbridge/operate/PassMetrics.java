package dev.wfmbridge.operate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.delivery.SegmentKeys;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.pass.Pass;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.LongAdder;

/** The metrics of the passes as a whole, and of this process: those without the label {@code organization}. */
final class PassMetrics {

    /** Zendesk's API tokens stop working after this day (contract of Zendesk). */
    static final LocalDate API_TOKENS_END = LocalDate.of(2027, 4, 30);

    private final SettledStates states;
    private final SegmentKeys keys;
    private final DataFolder folder;
    private final boolean legacyToken;
    private final Instant startedAt = Instant.now();
    private final LongAdder complete = new LongAdder();
    private final LongAdder incomplete = new LongAdder();
    private volatile Ended last;
    private volatile Instant startedElsewhere;

    /** What the last pass over all memberships left as a whole. */
    private record Ended(
            boolean complete, boolean sourceComplete, long writeBackFailed, boolean folderFailed, Duration took) {}

    /** @param legacyToken whether Zendesk is called with an API token, whose end is known */
    PassMetrics(SettledStates states, SegmentKeys keys, DataFolder folder, boolean legacyToken) {
        this.states = states;
        this.keys = keys;
        this.folder = folder;
        this.legacyToken = legacyToken;
    }

    /** A pass over all memberships has ended here. */
    void ended(Pass pass, Instant now) {
        (pass.isComplete() ? complete : incomplete).increment();
        boolean sourceComplete = pass.getSource().isComplete();
        // Without a complete listing nothing is written back, so nothing is known about it.
        long unwritten =
                sourceComplete ? pass.writeBackFailures() : Math.max(writeBackFailed(), pass.writeBackFailures());
        last = new Ended(
                pass.isComplete(),
                sourceComplete,
                unwritten,
                pass.isDataFolderFailed(),
                Duration.between(pass.startedAt(), now));
    }

    /** One has ended at another process. */
    void heard(JsonNode report, long writeBackFailed) {
        startedElsewhere = Settled.instant(report.path("startedAt"));
        Instant finished = Settled.instant(report.path("finishedAt"));
        JsonNode zendesk = report.at("/zendesk/default");
        last = new Ended(
                report.path("complete").asBoolean(),
                zendesk.path("incompleteBecause").isNull()
                        && zendesk.path("halted").isNull(),
                writeBackFailed,
                false,
                startedElsewhere == null || finished == null
                        ? Duration.ZERO
                        : Duration.between(startedElsewhere, finished));
    }

    /** Statuses that the last pass could not write to Zendesk. */
    long writeBackFailed() {
        Ended ended = last;
        return ended == null ? 0 : ended.writeBackFailed();
    }

    /** @param pass the one under way or the last one; null before the first */
    void tell(Exposition told, Pass pass) {
        Ended ended = last;
        boolean underWay = pass != null && pass.finishedAt() == null && !pass.isPartial();
        told.gauge("start_timestamp_seconds", "When this process began", Exposition.seconds(startedAt));
        told.gauge("pass_under_way", "1 while a pass is under way", underWay ? 1 : 0);
        told.gauge(
                "pass_conservation",
                "mapped - outcomes - in flight, 0 at any moment, or something was lost",
                pass == null ? 0 : pass.conservation());
        told.gauge(
                "pass_started_timestamp_seconds",
                "When the pass under way or the last one began",
                Exposition.seconds(lastStarted(pass)));
        told.gauge(
                "pass_duration_seconds",
                "How long the last pass took",
                ended == null ? Double.NaN : ended.took().toMillis() / 1000.0);
        told.gauge(
                "pass_complete",
                "1 if the last pass read its source to the end, no mapped group was missing and nothing was halted",
                ended == null ? Double.NaN : ended.complete() ? 1 : 0);
        told.gauge(
                "zendesk_complete",
                "1 if the last pass read Zendesk's memberships to the end",
                ended == null ? Double.NaN : ended.sourceComplete() ? 1 : 0);
        told.gauge(
                "zendesk_credentials_refused",
                "1 if Zendesk refused the credentials",
                states.haltsNow(SettledStates.ZENDESK, pass).containsKey(HaltReason.CREDENTIALS) ? 1 : 0);
        told.gauge(
                "mapping_refused",
                "1 if the mapping file was refused, the last good one being in force",
                pass != null && pass.isMappingRefused() ? 1 : 0);
        told.gauge(
                "data_folder_failed",
                "1 if the data folder could not be written",
                ended != null && ended.folderFailed() || pass != null && pass.isDataFolderFailed() ? 1 : 0);
        try {
            FileStore store = Files.getFileStore(folder.path());
            told.gauge(
                    "data_folder_free_bytes", "What can be written to the data folder's disk", store.getUsableSpace());
            told.gauge("data_folder_size_bytes", "The size of the data folder's disk", store.getTotalSpace());
        } catch (IOException away) {
            // Unknown; data_folder_failed reports that the folder is missing.
            told.gauge("data_folder_free_bytes", "What can be written to the data folder's disk", Double.NaN);
        }
        told.gauge("write_back_failed", "Statuses that the last pass could not write to Zendesk", writeBackFailed());
        told.gauge(
                "last_complete_pass_timestamp_seconds",
                "When the last complete pass ended, 0 if none did",
                Exposition.seconds(states.lastComplete()));
        told.gauge("idempotent_keys", "Keys of segments that were delivered a moment ago", keys.getSize());
        if (legacyToken) {
            told.gauge(
                    "zendesk_api_token_end_timestamp_seconds",
                    "When Zendesk's API tokens end",
                    API_TOKENS_END.atStartOfDay(ZoneOffset.UTC).toInstant().getEpochSecond());
        }
        told.counter("passes", "Passes that ended, replays not counted", complete.sum(), "complete", "true");
        told.counter("passes", "Passes that ended, replays not counted", incomplete.sum(), "complete", "false");
    }

    private Instant lastStarted(Pass pass) {
        Instant here = pass == null ? null : pass.startedAt();
        Instant elsewhere = startedElsewhere;
        return here == null || elsewhere != null && elsewhere.isAfter(here) ? elsewhere : here;
    }
}
