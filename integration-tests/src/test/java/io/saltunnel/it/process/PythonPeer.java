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
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One end of one connection of protocol version 2, written in Python from the protocol's description alone. It is a process.
 * The test waits for its report, or kills it by {@link #close()}.
 */
public final class PythonPeer implements AutoCloseable {

    private static final Path SCRIPT = Path.of("src/test/python/peer2.py");
    private static final long LIMIT_SECONDS = 120;
    private static final Pattern REPORT =
            Pattern.compile("sent (\\d+) chunks, (\\d+) changes of the key, (\\d+) of padding; "
                    + "received (\\d+) chunks, (\\d+) changes of the key, (\\d+) of padding\n");

    private final Process process;
    private final Path output;
    private final Path errors;
    private final Path secrets;

    private PythonPeer(List<String> arguments, boolean outputToFile) throws IOException {
        output = Files.createTempFile("peer2-", ".out");
        errors = Files.createTempFile("peer2-", ".err");
        secrets = Files.createTempFile("peer2-", ".secrets");
        List<String> command = new ArrayList<>(List.of("python3", SCRIPT.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        if (outputToFile) {
            builder.redirectOutput(output.toFile());
        }
        builder.environment().put("PEER2_SECRETS", secrets.toString());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        process = builder.start();
    }

    /** Compares all that it computes with the vectors of a file; its last line is in the result. */
    static Finished vectors(Path file) throws IOException, InterruptedException {
        return Program.runToEnd(List.of("python3", "-B", SCRIPT.toString(), "vectors", file.toString()), "");
    }

    /** A client that sends what is written to {@link #input()}, then END. */
    public static PythonPeer client(Path key, InetSocketAddress server, String... name) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("client", key.toString(), "127.0.0.1", Integer.toString(server.getPort())));
        arguments.addAll(List.of(name));
        return new PythonPeer(arguments, true);
    }

    /** A server for one connection, which sends back what it receives, and END after END. */
    public static PythonPeer server(Path key, String... name) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("server", key.toString(), "0"));
        arguments.addAll(List.of(name));
        return new PythonPeer(arguments, false);
    }

    /** A server for one connection, which keeps sending data of its own until it receives END. */
    public static PythonPeer talker(Path key) throws IOException {
        return new PythonPeer(List.of("talker", key.toString(), "0"), false);
    }

    /** Where a server listens. */
    public InetSocketAddress address() throws IOException {
        String line = process.inputReader(StandardCharsets.US_ASCII).readLine();
        if (line == null) {
            throw new AssertionError("the Python server does not start: " + Files.readString(errors));
        }
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), Integer.parseInt(line));
    }

    /** A client sends what is written here, and END once it is closed. */
    public OutputStream input() {
        return process.getOutputStream();
    }

    /** Waits for the end of a client, and returns what it received. */
    File received() throws IOException, InterruptedException {
        report();
        return output.toFile();
    }

    /** Waits until it has ended in order. */
    public Report report() throws IOException, InterruptedException {
        String said = said();
        Matcher report = REPORT.matcher(said);
        if (process.exitValue() != 0 || !report.matches()) {
            throw new AssertionError("the Python peer ended with " + process.exitValue() + ": " + said);
        }
        return new Report(counts(report, 1), counts(report, 4));
    }

    /** Waits until it has ended, and returns what it said on standard error. */
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

    /**
     * The secrets of its connection so far, by name, in the order in which they came into being. The keys of a direction are
     * {@code "client key 0"}, {@code "client key 1"} and so on, and the same for the server.
     */
    public Map<String, byte[]> secrets() throws IOException {
        Map<String, byte[]> named = new LinkedHashMap<>();
        String text = Files.readString(secrets);
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) { // one may be half written
            int equals = line.indexOf('=');
            named.put(line.substring(0, equals), HexFormat.of().parseHex(line.substring(equals + 1)));
        }
        return named;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        for (Path file : List.of(output, errors, secrets)) {
            Files.delete(file);
        }
    }

    /** What passed in each direction. */
    public record Report(Counts sent, Counts received) {}

    /** What passed in one direction: all chunks, and of them those with a change of the key, and those without data. */
    public record Counts(long chunks, long keyChanges, long padding) {}
}
