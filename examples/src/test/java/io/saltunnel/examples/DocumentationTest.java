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
    private static final String SNIPPET = "{@snippet lang=\"java\" :\n";

    @Test
    void everyBlockOfTheDocumentsIsCompiled() throws IOException {
        Set<String> regions = regions();
        List<String> blocks = new ArrayList<>();
        for (Path document : List.of(ROOT.resolve("README.md"), ROOT.resolve("docs/embedding.md"))) {
            matches(BLOCK, read(document)).forEach(block -> blocks.add(block.group(1)));
        }
        assertThat(blocks).hasSizeGreaterThan(3);
        assertThat(regions).containsAll(blocks);
    }

    /** A reader sees it in an editor too, as the snippet's text is in the library's own sources. */
    @Test
    void everySnippetOfTheJavadocIsCompiled() throws IOException {
        Set<String> regions = regions();
        int snippets = 0;
        for (String module : List.of("saltunnel-core", "saltunnel-netty")) {
            for (Path source : sources(ROOT.resolve(module).resolve("src/main/java"))) {
                String text = read(source);
                List<String> inline = snippets(text);
                assertThat(text.split("\\{@snippet", -1))
                        .as("snippets of %s", source)
                        .hasSize(inline.size() + 1);
                assertThat(regions).as("snippets of %s", source).containsAll(inline);
                snippets += inline.size();
            }
        }
        assertThat(snippets).isGreaterThan(10);
    }

    @Test
    void theDocumentBeginsWithNineLines() throws IOException {
        Matcher first = BLOCK.matcher(Files.readString(ROOT.resolve("docs/embedding.md")));
        assertThat(first.find()).isTrue();
        assertThat(first.group(1).lines()).hasSize(9);
    }

    /** From the line after the opening brace to that of the closing one, without what makes them a comment. */
    private static List<String> snippets(String text) {
        List<String> snippets = new ArrayList<>();
        for (int start = text.indexOf(SNIPPET); start >= 0; start = text.indexOf(SNIPPET, start + 1)) {
            int from = start + SNIPPET.length();
            int end = from;
            for (int open = 1; open > 0; end++) {
                open += text.charAt(end) == '{' ? 1 : text.charAt(end) == '}' ? -1 : 0;
            }
            snippets.add(
                    text.substring(from, text.lastIndexOf('\n', end - 1) + 1).replaceAll("(?m)^ *\\* ?", ""));
        }
        return snippets;
    }

    private static Set<String> regions() throws IOException {
        return Stream.concat(sources(Path.of("src/main/java")).stream(), sources(Path.of("src/test/java")).stream())
                .flatMap(source -> matches(REGION, read(source)))
                .map(region -> region.group(2).stripTrailing().stripIndent() + "\n")
                .collect(Collectors.toSet());
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
