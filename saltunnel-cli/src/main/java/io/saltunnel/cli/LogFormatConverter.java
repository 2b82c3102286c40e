package io.saltunnel.cli;

import io.saltunnel.cli.config.Suggestion;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads auto, text, journal or json. */
final class LogFormatConverter implements ITypeConverter<LogFormat> {

    static final String AUTO = "auto";

    private static final List<String> NAMES = List.of(AUTO, "text", "journal", "json");

    @Override
    public LogFormat convert(String text) {
        return switch (text) {
            case AUTO -> LogFormat.fitting();
            case "text" -> LogFormat.TEXT;
            case "journal" -> LogFormat.JOURNAL;
            case "json" -> LogFormat.JSON;
            default ->
                throw new TypeConversionException(
                        "'" + text + "' is no format of a log" + Suggestion.among(text, NAMES));
        };
    }
}
