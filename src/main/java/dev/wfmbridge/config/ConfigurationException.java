package dev.wfmbridge.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used. Carries every problem that was found, never only the first. */
public final class ConfigurationException extends Exception {
    private final transient List<Problem> problems;

    /**
     * @param problems what is wrong, in the order in which it is to be shown; not empty
     */
    public ConfigurationException(List<Problem> problems) {
        super(problems.stream().map(Problem::oneLine).collect(Collectors.joining(System.lineSeparator())));
        this.problems = List.copyOf(problems);
    }

    /** One problem with a file as a whole; the parameters are those of {@link Problem}. */
    public ConfigurationException(String file, String what, String mend) {
        this(List.of(new Problem(file, 0, what, mend)));
    }

    /** All problems, in the order of the file. */
    public List<Problem> problems() {
        return problems;
    }
}
