package io.saltunnel.cli;

import io.saltunnel.cli.config.Suggestion;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that the table {@code [process]} can have. The class is a command only because picocli needs one. */
@Command
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ConfigOptions {

    @Mixin
    ProcessOptions process;

    @Mixin
    ReplayOptions replays;

    @Option(names = "--verbosity", converter = VerbosityConverter.class)
    @Nullable
    Verbosity verbosity;

    /** Reads quiet, normal, verbose or debug. */
    static final class VerbosityConverter implements ITypeConverter<Verbosity> {

        @Override
        public Verbosity convert(String text) {
            List<String> names = Arrays.stream(Verbosity.values())
                    .map(VerbosityConverter::nameOf)
                    .toList();
            return Arrays.stream(Verbosity.values())
                    .filter(verbosity -> nameOf(verbosity).equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + text + "' is no verbosity" + Suggestion.among(text, names)));
        }

        private static String nameOf(Verbosity verbosity) {
            return verbosity.name().toLowerCase(Locale.ROOT);
        }
    }
}
