package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A subject's processes, from start to end. */
final class Running implements AutoCloseable {
    private static final int MAX_SETTLING = 10;
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int PAGE_KB = 4;
    private static final int USER_TICKS = 11;
    private static final int KERNEL_TICKS = 12;
    private static final long NANOS_PER_TICK = 10_000_000;

    private final List<Process> processes = new ArrayList<>();
    private final int entry;

    Running(Subject subject, Path directory) throws IOException, InterruptedException {
        this(subject, directory, "");
    }

    /** With options for the virtual machine, if there is one. */
    Running(Subject subject, Path directory, String javaOptions) throws IOException, InterruptedException {
        entry = subject.entry();
        try {
            for (List<String> command : subject.commands()) {
                Path log = directory.resolve(command.get(0).replace('/', '_') + ".log");
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
                builder.environment().put("SALTUNNEL_JAVA_OPTS", javaOptions);
                processes.add(builder.start());
            }
            awaitEcho(subject);
        } catch (IOException | InterruptedException e) {
            close();
            throw e;
        }
    }

    /** A subject is ready once it echoes a byte through all its processes. */
    private void awaitEcho(Subject subject) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!echoes(subject)) {
            if (System.nanoTime() - start > START_NANOS) {
                throw new IOException(subject.name() + " did not start");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static boolean echoes(Subject subject) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), subject.entry())) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write(new byte[] {Target.ECHO, 7});
            return socket.getInputStream().read() == 7;
        } catch (IOException e) {
            return false; // not all processes listen yet
        }
    }

    /** The port that the load connects to. */
    int entry() {
        return entry;
    }

    /** The resident memory of each process and its children, in KB. */
    List<Long> residentKb() throws IOException {
        List<Long> sizes = new ArrayList<>();
        for (Process process : processes) {
            long pages = statm(process.pid());
            for (ProcessHandle child : process.descendants().toList()) {
                pages += statm(child.pid());
            }
            sizes.add(pages * PAGE_KB);
        }
        return sizes;
    }

    /**
     * The same, once it has not changed for three seconds, or after half a minute: after their start, programs compile,
     * and take memory that they return later.
     */
    List<Long> settledResidentKb() throws IOException, InterruptedException {
        List<Long> before = residentKb();
        for (int i = 0; i < MAX_SETTLING; i++) {
            TimeUnit.SECONDS.sleep(3);
            List<Long> now = residentKb();
            if (now.equals(before)) {
                break;
            }
            before = now;
        }
        return before;
    }

    /** The resident memory of each process, as text for the output. */
    String residentMb() throws IOException {
        return megabytes(residentKb());
    }

    /** The same, once it has settled. */
    String settledResidentMb() throws IOException, InterruptedException {
        return megabytes(settledResidentKb());
    }

    private static String megabytes(List<Long> kilobytes) {
        return kilobytes.stream()
                .map(size -> String.format("%.0f", size / 1024.0))
                .toList()
                .toString();
    }

    /** The processor time of all processes so far, without children, in the system's steps of ten milliseconds. */
    long processorNanos() throws IOException {
        long nanos = 0;
        for (long pid : pids()) {
            nanos += processorNanos(pid);
        }
        return nanos;
    }

    /** The same of the server alone: the process nearest to the target. */
    long serverNanos() throws IOException {
        return processorNanos(pids().get(0));
    }

    private static long processorNanos(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(afterName[USER_TICKS]) + Long.parseLong(afterName[KERNEL_TICKS])) * NANOS_PER_TICK;
    }

    /** The ids of the started processes, in order. */
    List<Long> pids() {
        return processes.stream().map(Process::pid).toList();
    }

    private static long statm(long pid) throws IOException {
        return Long.parseLong(
                Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ")[1]);
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        for (Process process : processes) {
            try {
                process.onExit().get(5, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                process.destroyForcibly();
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
