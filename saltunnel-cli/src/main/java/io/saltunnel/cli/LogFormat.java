package io.saltunnel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How log lines are written on standard error. Chosen once per process; any thread may read it. */
enum LogFormat {
    /** Sentences, with the time. */
    TEXT,
    /** Sentences after the priority that systemd's journal reads; without the time, which the journal adds. */
    JOURNAL,
    /** One object per line. */
    JSON;

    private static final String JOURNAL_STREAM = "JOURNAL_STREAM";

    private static volatile LogFormat chosen = TEXT;

    /** Sets the format of the process. Without effect once a logger exists. */
    static void choose(LogFormat format) {
        chosen = format;
    }

    static LogFormat chosen() {
        return chosen;
    }

    /**
     * The format that fits standard error: the journal's if systemd says that the journal reads this very stream,
     * otherwise text.
     */
    static LogFormat fitting() {
        return fitting(Optional.ofNullable(System.getenv(JOURNAL_STREAM)), standardError());
    }

    /**
     * As {@link #fitting()}, for a given stream.
     *
     * @param journal the device and the inode of the journal's stream
     * @param standardError those of standard error
     */
    static LogFormat fitting(Optional<String> journal, Optional<String> standardError) {
        return journal.isPresent() && journal.equals(standardError) ? JOURNAL : TEXT;
    }

    private static Optional<String> standardError() {
        try {
            Path stream = Path.of("/proc/self/fd/2");
            return Optional.of(Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
