package dev.wfmbridge.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard output, always in UTF-8: where no locale is set, as under cron, Java would write {@code ?} for what is not ASCII. Remembers whether
 * it could be written, which a {@link PrintStream} keeps to itself.
 */
final class StandardOutput extends FilterOutputStream {

    private volatile IOException failure;

    private StandardOutput() {
        super(new FileOutputStream(FileDescriptor.out));
    }

    /** Takes the place of {@code System.out}. */
    static StandardOutput replace() {
        StandardOutput output = new StandardOutput();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        return output;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException failed) {
            failure = failed;
            throw failed;
        }
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    /** Why it could not be written; null if it could, or if the reader of the pipe wanted no more. */
    String failure() {
        System.out.flush();
        IOException failed = failure;
        return failed == null || String.valueOf(failed.getMessage()).contains("Broken pipe")
                ? null
                : failed.getMessage();
    }
}
