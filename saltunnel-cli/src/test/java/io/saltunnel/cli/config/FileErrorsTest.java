package io.saltunnel.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FileErrorsTest {

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new NoSuchFileException("/a"), "/a: no such file or directory"),
                Arguments.of(new AccessDeniedException("/a"), "/a: permission denied"),
                Arguments.of(new FileAlreadyExistsException("/a"), "/a: it exists already"),
                Arguments.of(new NotDirectoryException("/a"), "/a: it is no directory"),
                Arguments.of(new FileSystemException("/a", null, "File name too long"), "/a: File name too long"),
                Arguments.of(new FileSystemException("/a"), "/a: the system doesn't say why"),
                Arguments.of(new IOException("No space left on device"), "No space left on device"),
                Arguments.of(new IOException(), "the system doesn't say why"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void saysWhichFileAndWhy(IOException failure, String message) {
        assertThat(FileErrors.message(failure)).isEqualTo(message);
    }
}
