package io.saltunnel.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The system's limit of open files, and the number that tunnels need. */
final class OpenFilesLimit {

    private static final String LINE = "Max open files";
    private static final int FILES_OF_A_CONNECTION = 2;

    /** The files of a server for connections that have not proved the key, or wait. */
    private static final int BESIDE_TUNNELS = 128;

    /** The files of the program itself. */
    private static final int RESERVE = 128;

    private OpenFilesLimit() {}

    /** The soft limit; empty if there is none, or it can't be known. */
    static Optional<Long> ofProcess() {
        try {
            return in(Files.readAllLines(Path.of("/proc/self/limits"), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<Long> in(List<String> limits) {
        return limits.stream()
                .filter(line -> line.startsWith(LINE))
                .map(line -> line.substring(LINE.length()).strip().split("\\s+", 2)[0])
                .filter(soft -> soft.matches("[0-9]{1,18}"))
                .map(Long::valueOf)
                .findFirst();
    }

    /** The files that these tunnels need together, if each has as many connections as it may. */
    static long neededBy(List<TunnelPlan> plans) {
        long needed = RESERVE;
        for (TunnelPlan plan : plans) {
            needed += (long) FILES_OF_A_CONNECTION * plan.maxConnections()
                    + switch (plan.mode()) {
                        case CLIENT -> 0;
                        case SERVER -> BESIDE_TUNNELS;
                    };
        }
        return needed;
    }
}
