package dev.wfmbridge.bridge;

import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.DeadLetters;
import dev.wfmbridge.data.Runs;
import dev.wfmbridge.operate.BridgeMetrics;
import dev.wfmbridge.operate.MetricsFile;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.report.PairLines;
import dev.wfmbridge.report.RunReport;
import dev.wfmbridge.segment.Outcome;
import dev.wfmbridge.segment.SegmentMessage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a pass leaves behind when it has ended: its report and outcomes, metrics, and the removal of dead letters no longer needed. */
final class PassRecords {

    private static final Logger LOG = LoggerFactory.getLogger(PassRecords.class);

    private final Settings settings;
    private final DataFolder folder;
    private final DeadLetters letters;
    private final BridgeMetrics metrics;
    private final MetricsFile textfile;

    /** @param toTextfile whether each pass writes {@code metrics.prom} for a node exporter ({@code once}) */
    PassRecords(Settings settings, DataFolder folder, DeadLetters letters, BridgeMetrics metrics, boolean toTextfile) {
        this.settings = settings;
        this.folder = folder;
        this.letters = letters;
        this.metrics = metrics;
        this.textfile = toTextfile
                ? new MetricsFile(
                        metrics, folder, settings.get(Property.METRICS_FILE), settings.get(Property.METRICS_FILE_MODE))
                : null;
    }

    /** The metrics of a pass that has ended. */
    void measure(Pass pass) {
        try {
            metrics.ended(pass);
            // A replay, and a pass for some agents, say nothing of the last whole one.
            if (textfile != null && !pass.isPartial()) {
                textfile.write();
            }
        } catch (IOException full) {
            pass.dataFolderFails(
                    "The metrics could not be written: free disk space, or fix the permissions of the data folder and of the folder of metrics.file.");
        }
    }

    /**
     * Letters of segments that the pass did not meet go, and those that are too old.
     *
     * @param ofPart whether the organisations of the pass are this process' own alone, so that others' letters stay as they are
     */
    void withdrawStrangers(Pass pass, boolean ofPart) {
        Duration keep = settings.get(Property.BRIDGE_KEEP_LETTERS);
        try {
            withdraw(pass);
            if (!ofPart) {
                letters.prune(keep, Clock.systemUTC());
                return;
            }
            for (OrganizationPass organization : pass.getOrganizations()) {
                letters.prune(organization.getName(), keep, Clock.systemUTC());
            }
        } catch (IOException failed) {
            pass.dataFolderFails("Dead letters could not be withdrawn: fix the data folder's permissions.");
        }
    }

    private void withdraw(Pass pass) throws IOException {
        for (OrganizationPass organization : pass.getOrganizations()) {
            boolean complete = pass.brokenBy() == null
                    && pass.getSource().isComplete()
                    && pass.missingGroups(organization.getName()) == 0
                    && !organization.isHalted()
                    && organization.placeHalts().isEmpty();
            if (complete && !pass.isPartial()) {
                letters.withdrawAllBut(
                        organization.getName(),
                        organization.getMessages().stream()
                                .filter(message ->
                                        message.ending() == Outcome.DEAD_LETTERED || message.ending() == Outcome.HELD)
                                .map(SegmentMessage::id)
                                .collect(Collectors.toSet()));
            }
        }
    }

    /** The report and the outcomes; they go to the log where the folder cannot be written. */
    void write(Pass pass) {
        folder.takeWarnings().forEach(pass::warn);
        try {
            Runs runs = new Runs(folder);
            runs.writeOutcomes(pass.getRunId(), lines -> PairLines.write(pass, lines));
            runs.write(pass.getRunId(), RunReport.of(pass), !pass.isPartial());
            runs.keepNewest(settings.get(Property.BRIDGE_KEEP_RUNS));
        } catch (IOException full) {
            pass.dataFolderFails("The report could not be written to " + folder.path()
                    + ": free disk space, or fix the folder's permissions.");
            LOG.error("The report could not be written: {}", RunReport.of(pass));
        }
    }
}
