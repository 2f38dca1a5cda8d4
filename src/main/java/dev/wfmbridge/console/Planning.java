package dev.wfmbridge.console;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.bridge.Bridge;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.PassOrder;
import dev.wfmbridge.pass.Trigger;
import dev.wfmbridge.report.PairLines;
import dev.wfmbridge.report.RunReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.camel.util.function.ThrowingBiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plan, or a question put to both sides, which is a plan for one agent: one at a time, none while a pass is under
 * way, and a pass that begins ends it. So it takes neither quota nor memory from a pass. The last plan and the last
 * answer are kept, ids only. Thread-safe.
 */
final class Planning {

    private static final Logger LOG = LoggerFactory.getLogger(Planning.class);

    /** Segments that a plan lists here; the command lists all. */
    static final int MOST_SEGMENTS = 2_000;

    private final Bridge bridge;
    private final Duration limit;
    private final Executor worker;
    private boolean underWay;
    private ObjectNode plan = none();
    private ObjectNode answer = none();

    /**
     * @param limit how long a plan may take
     * @param worker where it runs
     */
    Planning(Bridge bridge, Duration limit, Executor worker) {
        this.bridge = bridge;
        this.limit = limit;
        this.worker = worker;
    }

    private static ObjectNode none() {
        return JsonNodeFactory.instance.objectNode().put("state", "none");
    }

    synchronized ObjectNode startPlan() throws Refusal {
        plan = start(
                new PassOrder(Trigger.PLAN, limit, false),
                (pass, into) -> into.set("plan", RunReport.of(pass, MOST_SEGMENTS)));
        return plan();
    }

    synchronized ObjectNode startWhy(long zendeskId) throws Refusal {
        answer = start(PassOrder.planFor(List.of(zendeskId), limit), (pass, into) -> {
            ObjectNode said = Questions.answer(String.valueOf(zendeskId), PairLines.ofAgent(pass, zendeskId));
            said.put("complete", pass.isComplete());
            into.set("answer", said);
        });
        return answer();
    }

    /** The plan under way or the last one. */
    synchronized ObjectNode plan() {
        return withProgress(plan);
    }

    /** The question under way or the last one. */
    synchronized ObjectNode answer() {
        return withProgress(answer);
    }

    /** @param taken puts what a completed plan says into the result */
    private ObjectNode start(PassOrder order, ThrowingBiConsumer<Pass, ObjectNode, Exception> taken) throws Refusal {
        if (underWay) {
            throw new Refusal(409, "A plan, or a question put to both sides, is under way: one at a time.");
        }
        if (bridge.passes().isUnderWay()) {
            throw new Refusal(
                    409, "A pass is under way, and a plan would take its quota: ask again when it has ended.");
        }
        underWay = true;
        ObjectNode begun = JsonNodeFactory.instance
                .objectNode()
                .put("state", "running")
                .put("startedAt", Instant.now().toString());
        try {
            worker.execute(() -> make(begun, order, taken));
        } catch (RuntimeException stopping) {
            underWay = false;
            throw new Refusal(503, "The bridge is stopping.");
        }
        return begun;
    }

    private void make(ObjectNode job, PassOrder order, ThrowingBiConsumer<Pass, ObjectNode, Exception> taken) {
        String state = "failed";
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        Pass pass = null;
        try {
            pass = bridge.pass(order);
            if (pass == null) {
                result.put("message", "Another plan is under way.");
            } else if (pass.gaveWay()) {
                state = "gave-way";
            } else if (pass.isRefused()) {
                result.put("message", pass.refusal());
            } else {
                taken.accept(pass, result);
                state = "done";
            }
        } catch (Exception failed) {
            LOG.error("console: a plan failed with {}", failed.getClass().getSimpleName());
            result.put("message", "The plan failed; the log says more.");
        }
        if (pass != null) {
            pass.letGo();
        }
        synchronized (this) {
            job.setAll(result);
            job.put("state", state).put("finishedAt", Instant.now().toString());
            underWay = false;
        }
    }

    /** A copy, since the answer is written out while the plan goes on. */
    private ObjectNode withProgress(ObjectNode job) {
        ObjectNode now = JsonNodeFactory.instance.objectNode();
        now.setAll(job);
        Pass pass = bridge.passes().plan();
        if (job.path("state").asText().equals("running") && pass != null && pass.getSource() != null) {
            Glance.progress(pass, now);
        }
        return now;
    }
}
