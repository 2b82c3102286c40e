package io.saltunnel.it.process;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One end of one connection of protocol version 2, written in Python from the protocol's description alone. It is a
 * process. The test waits for its report, or kills it by {@link #close()}.
 */
final class PythonPeer implements AutoCloseable {

    private static final Path SCRIPT = Path.of("src/test/python/peer2.py");
    private static final long LIMIT_SECONDS = 120;
    private static final Pattern REPORT =
            Pattern.compile("sent (\\d+) chunks, (\\d+) changes of the key, (\\d+) of padding; "
                    + "received (\\d+) chunks, (\\d+) changes of the key, (\\d+) of padding\n");

    private final Process process;
    private final Path output;
    private final Path errors;

    private PythonPeer(List<String> arguments, boolean outputToFile) throws IOException {
        output = Files.createTempFile("peer2-", ".out");
        errors = Files.createTempFile("peer2-", ".err");
        List<String> command = new ArrayList<>(List.of("python3", SCRIPT.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        if (outputToFile) {
            builder.redirectOutput(output.toFile());
        }
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        process = builder.start();
    }

    /** Compares all that it computes with the vectors of a file; its last line is in the result. */
    static Finished vectors(Path file) throws IOException, InterruptedException {
        return Program.runToEnd(List.of("python3", "-B", SCRIPT.toString(), "vectors", file.toString()), "");
    }

    /** A client that sends what is written to {@link #input()}, then END. */
    static PythonPeer client(Path key, InetSocketAddress server, String... name) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("client", key.toString(), "127.0.0.1", Integer.toString(server.getPort())));
        arguments.addAll(List.of(name));
        return new PythonPeer(arguments, true);
    }

    /** A server for one connection, which sends back what it receives, and END after END. */
    static PythonPeer server(Path key, String... name) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("server", key.toString(), "0"));
        arguments.addAll(List.of(name));
        return new PythonPeer(arguments, false);
    }

    /** Where a server listens. */
    InetSocketAddress address() throws IOException {
        String line = process.inputReader(StandardCharsets.US_ASCII).readLine();
        if (line == null) {
            throw new AssertionError("the Python server does not start: " + Files.readString(errors));
        }
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), Integer.parseInt(line));
    }

    /** A client sends what is written here, and END once it is closed. */
    OutputStream input() {
        return process.getOutputStream();
    }

    /** Waits for the end of a client, and returns what it received. */
    File received() throws IOException, InterruptedException {
        report();
        return output.toFile();
    }

    /** Waits until it has ended in order. */
    Report report() throws IOException, InterruptedException {
        String said = said();
        Matcher report = REPORT.matcher(said);
        if (process.exitValue() != 0 || !report.matches()) {
            throw new AssertionError("the Python peer ended with " + process.exitValue() + ": " + said);
        }
        return new Report(counts(report, 1), counts(report, 4));
    }

    /** Waits until it has ended, and returns its standard error. */
    String said() throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the Python peer does not end: " + Files.readString(errors));
        }
        return Files.readString(errors);
    }

    private static Counts counts(Matcher report, int group) {
        return new Counts(
                Long.parseLong(report.group(group)),
                Long.parseLong(report.group(group + 1)),
                Long.parseLong(report.group(group + 2)));
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        for (Path file : List.of(output, errors)) {
            Files.delete(file);
        }
    }

    /** What passed in each direction. */
    record Report(Counts sent, Counts received) {}

    /** What passed in one direction: all chunks, and of them those with a change of the key, and those without data. */
    record Counts(long chunks, long keyChanges, long padding) {}
}
