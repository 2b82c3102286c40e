package io.saltunnel.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** One run of the command line inside the test: what it was given, what it said. */
final class CommandRun {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream standardOutput = new ByteArrayOutputStream();
    private int exitCode;
    private boolean hiding;
    private boolean wasHidden;

    private CommandRun() {}

    static CommandRun of(String... arguments) {
        return run("", false, arguments);
    }

    static CommandRun withInput(String input, String... arguments) {
        return run(input, false, arguments);
    }

    /** Runs it at a terminal. */
    static CommandRun typed(String input, String... arguments) {
        return run(input, true, arguments);
    }

    private static CommandRun run(String input, boolean typed, String... arguments) {
        CommandRun run = new CommandRun();
        CommandLine command = Program.commandLine(run.streams(input, typed), arguments);
        command.setOut(new PrintWriter(run.out)).setErr(new PrintWriter(run.err));
        run.exitCode = command.execute(arguments);
        return run;
    }

    int exitCode() {
        return exitCode;
    }

    /** What was printed for people, as opposed to keys. */
    String out() {
        return out.toString();
    }

    /** Whether the terminal showed nothing for a while, and does so again. */
    boolean wasHidden() {
        return wasHidden && !hiding;
    }

    String err() {
        return err.toString();
    }

    String firstErrorLine() {
        return err().lines().findFirst().orElse("");
    }

    /** What went to the process's standard output as bytes. */
    String key() {
        return standardOutput.toString(StandardCharsets.US_ASCII);
    }

    byte[] bytes() {
        return standardOutput.toByteArray();
    }

    private StandardStreams streams(String input, boolean typed) {
        return new StandardStreams() {
            @Override
            public ReadableByteChannel in() {
                return Channels.newChannel(new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1)));
            }

            @Override
            public WritableByteChannel out() {
                return Channels.newChannel(standardOutput);
            }

            @Override
            public boolean typed() {
                return typed;
            }

            @Override
            public boolean shown() {
                return typed;
            }

            @Override
            public HiddenTyping hideTyping() {
                hiding = true;
                return () -> {
                    hiding = false;
                    wasHidden = true;
                };
            }
        };
    }
}
