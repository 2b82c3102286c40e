package io.saltunnel.cli;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The text of a log line. Where a library names one of its settings, this names the option that sets it. A control
 * character becomes a question mark, so that no text from outside can begin a line or write to a terminal. One thread at
 * a time.
 */
final class OptionNames extends MessageConverter {
    private static final Map<String, String> OPTIONS = Map.of("maxConnections", "-m", "allowFrom", "--allow-from");

    /** C0, DEL and C1, as {@link Character#isISOControl(int)}. */
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f]");

    private static final Pattern SETTINGS = Pattern.compile("\\b(" + String.join("|", OPTIONS.keySet()) + ")\\b");

    @Override
    public String convert(ILoggingEvent event) {
        return of(super.convert(event));
    }

    static String of(String text) {
        String message = text.chars().anyMatch(Character::isISOControl)
                ? CONTROL.matcher(text).replaceAll("?")
                : text;
        return SETTINGS.matcher(message).replaceAll(setting -> OPTIONS.get(setting.group()));
    }
}
