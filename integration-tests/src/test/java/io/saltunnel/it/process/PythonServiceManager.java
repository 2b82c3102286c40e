package io.saltunnel.it.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A service manager in Python, which starts the program by its launcher as systemd does: with a notify socket, and with
 * sockets that listen already. It is a process, and keeps the sockets while the program is started again.
 */
final class PythonServiceManager implements AutoCloseable {

    private static final Path SCRIPT = Path.of("src/test/python/service_manager.py");

    private final Process process;
    private final Writer commands;
    private final Path log;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    /**
     * Binds the sockets, and starts nothing yet.
     *
     * @param notifyAddress a path, or {@code @} and a name
     * @param watchdogMicros the watchdog's time limit, 0 for none
     * @param sockets each as {@code NAME=HOST:PORT} or {@code NAME=/path}
     * @param command starts the program
     * @param log receives what the program says, of all its runs
     */
    PythonServiceManager(
            String notifyAddress, long watchdogMicros, List<String> sockets, List<String> command, Path log)
            throws IOException {
        this.log = log;
        List<String> all = new ArrayList<>(
                List.of("python3", "-B", SCRIPT.toString(), notifyAddress, Long.toString(watchdogMicros)));
        all.addAll(sockets);
        all.add("--");
        all.addAll(command);
        Files.writeString(log, "");
        process = new ProcessBuilder(all)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::keepLines, "service-manager");
        reader.setDaemon(true);
        reader.start();
    }

    private void keepLines() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("(output broke: " + e + ")");
        }
    }

    private void command(String text) throws IOException {
        commands.write(text + "\n");
        commands.flush();
    }

    /** Starts the program; returns at once. */
    void start() throws IOException {
        command("start");
    }

    /** Sends the program a signal. */
    void signal(String name) throws IOException {
        command("signal " + name);
    }

    /** The address of a TCP socket that the service manager listens on. */
    InetSocketAddress address(String name) throws IOException {
        String line = await("listening " + name + " ", 0);
        String address = line.substring(line.lastIndexOf(' ') + 1);
        int colon = address.lastIndexOf(':');
        return new InetSocketAddress(
                InetAddress.getByName(address.substring(0, colon)), Integer.parseInt(address.substring(colon + 1)));
    }

    /** The number of lines so far, after which {@link #await} can look for the next ones. */
    int mark() {
        return lines.size();
    }

    /** Its lines so far. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Waits for a line that begins with the text, at or after the mark, and returns it. */
    String await(String start, int mark) {
        try {
            Patience.await("the service manager says '" + start + "'")
                    .until(() -> find(start, mark) != null || !process.isAlive());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "; " + this, e);
        }
        String found = find(start, mark);
        if (found == null) {
            throw new AssertionError(this + " ended without '" + start + "'");
        }
        return found;
    }

    private @Nullable String find(String start, int mark) {
        return lines.stream()
                .skip(mark)
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElse(null);
    }

    /** What the program has said. */
    String log() throws IOException {
        return Files.readString(log);
    }

    /** Waits until the program has said a text. It writes its log later than its notifications. */
    void awaitLog(String text) {
        Patience.await("the program says '" + text + "'").until(() -> log().contains(text));
    }

    /** Ends the program and itself. */
    @Override
    public void close() {
        try {
            command("end");
            commands.close();
        } catch (IOException e) {
            // It has ended.
        }
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        try {
            return "the service manager, which said:\n  " + String.join("\n  ", lines) + "\nand the program:\n" + log();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
