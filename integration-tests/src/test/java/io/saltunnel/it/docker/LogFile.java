package io.saltunnel.it.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.containers.GenericContainer;

/** Where what a container said is kept when it's gone. */
final class LogFile {

    private final Path file;

    LogFile(Path folder, String name) {
        this.file = folder.resolve(name + ".log");
    }

    /** Writes all it has said so far. To be called before it's stopped, as what is still on its way then is lost. */
    void keep(GenericContainer<?> container) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, container.getLogs());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
