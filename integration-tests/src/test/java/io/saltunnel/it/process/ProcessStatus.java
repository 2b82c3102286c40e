package io.saltunnel.it.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The system's data about a process, read anew each time (Linux). */
record ProcessStatus(long pid) {

    /** The columns of {@code /proc/net/tcp}, and the state of a listening socket. */
    private static final int LOCAL_ADDRESS = 1;

    private static final int STATE = 3;
    private static final int QUEUES = 4;
    private static final int INODE = 9;
    private static final String LISTENING = "0A";

    /** The resident memory. */
    long residentBytes() throws IOException {
        return kibibytes("VmRSS:") * 1024;
    }

    /** The highest value of {@link #residentBytes()} so far. */
    long peakResidentBytes() throws IOException {
        return kibibytes("VmHWM:") * 1024;
    }

    /**
     * File descriptors of sockets, pipes and the like. Regular files don't count, because the virtual machine opens
     * them at any time.
     */
    int openFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder().resolve("fd"))) {
            return (int) files.filter(ProcessStatus::isNoFileOnDisk).count();
        }
    }

    /** Its threads, of Java and of the virtual machine. */
    int threads() throws IOException {
        return (int) number("Threads:");
    }

    /** The processor time of all its living threads so far. */
    long processorNanos() throws IOException {
        long nanos = 0;
        try (Stream<Path> threads = Files.list(folder().resolve("task"))) {
            for (Path thread : threads.toList()) {
                nanos += Long.parseLong(
                        Files.readString(thread.resolve("schedstat")).split(" ", 2)[0]);
            }
        }
        return nanos;
    }

    /** Its open TCP connections, in any state. */
    int connections() throws IOException {
        return openConnections().size();
    }

    /** The bytes that the peers' systems have not acknowledged, of all its connections. */
    long unacknowledgedBytes() throws IOException {
        long bytes = 0;
        for (String[] socket : openConnections()) {
            bytes += Long.parseLong(socket[QUEUES].substring(0, socket[QUEUES].indexOf(':')), 16);
        }
        return bytes;
    }

    private List<String[]> openConnections() throws IOException {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> files = Files.list(folder().resolve("fd"))) {
            for (Path file : files.toList()) {
                inode(file).ifPresent(inodes::add);
            }
        }
        return tcpSockets().stream()
                .filter(socket -> !socket[STATE].equals(LISTENING) && inodes.contains(socket[INODE]))
                .toList();
    }

    /** Connections waiting to be accepted on a port. */
    int waitingOn(int port) throws IOException {
        int waiting = 0;
        for (String[] socket : tcpSockets()) {
            if (socket[STATE].equals(LISTENING) && socket[LOCAL_ADDRESS].endsWith(":%04X".formatted(port))) {
                waiting += Integer.parseInt(socket[QUEUES].substring(socket[QUEUES].indexOf(':') + 1), 16);
            }
        }
        return waiting;
    }

    private List<String[]> tcpSockets() throws IOException {
        List<String[]> sockets = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            Path file = folder().resolve("net").resolve(table);
            if (Files.exists(file)) {
                try (Stream<String> lines = Files.lines(file)) {
                    lines.skip(1).map(line -> line.strip().split("\\s+")).forEach(sockets::add);
                }
            }
        }
        return sockets;
    }

    private static boolean isNoFileOnDisk(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().contains(":[");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    private static Optional<String> inode(Path file) {
        try {
            String link = Files.readSymbolicLink(file).toString();
            return link.startsWith("socket:[") ? Optional.of(link.substring(8, link.length() - 1)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // closed meanwhile
        }
    }

    private long kibibytes(String field) throws IOException {
        return number(field);
    }

    private long number(String field) throws IOException {
        try (Stream<String> lines = Files.lines(folder().resolve("status"))) {
            String line =
                    lines.filter(text -> text.startsWith(field)).findFirst().orElseThrow();
            return Long.parseLong(
                    line.substring(field.length()).replace("kB", "").strip());
        }
    }

    private Path folder() {
        return Path.of("/proc", Long.toString(pid));
    }
}
