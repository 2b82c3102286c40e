package io.saltunnel.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A process of the executable jar; always ended with the test. */
final class CliProcess implements AutoCloseable {

    /** Far longer than anything takes, so that a test fails instead of hanging. */
    static final long PATIENCE_SECONDS = 60;

    private static final Pattern LISTENING = Pattern.compile("listening on (\\S+):(\\d+), forwarding to (\\S+)");

    private final Process process;
    private final List<String> errorLines = new ArrayList<>();
    private final BlockingQueue<String> newErrorLines = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> outputLines = new LinkedBlockingQueue<>();
    private final List<Thread> readers = new ArrayList<>();

    private CliProcess(List<String> command) throws IOException {
        process = new ProcessBuilder(command).start();
        read("stderr", () -> process.errorReader(StandardCharsets.UTF_8).lines().forEach(newErrorLines::add));
        read("stdout", () -> process.inputReader(StandardCharsets.UTF_8).lines().forEach(outputLines::add));
    }

    /** Runs {@code java -jar saltunnel.jar} with these arguments. */
    static CliProcess start(String... arguments) throws IOException {
        return startWith(List.of(), List.of(), arguments);
    }

    /** The same, started by another command, with options for the virtual machine. */
    static CliProcess startWith(List<String> prefix, List<String> virtualMachineOptions, String... arguments)
            throws IOException {
        return new CliProcess(command(prefix, virtualMachineOptions, arguments));
    }

    /** The command that {@link #start} runs, for a test that handles the streams itself. */
    static ProcessBuilder command(String... arguments) {
        return new ProcessBuilder(command(List.of(), List.of(), arguments));
    }

    private static List<String> command(List<String> prefix, List<String> virtualMachineOptions, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+DisableAttachMechanism");
        command.addAll(virtualMachineOptions);
        command.addAll(List.of("-jar", System.getProperty("saltunnel.jar")));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs any command. */
    static CliProcess startCommand(List<String> command) throws IOException {
        return new CliProcess(command);
    }

    /** A limit for locked memory that binds root too, which is otherwise exempt. */
    static List<String> lockLimit(int kibibytes) throws IOException {
        List<String> prefix = new ArrayList<>(List.of("sh", "-c", "ulimit -l " + kibibytes + " && exec \"$@\"", "sh"));
        if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0) {
            prefix.addAll(List.of("setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock"));
        }
        return prefix;
    }

    void type(String text) throws IOException {
        try (OutputStream input = process.getOutputStream()) {
            input.write(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Waits until the process prints the address that it listens on, and returns the port. */
    int awaitPort() throws InterruptedException {
        Matcher listening = LISTENING.matcher(awaitErrorLine("listening on "));
        assertThat(listening.find()).isTrue();
        return Integer.parseInt(listening.group(2));
    }

    String awaitErrorLine(String part) throws InterruptedException {
        while (true) {
            String line = newErrorLines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(line).as("a line with '%s' after %s", part, errorLines).isNotNull();
            errorLines.add(line);
            if (line.contains(part)) {
                return line;
            }
        }
    }

    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -s " + name + " " + process.pid()).start();
        assertThat(kill.waitFor()).isZero();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        for (Thread reader : readers) {
            reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        }
        newErrorLines.drainTo(errorLines);
        return process.exitValue();
    }

    /** All of standard error until {@link #awaitExit}. */
    String error() {
        return String.join("\n", errorLines);
    }

    /** All of standard output, each line with its line end. */
    String output() {
        return outputLines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    @Override
    public void close() {
        process.destroyForcibly()
                .onExit()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private void read(String name, Runnable task) {
        Thread thread = new Thread(task, name + " of " + process.pid());
        thread.setDaemon(true);
        thread.start();
        readers.add(thread);
    }
}
