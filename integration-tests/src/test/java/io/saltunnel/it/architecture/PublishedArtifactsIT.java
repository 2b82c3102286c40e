package io.saltunnel.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Goal: the jars and POMs that a release publishes have everything that Maven Central asks for. */
@Tag("jdk-independent")
class PublishedArtifactsIT {

    private static final Path ROOT = Path.of("..");

    @ParameterizedTest
    @ValueSource(strings = {"saltunnel-core", "saltunnel-netty", "saltunnel-redis", "saltunnel-cli"})
    void aModuleHasItsClassesItsSourcesAndItsJavadoc(String module) throws IOException {
        assertThat(jars(module))
                .as("jars of %s, which -Dfast does not make", module)
                .anySatisfy(jar -> assertThat(names(jar)).contains("META-INF/MANIFEST.MF", mainClass(module, ".class")))
                .anySatisfy(jar -> assertThat(names(jar)).contains(mainClass(module, ".java")))
                .anySatisfy(jar -> assertThat(names(jar)).contains("index.html", "element-list"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"saltunnel-core", "saltunnel-netty", "saltunnel-redis", "saltunnel-cli"})
    void everyJarHasTheLicenceAndTheNotice(String module) throws IOException {
        String licence = Files.readString(ROOT.resolve("LICENSE"));
        for (Path jar : jars(module)) {
            assertThat(text(jar, "META-INF/LICENSE")).as(jar.toString()).isEqualTo(licence);
            // The program's notice is longer: it names the libraries in the jar.
            assertThat(text(jar, "META-INF/NOTICE"))
                    .as(jar.toString())
                    .startsWith("Saltunnel\nCopyright 2026 The Saltunnel authors\n");
        }
    }

    /** The parent and the BOM have no parent that could give them these; the modules inherit them. */
    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "saltunnel-bom/pom.xml"})
    void aPomSaysWhatTheProjectIsAndWhoseItIs(String pom) throws Exception {
        Element project = project(pom);
        assertThat(List.of(
                        value(project, "name"),
                        value(project, "description"),
                        value(project, "url"),
                        value(project, "licenses", "license", "name"),
                        value(project, "licenses", "license", "url"),
                        value(project, "developers", "developer", "name"),
                        value(project, "developers", "developer", "organization"),
                        value(project, "developers", "developer", "organizationUrl"),
                        value(project, "scm", "connection"),
                        value(project, "scm", "developerConnection"),
                        value(project, "scm", "url")))
                .as(pom)
                .doesNotContain("");
    }

    @Test
    void theBomSaysTheSameAsTheParent() throws Exception {
        for (String part : List.of("url", "licenses", "developers", "scm")) {
            assertThat(value(project("saltunnel-bom/pom.xml"), part))
                    .as(part)
                    .isEqualToNormalizingWhitespace(value(project("pom.xml"), part));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"saltunnel-core", "saltunnel-netty", "saltunnel-redis", "saltunnel-cli"})
    void aModuleHasItsOwnNameAndDescription(String module) throws Exception {
        Element project = project(module + "/pom.xml");
        assertThat(value(project, "name")).isNotEmpty();
        assertThat(value(project, "description")).isNotEmpty();
    }

    private static List<Path> jars(String module) throws IOException {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(ROOT.resolve(module).resolve("target"), "saltunnel*.jar")) {
            files.forEach(jars::add);
        }
        return jars;
    }

    private static String mainClass(String module, String ending) {
        return switch (module) {
            case "saltunnel-core" -> "io/saltunnel/core/key/LongTermKey" + ending;
            case "saltunnel-redis" -> "io/saltunnel/redis/RedisReplayMemoryProvider" + ending;
            case "saltunnel-netty" -> "io/saltunnel/netty/SaltunnelHandler" + ending;
            default -> "io/saltunnel/cli/Main" + ending;
        };
    }

    private static List<String> names(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        } catch (IOException e) {
            throw new AssertionError(jar.toString(), e);
        }
    }

    private static String text(Path jar, String name) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            ZipEntry entry = file.getEntry(name);
            assertThat(entry).as("%s in %s", name, jar).isNotNull();
            try (InputStream in = file.getInputStream(Objects.requireNonNull(entry))) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }

    private static Element project(String pom) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(ROOT.resolve(pom).toFile())
                .getDocumentElement();
    }

    /** The text of the element at this path below {@code element}, or an empty string. */
    private static String value(Element element, String... path) {
        Node node = element;
        for (String name : path) {
            node = children(node)
                    .filter(child -> name.equals(child.getNodeName()))
                    .findFirst()
                    .orElse(null);
            if (node == null) {
                return "";
            }
        }
        return node.getTextContent().strip();
    }

    private static Stream<Node> children(Node node) {
        NodeList children = node.getChildNodes();
        return IntStream.range(0, children.getLength()).mapToObj(children::item);
    }
}
