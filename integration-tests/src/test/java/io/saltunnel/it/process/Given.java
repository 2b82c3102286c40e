package io.saltunnel.it.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The two ways to give the program its options. Each is written {@code name} or {@code name=value} here. */
enum Given {
    ON_THE_COMMAND_LINE {
        @Override
        List<String> arguments(Path folder, String... options) {
            return Arrays.stream(options).map(option -> "--" + option).toList();
        }
    },
    IN_A_FILE {
        @Override
        List<String> arguments(Path folder, String... options) throws IOException {
            Path file = Files.createTempFile(folder, "options", ".conf");
            Files.write(
                    file,
                    Arrays.stream(options)
                            .map(option -> option.replaceFirst("=", " = "))
                            .toList());
            return List.of("--config", file.toString());
        }
    };

    /** The arguments for the command line. */
    abstract List<String> arguments(Path folder, String... options) throws IOException;
}
