package dev.wfmbridge.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.data.Runs;
import dev.wfmbridge.report.StoredReport;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reports of the clock as files, where commands look for them. */
final class ShownReports {

    private static final Logger LOG = LoggerFactory.getLogger(ShownReports.class);

    private final DataFolder folder;
    private final int keep;

    /** @param keep how many reports of whole passes, and as many of others */
    ShownReports(DataFolder folder, int keep) {
        this.folder = folder;
        this.keep = keep;
    }

    /** Shows a record of the clock, if it is a report. */
    void show(JsonNode record) {
        if (!ClockTopic.REPORT.equals(record.path("type").asText())) {
            return;
        }
        JsonNode report = record.path("report");
        try {
            Runs runs = new Runs(folder);
            runs.write(record.path("runId").asText(), report, !new StoredReport(report).isPartial());
            runs.keepNewest(keep);
        } catch (IOException | IllegalArgumentException unwritten) {
            LOG.warn("the report of a pass could not be kept here");
        }
    }
}
