package io.saltunnel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the documents show of Java is a region of a source file of this module: it's compiled, and run by the other
 * tests.
 */
class DocumentationTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern REGION =
            Pattern.compile("(?ms)^ *// @start region=\"([a-z0-9-]+)\"\\n(.*?)^ *// @end\\n");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```\\n");
    private static final Pattern SNIPPET = Pattern.compile("\\{@snippet class=\"([\\w.]+)\" region=\"([a-z-]+)\"}");

    @Test
    void everyBlockOfTheDocumentsIsCompiled() throws IOException {
        Set<String> regions = Stream.concat(
                        sources(Path.of("src/main/java")).stream(), sources(Path.of("src/test/java")).stream())
                .flatMap(source -> matches(REGION, read(source)))
                .map(region -> region.group(2).stripTrailing().stripIndent() + "\n")
                .collect(Collectors.toSet());
        List<String> blocks = new ArrayList<>();
        for (Path document : List.of(ROOT.resolve("README.md"), ROOT.resolve("docs/embedding.md"))) {
            matches(BLOCK, read(document)).forEach(block -> blocks.add(block.group(1)));
        }
        assertThat(blocks).hasSizeGreaterThan(3);
        assertThat(regions).containsAll(blocks);
    }

    /** On JDK 17 Javadoc doesn't look for them, so that only this does. */
    @Test
    void everySnippetOfTheJavadocIsThere() throws IOException {
        int snippets = 0;
        for (String module : List.of("saltunnel-core", "saltunnel-netty")) {
            for (Path source : sources(ROOT.resolve(module).resolve("src/main/java"))) {
                for (MatchResult snippet : matches(SNIPPET, read(source)).toList()) {
                    Path file = Path.of("src/main/java", snippet.group(1).replace('.', '/') + ".java");
                    assertThat(file).as("%s names it", source).isRegularFile();
                    assertThat(matches(REGION, read(file)).map(region -> region.group(1)))
                            .as("the regions of %s", file)
                            .contains(snippet.group(2));
                    snippets++;
                }
            }
        }
        assertThat(snippets).isGreaterThan(5);
    }

    @Test
    void theDocumentBeginsWithNineLines() throws IOException {
        Matcher first = BLOCK.matcher(Files.readString(ROOT.resolve("docs/embedding.md")));
        assertThat(first.find()).isTrue();
        assertThat(first.group(1).lines()).hasSize(9);
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static Stream<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
