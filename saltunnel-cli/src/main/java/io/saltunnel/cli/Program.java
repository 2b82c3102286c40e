package io.saltunnel.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;

/** The program: all its commands, and what happens around each of them. */
final class Program {

    private Program() {}

    /** Makes each command. Each costs some milliseconds, because picocli reads its annotations. */
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("client", ClientCommand::new);
        all.put("server", ServerCommand::new);
        all.put("run", RunCommand::new);
        all.put("check", CheckCommand::new);
        all.put("top", TopCommand::new);
        all.put("pipe", PipeCommand::new);
        all.put("ping", PingCommand::new);
        all.put("key", KeyCommand::new);
        all.put("demo", DemoCommand::new);
        all.put("doctor", DoctorCommand::new);
        all.put("help", CommandLine.HelpCommand::new);
        return all;
    }

    /** The names of all commands, in the order of the help text. */
    static Set<String> commandNames() {
        return COMMANDS.keySet();
    }

    /** Returns the whole command line, ready to execute; errors and logs go to standard error. */
    static CommandLine commandLine(StandardStreams streams) {
        return commandLine(streams, COMMANDS.keySet());
    }

    /**
     * Returns a command line for these arguments only: if they begin with the name of a command, it has no other. What
     * the arguments do, and what is said about them, is the same as with all commands.
     */
    static CommandLine commandLine(StandardStreams streams, String... arguments) {
        // The command "help" describes the others.
        boolean named = arguments.length > 0 && COMMANDS.containsKey(arguments[0]) && !arguments[0].equals("help");
        return commandLine(streams, named ? Set.of(arguments[0]) : COMMANDS.keySet());
    }

    private static CommandLine commandLine(StandardStreams streams, Set<String> names) {
        SaltunnelCommand command = new SaltunnelCommand(streams);
        CommandLine program = new CommandLine(command);
        COMMANDS.forEach((name, maker) -> {
            if (names.contains(name)) {
                program.addSubcommand(maker.get());
            }
        });
        // An argument that begins with @ is a name like any other.
        program.setExpandAtFiles(false)
                .setHelpFactory(WrappedSynopsis::of)
                .setParameterExceptionHandler(
                        (e, arguments) -> CommandErrors.invalidArguments(e, () -> commandLine(streams)))
                .setExecutionExceptionHandler(CommandErrors::failed)
                .setExecutionStrategy(parsed -> {
                    Verbosity.choose(command.verbosity());
                    CommandErrors.writeOptionsWithSpaces(parsed.commandSpec().commandLine());
                    return new CommandLine.RunLast().execute(parsed);
                });
        return HelpWidth.apply(program);
    }
}
