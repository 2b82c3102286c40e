package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Goal: the compiler keeps all vectors in registers. It relies on the classes that a method has met. Vectors of the
 * same element but of two sizes have two classes, and meet in the methods of the class that both extend. In a few of
 * many starts, the compiler then makes some vectors objects in the heap, which hold keystream, for as long as the
 * process runs.
 */
class VectorClassesTest {
    private static final Path SOURCES = Path.of("src/main/java25");
    private static final Pattern SPECIES = Pattern.compile("(\\w+Vector)\\.(SPECIES_\\w+)");

    @Test
    void vectorsOfOneElementHaveOneSize() throws IOException {
        Map<String, Set<String>> sizes = new HashMap<>();
        for (Path source : sources()) {
            for (MatchResult use :
                    SPECIES.matcher(Files.readString(source)).results().toList()) {
                sizes.computeIfAbsent(use.group(1), element -> new HashSet<>()).add(use.group(2));
            }
        }
        assertThat(sizes)
                .containsKeys("IntVector", "LongVector")
                .allSatisfy(
                        (element, species) -> assertThat(species).as(element).hasSize(1));
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
