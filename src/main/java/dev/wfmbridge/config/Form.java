package dev.wfmbridge.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.quartz.CronExpression;

/** How the text of a property becomes its value, and what is refused. */
@FunctionalInterface
interface Form<T> {

    Form<String> TEXT = (key, in) -> in.text(key);
    Form<Path> PATH = (key, in) -> in.value(key, text -> path(text, in.home()));
    /** Longer than 0. */
    Form<Duration> TIME = of(Form::time);

    Form<Duration> TIME_OR_NONE = of(Durations::parse);
    Form<ProxyAddress> PROXY = (key, in) -> in.value(key, text -> ProxyAddress.parse(text, in.environment()));
    Form<Secret> SECRET = (key, in) -> in.secret(key);
    Form<WebhookSecrets> WEBHOOK_SECRETS = (key, in) -> in.webhookSecrets(key);

    /** The value; null if there is none, or if it is wrong, which is then reported as a problem. */
    T read(String key, PropertyTexts in);

    /**
     * @param parser throws an {@link IllegalArgumentException} whose message completes the sentence "the property …",
     *     and says after its last colon what to write
     */
    static <T> Form<T> of(Function<String, T> parser) {
        return (key, in) -> in.value(key, parser);
    }

    /** A whole number; 0 where none is set. */
    static Form<Integer> number(int least, int most) {
        return (key, in) -> {
            Integer number = in.value(key, text -> number(text, least, most));
            return number == null ? 0 : number;
        };
    }

    /** Names of hosts, in lower case. */
    static Form<List<String>> hosts(String separators) {
        return (key, in) -> Arrays.stream(in.text(key).split(separators))
                .filter(host -> !host.isEmpty())
                .map(host -> host.toLowerCase(Locale.ROOT))
                .toList();
    }

    /** One of these, in whichever case. */
    static Form<String> oneOf(String... known) {
        return of(text -> Arrays.stream(known)
                .filter(text::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("\"" + text + "\" is not one of " + String.join(", ", known))));
    }

    private static int number(String text, int least, int most) {
        String hint = ": write a whole number from " + least + " to " + most;
        if (!text.matches("-?\\d{1,18}")) {
            throw new IllegalArgumentException("\"" + text + "\" is not a whole number" + hint);
        }
        long value = Long.parseLong(text);
        if (value < least || value > most) {
            throw new IllegalArgumentException("\"" + text + "\" is too " + (value < least ? "small" : "large") + hint);
        }
        return (int) value;
    }

    private static Duration time(String text) {
        Duration duration = Durations.parse(text);
        if (duration.isZero()) {
            throw new IllegalArgumentException("\"" + text + "\" is zero: it must be longer than 0");
        }
        return duration;
    }

    private static Path path(String text, Path home) {
        try {
            return home.resolve(text).normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("is not a path: " + e.getReason(), e);
        }
    }

    /** The expression itself, since Quartz' own can be changed. */
    static String cron(String text) {
        try {
            new CronExpression(text);
            return text;
        } catch (ParseException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a Quartz cron expression (" + e.getMessage()
                            + "): write it like 0 0/15 * * * ?",
                    e);
        }
    }

    /** By name only: Quartz silently accepts an offset such as +02:00, and uses GMT. */
    static ZoneId timezone(String text) {
        Set<String> names = ZoneId.getAvailableZoneIds();
        if (names.contains(text)) {
            return ZoneId.of(text);
        }
        throw new IllegalArgumentException("\"" + text + "\" is not a time zone"
                + new Spelling(names)
                        .closest(text)
                        .map(name -> " (did you mean " + name + "?)")
                        .orElse("")
                + ": write it like UTC or Europe/Berlin");
    }

    static Boolean yesOrNo(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("\"" + text + "\" is neither true nor false");
        };
    }

    static String topicName(String text) {
        if (!text.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a name for a topic: use letters, digits, ., _ and -, 100 at most");
        }
        return text;
    }

    static String webhookPath(String text) {
        if (!text.matches("(/[A-Za-z0-9_.~-]+)+") || text.startsWith("/proxy")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a path of a webhook: write it like /zendesk/events");
        }
        return text;
    }

    static RemovalsPolicy policy(String text) {
        for (RemovalsPolicy policy : RemovalsPolicy.values()) {
            if (policy.name().equalsIgnoreCase(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is not report, cancel or delete");
    }

    static Double share(String text) {
        double share;
        try {
            share = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            share = Double.NaN;
        }
        if (share >= 0 && share <= 1) {
            return share;
        }
        throw new IllegalArgumentException("\"" + text + "\" is not a share: write a number from 0 to 1, like 0.10");
    }

    /** Such as 0644: permissions of the owner, the group and all others. */
    static Set<PosixFilePermission> mode(String text) {
        if (!text.matches("0?[46][04][04]")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a mode of a file that is read: write 0600, 0640 or 0644");
        }
        StringBuilder permissions = new StringBuilder();
        for (char figure : text.substring(text.length() - 3).toCharArray()) {
            permissions.append((figure - '0' & 4) > 0 ? "r" : "-").append((figure - '0' & 2) > 0 ? "w-" : "--");
        }
        return PosixFilePermissions.fromString(permissions.toString());
    }
}
