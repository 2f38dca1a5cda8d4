package dev.wfmbridge.operate;

import java.util.regex.Pattern;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.component.bean.MethodNotFoundException;

/** What a failure says, without the texts of exceptions, which may quote a message's content. */
public final class Cause {

    private static final Pattern BELOW = Pattern.compile("(java|javax|jdk|sun|com\\.sun)\\..*");

    private Cause() {}

    /** In a few words, which name classes and methods only. */
    public static String of(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof MethodNotFoundException missing) {
                Object bean = missing.getBean();
                return "nothing is named \"" + missing.getMethodName() + "\""
                        + (bean == null ? "" : " in a " + bean.getClass().getSimpleName());
            }
            if (cause instanceof NoTypeConversionAvailableException wrong) {
                return "a " + name(wrong.getFromType()) + " cannot be made a " + name(wrong.getToType());
            }
            if (cause instanceof InvalidPayloadException wrong) {
                return "the body is no " + name(wrong.getType());
            }
            root = cause;
        }
        return root.getClass().getSimpleName();
    }

    /** The failure with which it began. */
    public static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    private static String name(Class<?> type) {
        return type == null ? "nothing" : type.getSimpleName();
    }

    /** Whether the failure arose in the bridge's own code, rather than in Camel, that is, in what the routes ask of it. */
    public static boolean isOwn(Throwable failure) {
        for (StackTraceElement frame : root(failure).getStackTrace()) {
            if (!BELOW.matcher(frame.getClassName()).matches()) {
                return frame.getClassName().startsWith("dev.wfmbridge.");
            }
        }
        return false;
    }
}
