package io.saltunnel.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents refer to exists: files, sections, and the types and tests of this project. */
class DocumentReferencesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** A link to a file or a section of this repository. */
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");

    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```$");

    /** The name of a test class. */
    private static final Pattern TEST = Pattern.compile("(?<!@)\\b[A-Z][a-z]\\w*(?:Test|IT)\\b");

    /** A type by its simple name, alone or with a member. */
    private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z]\\w+)(?:\\.\\w+)?`");

    @Test
    void everyLinkLeadsToAFileAndASection() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            for (MatchResult link :
                    matches(LINK, FENCED.matcher(Files.readString(document)).replaceAll(""))) {
                Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
                if (!Files.exists(target)
                        || link.group(2) != null && !anchors(target).contains(link.group(2))) {
                    broken.add(ROOT.relativize(document) + ": " + link.group());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyTestThatADocumentNamesExists() throws IOException {
        Set<String> sources = sources();
        List<String> missing = new ArrayList<>();
        for (Path document : documents()) {
            matches(TEST, Files.readString(document)).stream()
                    .map(MatchResult::group)
                    .filter(name -> !sources.contains(name))
                    .forEach(name -> missing.add(ROOT.relativize(document) + ": " + name));
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyTypeOnTheMapOfTheCodeExists() throws IOException {
        Set<String> sources = sources();
        String map = Files.readString(ROOT.resolve("docs/ARCHITECTURE.md"));
        assertThat(matches(TYPE, map).stream()
                        .map(name -> name.group(1))
                        .filter(name -> !sources.contains(name) && !isOfTheLibraries(name)))
                .isEmpty();
    }

    /** Started by the launcher, the program's memory is hidden from other processes. */
    @Test
    void noCommandInADocumentStartsTheJarWithoutTheLauncher() throws IOException {
        List<String> commands = new ArrayList<>();
        for (Path document : documents()) {
            matches(FENCED, Files.readString(document)).forEach(block -> commands.add(block.group()));
        }
        commands.add(Files.readString(ROOT.resolve("compose.yaml")));
        commands.add(Files.readString(ROOT.resolve("saltunnel-cli/src/main/dist/share/man/man1/saltunnel.1")));
        assertThat(commands).hasSizeGreaterThan(10).noneMatch(text -> text.contains("java -jar"));
    }

    private static boolean isOfTheLibraries(String name) {
        return Stream.of("java.lang.", "java.io.", "io.netty.channel.socket.").anyMatch(packageName -> {
            try {
                Class.forName(packageName + name);
                return true;
            } catch (ClassNotFoundException e) {
                return false;
            }
        });
    }

    /** The anchors of a document's sections, as GitHub makes them. */
    private static Set<String> anchors(Path document) throws IOException {
        return matches(HEADING, FENCED.matcher(Files.readString(document)).replaceAll("")).stream()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static List<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    private static List<Path> documents() throws IOException {
        return files(".md");
    }

    private static Set<String> sources() throws IOException {
        return files(".java").stream()
                .map(source -> source.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            List<Path> found = all.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> Stream.of("target", ".git")
                            .noneMatch(directory ->
                                    ROOT.relativize(file).toString().contains(directory + "/")))
                    .toList();
            assertThat(found).hasSizeGreaterThan(10);
            return found;
        }
    }
}
