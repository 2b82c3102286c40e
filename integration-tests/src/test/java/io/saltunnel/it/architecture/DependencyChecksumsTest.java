package io.saltunnel.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Goal: the libraries that the program and its tests run with are, byte for byte, those that were reviewed when they
 * were chosen, whichever server they come from. {@code dependencies.sha256} holds their SHA-256 sums.
 *
 * <p>After an intended change of a dependency, put the lines that the failure names into that file.
 */
class DependencyChecksumsTest {
    private static final String SUMS = "/dependencies.sha256";

    @Test
    void everyLibraryIsTheOneThatWasChosen() throws Exception {
        TreeSet<String> found = new TreeSet<>();
        for (Path jar : libraries()) {
            found.add(sha256(jar) + "  " + jar.getFileName());
        }
        assertThat(found).isNotEmpty();
        assertThat(found).containsExactlyElementsOf(new TreeSet<>(pinned()));
    }

    /** The class path of this test, without the project's own jars and folders. */
    private static List<Path> libraries() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(Files::isRegularFile)
                .filter(path -> path.getFileName().toString().endsWith(".jar"))
                .filter(path -> !path.getFileName().toString().startsWith("saltunnel"))
                .filter(path -> !path.getFileName().toString().startsWith("surefire"))
                .toList();
    }

    private static List<String> pinned() throws IOException {
        try (InputStream sums = Objects.requireNonNull(DependencyChecksumsTest.class.getResourceAsStream(SUMS), SUMS)) {
            return new String(sums.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        }
    }

    private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
