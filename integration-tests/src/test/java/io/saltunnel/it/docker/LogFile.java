package io.saltunnel.it.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.containers.GenericContainer;

/** Keeps a container's output after its end. */
final class LogFile {

    private final Path file;

    LogFile(Path folder, String name) {
        this.file = folder.resolve(name + ".log");
    }

    /**
     * Writes all output so far. To be called before the container is stopped, because output that is still on its way
     * then is lost.
     */
    void keep(GenericContainer<?> container) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, container.getLogs());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
