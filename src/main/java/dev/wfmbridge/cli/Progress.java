package dev.wfmbridge.cli;

import dev.wfmbridge.pass.Pass;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.camel.util.concurrent.CamelThreadFactory;

/** Progress on a terminal; nothing in a pipe. */
final class Progress implements AutoCloseable {

    private final ScheduledExecutorService clock;
    private final ProgressBar bar;

    private Progress(ScheduledExecutorService clock, ProgressBar bar) {
        this.clock = clock;
        this.bar = bar;
    }

    /** Shows what the pass under way does, if there is a terminal. */
    static Progress show(Supplier<Pass> pass) {
        if (!StandardStream.ERROR.isTerminal()) {
            return new Progress(null, null);
        }
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("memberships")
                .setInitialMax(-1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUnit(" segments", 1)
                .showSpeed()
                .continuousUpdate()
                .build();
        ScheduledExecutorService clock =
                Executors.newSingleThreadScheduledExecutor(new CamelThreadFactory("#name#", "progress", true));
        clock.scheduleAtFixedRate(() -> update(pass.get(), bar), 200, 200, TimeUnit.MILLISECONDS);
        return new Progress(clock, bar);
    }

    private static void update(Pass pass, ProgressBar bar) {
        if (pass == null || pass.getSource() == null) {
            return;
        }
        long mapped = pass.mapped();
        long ended = mapped - pass.balance();
        if (mapped > 0) {
            bar.setExtraMessage("");
            bar.maxHint(mapped);
            bar.stepTo(ended);
        } else {
            bar.setExtraMessage(pass.getSource().pages() + " pages read");
        }
    }

    @Override
    public void close() {
        if (clock != null) {
            clock.shutdownNow();
            bar.close();
        }
    }
}
