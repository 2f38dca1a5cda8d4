package dev.wfmbridge.cli;

import dev.wfmbridge.bridge.RouteFileException;
import dev.wfmbridge.bridge.RouteMistakeException;
import dev.wfmbridge.config.ConfigurationException;
import dev.wfmbridge.config.Problem;
import dev.wfmbridge.data.DataFolderException;
import dev.wfmbridge.data.LockHeldException;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.kafka.UnreachableException;
import dev.wfmbridge.pass.BrokenException;
import java.io.PrintWriter;
import java.net.BindException;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Reports each of a user's mistakes in one line, and an error of the bridge itself without internals. */
final class Mistakes implements CommandLine.IExecutionExceptionHandler {

    @Override
    public int handleExecutionException(Exception failure, CommandLine line, CommandLine.ParseResult parsed) {
        PrintWriter err = line.getErr();
        int status = tell(failure, err);
        err.flush();
        return status;
    }

    private static int tell(Exception failure, PrintWriter err) {
        if (failure instanceof ConfigurationException configuration) {
            configuration.problems().stream()
                    .map(Problem::oneLine)
                    .map(Shape::line)
                    .forEach(err::println);
            return 1;
        }
        if (failure instanceof DataFolderException
                || failure instanceof LockHeldException
                || failure instanceof UnreachableException) {
            err.println(Shape.line(failure.getMessage()));
            return 1;
        }
        if (ObjectHelper.getException(BindException.class, failure) != null) {
            err.println("A port was taken while the bridge started: see camel.management.port and webhook.port.");
            return 1;
        }
        RouteFileException routes = ObjectHelper.getException(RouteFileException.class, failure);
        if (routes != null) {
            err.println(routes.getMessage());
            return 1;
        }
        if (failure instanceof RouteMistakeException || failure instanceof BrokenException) {
            err.println(failure.getMessage());
            return 4;
        }
        LoggerFactory.getLogger(Mistakes.class).debug("internal error", failure);
        err.println("An error of the bridge itself: " + failure.getClass().getSimpleName()
                + ". Set LOG_LEVEL=DEBUG and LOG_FORMAT=json and run it again to see where, and report it.");
        return 4;
    }
}
