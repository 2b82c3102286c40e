package io.saltunnel.cli;

import picocli.CommandLine;

/** The program: all its commands, and what happens around each of them. */
final class Program {

    private Program() {}

    /** Returns the whole command line, ready to execute; errors and logs go to standard error. */
    static CommandLine commandLine(StandardStreams streams) {
        SaltunnelCommand command = new SaltunnelCommand(streams);
        CommandLine program = new CommandLine(command)
                .addSubcommand(new ClientCommand())
                .addSubcommand(new ServerCommand())
                .addSubcommand(new RunCommand())
                .addSubcommand(new CheckCommand())
                .addSubcommand(new TopCommand())
                .addSubcommand(new PipeCommand())
                .addSubcommand(new PingCommand())
                .addSubcommand(new KeyCommand())
                .addSubcommand(new DemoCommand())
                .addSubcommand(new DoctorCommand())
                .addSubcommand(new CommandLine.HelpCommand())
                // An argument that begins with @ is a name like any other.
                .setExpandAtFiles(false)
                .setHelpFactory(WrappedSynopsis::of)
                .setParameterExceptionHandler(CommandErrors::invalidArguments)
                .setExecutionExceptionHandler(CommandErrors::failed)
                .setExecutionStrategy(parsed -> {
                    Verbosity.choose(command.verbosity());
                    CommandErrors.writeOptionsWithSpaces(parsed.commandSpec().commandLine());
                    return new CommandLine.RunLast().execute(parsed);
                });
        return HelpWidth.apply(program);
    }
}
