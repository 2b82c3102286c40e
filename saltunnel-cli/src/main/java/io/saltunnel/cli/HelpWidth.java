package io.saltunnel.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The width of help texts: that of the terminal or 80 columns, unless {@code COLUMNS} sets another. */
final class HelpWidth {

    private static final String COLUMNS = "COLUMNS";
    private static final int LEAST = 55;
    private static final int MOST = 200;

    private HelpWidth() {}

    /** Applies it to a command and those below it. */
    static CommandLine apply(CommandLine command) {
        of(System.getenv(COLUMNS))
                .ifPresent(width -> command.setUsageHelpAutoWidth(false).setUsageHelpWidth(width));
        return command;
    }

    /**
     * Reads the width.
     *
     * @param columns the value of {@code COLUMNS}; ignored if it is no number
     */
    static Optional<Integer> of(@Nullable String columns) {
        return columns != null && columns.matches("[1-9][0-9]{0,4}")
                ? Optional.of(Math.max(LEAST, Math.min(MOST, Integer.parseInt(columns))))
                : Optional.empty();
    }
}
