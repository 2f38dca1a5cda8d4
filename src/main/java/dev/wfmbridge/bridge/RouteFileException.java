package dev.wfmbridge.bridge;

import dev.wfmbridge.config.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** The routes cannot be used as they are edited. Carries every problem that was found. */
public final class RouteFileException extends Exception {

    private final transient List<Problem> problems;

    /** @param problems what is wrong, by file and line; not empty */
    RouteFileException(List<Problem> problems, Throwable cause) {
        super(problems.stream().map(Problem::oneLine).collect(Collectors.joining(System.lineSeparator())), cause);
        this.problems = List.copyOf(problems);
    }

    /** All problems, in the order of files and lines. */
    public List<Problem> problems() {
        return problems;
    }
}
