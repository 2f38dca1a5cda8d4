package dev.wfmbridge.cli;

import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine;

/** Reads {@code --fail-on}. */
final class FailOnConverter implements CommandLine.ITypeConverter<OnceCommand.FailOn>, Iterable<String> {

    @Override
    public OnceCommand.FailOn convert(String text) {
        return Arrays.stream(OnceCommand.FailOn.values())
                .filter(value -> value.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new CommandLine.TypeConversionException(
                        "\"" + text + "\" is not one of dead-letters, incomplete, never"));
    }

    @Override
    public Iterator<String> iterator() {
        return Arrays.stream(OnceCommand.FailOn.values()).map(Object::toString).iterator();
    }
}
