package io.saltunnel.it.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The suite's report in {@code target/docker-suite}: a line for each scenario, and the logs of its containers. */
final class Report {

    static final Path FOLDER = Path.of("target", "docker-suite");

    private Report() {}

    /** The directory for the logs of one scenario; not created yet. */
    static Path folderOf(ExtensionContext scenario) {
        return FOLDER.resolve(name(scenario));
    }

    /** Adds a line to {@code scenarios.txt}: seconds, result and name. */
    static void add(ExtensionContext scenario, Duration took) {
        String result = scenario.getExecutionException().isPresent() ? "FAILED" : "passed";
        note(String.format(Locale.ROOT, "%7.1f s  %s  %s", took.toMillis() / 1000.0, result, name(scenario)));
    }

    /** Adds a line to {@code scenarios.txt} for a value that a scenario measured. */
    static void note(String line) {
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(
                    FOLDER.resolve("scenarios.txt"),
                    line + System.lineSeparator(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Class and method, and the number of the invocation if the method runs more than once. */
    private static String name(ExtensionContext scenario) {
        String name = scenario.getRequiredTestClass().getSimpleName() + "."
                + scenario.getRequiredTestMethod().getName();
        int invocation = scenario.getUniqueId().lastIndexOf('#');
        return invocation < 0
                ? name
                : name + scenario.getUniqueId().substring(invocation).replace("]", "");
    }
}
