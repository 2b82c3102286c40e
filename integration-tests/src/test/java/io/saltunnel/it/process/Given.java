package io.saltunnel.it.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The two ways to describe a tunnel to the program. Each option is written {@code name} or {@code name=value} here. */
enum Given {
    ON_THE_COMMAND_LINE {
        @Override
        List<String> arguments(Processes processes, String role, String from, String to, String... options)
                throws IOException {
            List<String> arguments =
                    new ArrayList<>(List.of(role, "-k", processes.keyFile().toString()));
            Arrays.stream(options).map(option -> "--" + option).forEach(arguments::add);
            arguments.addAll(List.of(from, to));
            return arguments;
        }
    },
    IN_A_FILE {
        @Override
        List<String> arguments(Processes processes, String role, String from, String to, String... options)
                throws IOException {
            Path file = Files.createTempFile(processes.folder(), "tunnel", ".toml");
            List<String> lines = new ArrayList<>(List.of(
                    "[[tunnel]]",
                    "name = \"it\"",
                    "mode = \"" + role + "\"",
                    "listen = \"" + from + "\"",
                    "to = \"" + to + "\"",
                    "key = \"" + processes.keyFile() + "\""));
            for (String option : options) {
                int equals = option.indexOf('=');
                lines.add(
                        equals < 0
                                ? option + " = true"
                                : option.substring(0, equals) + " = \"" + option.substring(equals + 1) + "\"");
            }
            Files.write(file, lines);
            return List.of("run", "-c", file.toString());
        }
    };

    /** The arguments for a process that runs the tunnel. */
    abstract List<String> arguments(Processes processes, String role, String from, String to, String... options)
            throws IOException;

    /** Starts the tunnel in a process, and waits until it listens. */
    SaltunnelProcess start(Processes processes, String role, String to, String... options) throws IOException {
        List<String> arguments = arguments(processes, role, "127.0.0.1:0", to, options);
        SaltunnelProcess process = processes.start(role, Program.command(arguments));
        process.startLine();
        return process;
    }
}
