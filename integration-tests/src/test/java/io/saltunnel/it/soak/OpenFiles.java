package io.saltunnel.it.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** This process's open files, as reported by Linux. */
final class OpenFiles {
    private OpenFiles() {}

    /** The limit of open files. */
    static long most() throws IOException {
        try (Stream<String> limits = Files.lines(Path.of("/proc/self/limits"))) {
            String most = limits.filter(line -> line.startsWith("Max open files"))
                    .findFirst()
                    .orElseThrow()
                    .split("\\s+")[3];
            return most.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(most);
        }
    }

    /**
     * The number of open sockets, pipes and the like. Regular files don't count, because the virtual machine opens jar
     * files at any time.
     */
    static long count() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(OpenFiles::isNoFileOnDisk).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isNoFileOnDisk(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().contains(":[");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }
}
