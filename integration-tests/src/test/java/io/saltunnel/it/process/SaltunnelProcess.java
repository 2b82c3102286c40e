package io.saltunnel.it.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;

/** A running client or server, and its standard error. */
final class SaltunnelProcess implements AutoCloseable {

    private static final Pattern START_LINE =
            Pattern.compile(".*listening on (.*):(\\d+), forwarding to (\\S+), key \\S+");

    private final String name;
    private final Process process;
    private final Path log;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reader;

    /**
     * Starts it; returns at once.
     *
     * @param name its name in reports
     * @param log keeps its output
     */
    SaltunnelProcess(String name, List<String> command, Path log) throws IOException {
        this.name = name;
        this.log = log;
        this.process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        this.reader = new Thread(this::keepLines, name + "-stderr");
        reader.setDaemon(true);
        reader.start();
    }

    private void keepLines() {
        try (BufferedReader errors = process.errorReader(StandardCharsets.UTF_8);
                PrintWriter copy = new PrintWriter(Files.newBufferedWriter(log), true)) {
            for (String line = errors.readLine(); line != null; line = errors.readLine()) {
                lines.add(line);
                copy.println(line);
            }
        } catch (IOException e) {
            lines.add("(standard error broke: " + e + ")");
        }
    }

    // ---- its output

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Its lines that contain a text. */
    List<String> linesWith(String text) {
        return lines.stream().filter(line -> line.contains(text)).toList();
    }

    /** Waits for a line that contains the text, and returns the first one. */
    String awaitLine(String text) {
        return awaitLines(text, 1).get(0);
    }

    /** Waits until a number of lines contain the text. */
    List<String> awaitLines(String text, int count) {
        try {
            Patience.await(name + " says '" + text + "'")
                    .until(() -> linesWith(text).size() >= count || !process.isAlive() && !reader.isAlive());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "; " + this, e);
        }
        List<String> found = linesWith(text);
        if (found.size() < count) {
            throw new AssertionError(this + " ended without saying '" + text + "'");
        }
        return found;
    }

    /** Waits for the line that says that it listens, and returns it. */
    String startLine() {
        return awaitLine("listening on");
    }

    /** Waits until it listens, and returns the address that it reports. */
    InetSocketAddress address() {
        Matcher said = START_LINE.matcher(startLine());
        if (!said.matches()) {
            throw new AssertionError("not as expected: " + startLine());
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(said.group(1)), Integer.parseInt(said.group(2)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- the process

    ProcessStatus status() {
        return new ProcessStatus(process.pid());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal, as {@code kill -TERM} does. */
    void signal(String signal) throws IOException, InterruptedException {
        int ended = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                .inheritIO()
                .start()
                .waitFor();
        if (ended != 0) {
            throw new IOException("kill -" + signal + " ended with " + ended);
        }
    }

    /**
     * Sends a signal again and again until the process has ended, and returns its exit code. For {@code run}, a
     * signal shortly after the first counts as the first, so a single further one may not be enough.
     */
    int signalUntilItEnds(String signal) throws InterruptedException {
        Patience.await(name + " ends at a repeated " + signal).until(() -> {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .start()
                    .waitFor(); // fails if the process has just ended
            return !process.isAlive();
        });
        return exitCode();
    }

    /** Waits until it has ended by itself. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(this + " does not end");
        }
        reader.join(Patience.LIMIT.toMillis());
        return process.exitValue();
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            reader.join(Patience.LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name + " (" + log + "), which said:\n  " + String.join("\n  ", lines);
    }
}
