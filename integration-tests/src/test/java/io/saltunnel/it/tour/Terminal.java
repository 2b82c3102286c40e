package io.saltunnel.it.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A command in a shell, and what it prints on standard output and standard error. */
final class Terminal implements AutoCloseable {

    /** Far longer than any line takes. */
    private static final long PATIENCE_SECONDS = 60;

    private static final String END = "(end of the output)";

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Terminal(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "terminal");
        reader.setDaemon(true);
        reader.start();
    }

    /** Runs a command that ends by itself, at a real terminal. */
    static Terminal forShortCommand(ProcessBuilder shell, String command) throws IOException {
        return start(shell.command("script", "-qec", "bash -c " + quoted(command), "/dev/null"));
    }

    /** Runs a command that leaves a program in the background, and stays until that program has ended. */
    static Terminal forProgram(ProcessBuilder shell, String command) throws IOException {
        // At the end, the shell itself says on standard error that the program got a signal.
        return start(shell.command("bash", "-ec", "{ " + command + "\n} 2>&1; wait")
                .redirectError(ProcessBuilder.Redirect.DISCARD));
    }

    private static Terminal start(ProcessBuilder shell) throws IOException {
        return new Terminal(shell.redirectInput(new File("/dev/null")).start());
    }

    private static String quoted(String command) {
        return "'" + command.replace("'", "'\\''") + "'";
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("(the output broke: " + e + ")");
        }
        lines.add(END);
    }

    /** Waits for the next line. */
    String nextLine() throws InterruptedException {
        String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return line == null ? "(nothing)" : line;
    }

    /** Waits for the end of the output and of the command, which has to succeed. */
    void assertEnded(String what) throws InterruptedException {
        assertThat(nextLine()).as("after the output of %s", what).isEqualTo(END);
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(what).isTrue();
        assertThat(process.exitValue()).as("exit code of %s", what).isZero();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
