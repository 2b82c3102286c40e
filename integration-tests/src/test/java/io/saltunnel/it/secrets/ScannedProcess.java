package io.saltunnel.it.secrets;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The program, run by its launcher as for an unprivileged user: with a limit for locked memory, and without the right
 * to exceed it. So only memory that is locked on purpose is locked.
 */
final class ScannedProcess implements AutoCloseable {

    /** Long enough that only a failure takes it. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The usual limit for every user. */
    static final int USUAL_LOCK_LIMIT = 8 << 20;

    /** As in a thread's {@code stat} on Linux. */
    private static final char STOPPED = 'T';

    private static final Path LAUNCHER = Path.of("../saltunnel-cli/src/main/dist/bin/saltunnel");
    private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+), forwarding to ");

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private ScannedProcess(Process process) {
        this.process = process;
        this.reader = new Thread(this::readLines, "stderr of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts it with the usual limit for locked memory. */
    static ScannedProcess start(String javaOptions, List<String> arguments) throws IOException {
        return start(USUAL_LOCK_LIMIT, javaOptions, arguments);
    }

    /**
     * Starts the process.
     *
     * @param lockLimit how many bytes it may lock
     * @param javaOptions more options for the virtual machine, separated by spaces
     * @param arguments the program's
     */
    static ScannedProcess start(int lockLimit, String javaOptions, List<String> arguments) throws IOException {
        return start(builder(lockedUpTo(lockLimit), javaOptions, arguments));
    }

    static ScannedProcess start(ProcessBuilder builder) throws IOException {
        return new ScannedProcess(builder.start());
    }

    /**
     * The command that starts the program, after one that sets limits. Each replaces the one before, so that it is one
     * process.
     */
    static ProcessBuilder builder(List<String> limits, String javaOptions, List<String> arguments) {
        List<String> command = new ArrayList<>(limits);
        command.add(LAUNCHER.toAbsolutePath().normalize().toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("SALTUNNEL_JAVA_OPTS", javaOptions);
        return builder;
    }

    /**
     * Limits the bytes that a command may lock, also for root, and lets this process read the command's memory, also
     * without root.
     */
    static List<String> lockedUpTo(int bytes) throws IOException {
        List<String> command = new ArrayList<>();
        if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
            // The creator of a user namespace has every right over it.
            command.addAll(List.of("unshare", "--user", "--map-root-user"));
        }
        command.addAll(List.of("prlimit", "--memlock=" + bytes + ":" + bytes));
        command.addAll(List.of("setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock", "--"));
        return command;
    }

    private void readLines() {
        try (BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = errors.readLine(); line != null; line = errors.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("(standard error broke: " + e + ")");
        }
    }

    long pid() {
        return process.pid();
    }

    Process process() {
        return process;
    }

    /** Its standard error so far. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Waits until it prints the address that it listens on. */
    InetSocketAddress address() throws InterruptedException {
        Matcher said = LISTENING.matcher("");
        await(
                "a line that says where it listens",
                () -> lines.stream().anyMatch(line -> said.reset(line).find()));
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(said.group(1)));
    }

    /**
     * Waits until it has found the fastest kernels, so that the rest of the test uses these instead of the plain ones.
     */
    void awaitKernels() throws InterruptedException {
        await("the end of the kernels' trial", () -> !hasThread("saltunnel-kerne")); // Linux keeps 15 bytes of a name
    }

    private boolean hasThread(String name) {
        return threads().map(ScannedProcess::name).anyMatch(name::equals);
    }

    private Stream<File> threads() {
        File[] threads = new File("/proc/" + pid() + "/task").listFiles();
        return threads == null ? Stream.empty() : Stream.of(threads);
    }

    private static String name(File thread) {
        try {
            return Files.readString(thread.toPath().resolve("comm")).strip();
        } catch (IOException e) {
            return ""; // the thread has ended since
        }
    }

    /** Waits for a text in its output. */
    String awaitLine(Predicate<String> wanted) throws InterruptedException {
        await("a line", () -> lines.stream().anyMatch(wanted));
        return lines.stream().filter(wanted).findFirst().orElseThrow();
    }

    private void await(String what, Condition condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (!process.isAlive() && !reader.isAlive() && !condition.holds() || System.nanoTime() > end) {
                throw new AssertionError("waited for " + what + " in vain; it said: " + lines);
            }
            Thread.sleep(10);
        }
    }

    /** Waits until it has ended and all its output has arrived. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end; it said: " + lines);
        }
        reader.join(PATIENCE.toMillis());
        return process.exitValue();
    }

    /** A number of kibibytes in {@code /proc/PID/status}, in bytes. */
    long statusBytes(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid())
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new IOException("can't send it " + name);
        }
    }

    /** Scans its memory at one moment: it is stopped meanwhile. */
    MemoryScan scan(Needles needles) throws IOException, InterruptedException {
        suspend();
        try {
            return MemoryScan.of(pid(), needles);
        } finally {
            resume();
        }
    }

    /**
     * Stops all its threads. The signal alone lets threads that have a processor, or are about to get one, run for a
     * while.
     */
    void suspend() throws IOException, InterruptedException {
        signal("STOP");
        await("all threads to stand still", () -> threads().allMatch(thread -> state(thread) == STOPPED));
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private static char state(File thread) {
        try {
            String stat = Files.readString(thread.toPath().resolve("stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return STOPPED; // the thread has ended since
        }
    }

    /** Asks it to stop, and waits until it has ended. */
    int stop() throws InterruptedException {
        process.destroy();
        return exitCode();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            reader.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Condition {
        boolean holds();
    }
}
