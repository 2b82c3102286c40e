package io.saltunnel.cli;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The text of a log line. Where a library names one of its settings, this names the option that sets it. One thread at a
 * time.
 */
final class OptionNames extends MessageConverter {
    private static final Map<String, String> OPTIONS = Map.of("maxConnections", "-m", "allowFrom", "--allow-from");

    private static final Pattern SETTINGS = Pattern.compile("\\b(" + String.join("|", OPTIONS.keySet()) + ")\\b");

    @Override
    public String convert(ILoggingEvent event) {
        return of(super.convert(event));
    }

    static String of(String message) {
        return SETTINGS.matcher(message).replaceAll(setting -> OPTIONS.get(setting.group()));
    }
}
