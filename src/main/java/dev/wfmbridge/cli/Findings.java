package dev.wfmbridge.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wfmbridge.halt.HaltedException;
import dev.wfmbridge.http.Failures;
import dev.wfmbridge.http.Shape;
import dev.wfmbridge.http.Side;
import dev.wfmbridge.zendesk.Source;
import java.io.PrintStream;
import org.apache.camel.http.base.HttpOperationFailedException;

/** What {@code check} says: a line for people as soon as it is known, or all of it as one JSON object at the end. */
final class Findings {

    private final boolean json;
    private final ObjectNode report = JsonNodeFactory.instance.objectNode();
    private final PrintStream out = System.out;

    private boolean failed;

    /** @param json whether all of it is one JSON object, and nothing else is printed */
    Findings(boolean json) {
        this.json = json;
    }

    /** A reading whose failure is a line. */
    interface Reading {
        String read() throws Exception;
    }

    /** It was tried and works. */
    void ok(String line) {
        say("✓", line);
    }

    /** It was tried and does not work. */
    void no(String line) {
        failed = true;
        say("✗", line);
    }

    /** It cannot be tried without writing. */
    void untried(String line) {
        say("?", line);
    }

    /** It can be used, and somebody should know. */
    void warn(String line) {
        say("!", line);
    }

    private void say(String mark, String text) {
        if (json) {
            report.withArray("/lines").addObject().put("mark", mark).put("text", text);
        } else {
            out.println(mark + " " + Shape.line(text));
        }
    }

    /** Whether the reading succeeded. */
    boolean line(String what, Side side, Reading reading) {
        try {
            ok(what + ": " + reading.read());
            return true;
        } catch (IllegalStateException said) {
            no(what + ": " + said.getMessage());
        } catch (Exception failure) {
            no(what + ": " + explain(side, failure));
        }
        return false;
    }

    /** A group of Zendesk, for {@code --list}. */
    void list(String id, String name) {
        report.withObject("/zendesk")
                .withArray("/groups")
                .addObject()
                .put("id", id)
                .put("name", name);
        if (!json) {
            out.println("    group " + Shape.printable(id) + "  " + Shape.printable(name));
        }
    }

    /** What an organisation has, for {@code --list}. */
    void list(String organization, Inventory found) {
        report.withObject("/organizations").set(organization, found.toJson());
        if (!json) {
            found.print(out);
        }
    }

    /** @return the exit status */
    int end() {
        if (json) {
            out.println(report.put("failed", failed).toPrettyString());
        }
        return failed ? 1 : 0;
    }

    /** What a failed read means, and what to do. */
    static String explain(Side side, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HaltedException halted) {
                return halted.halt().message() + " " + halted.halt().nextStep();
            }
            if (cause instanceof HttpOperationFailedException answer) {
                return switch (answer.getStatusCode()) {
                    case 401 -> "HTTP 401, the credentials were refused: check client id and secret";
                    case 403 ->
                        side instanceof Source
                                ? "HTTP 403, the OAuth client's scopes, or its role, lack the permission for this: add it there"
                                : "HTTP 403, the client's role lacks the permission for this: give it to the role";
                    case 404 -> "HTTP 404, it does not exist, or this path is not served: see docs/targets.md";
                    default -> Failures.describe(answer);
                };
            }
        }
        return side.isHalted()
                ? side.currentHalt().message() + " " + side.currentHalt().nextStep()
                : Failures.describe(failure);
    }
}
