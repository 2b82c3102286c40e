package io.saltunnel.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks the sources of the libraries against the rules, and the rules against a source that breaks each of them. */
class DocumentationRulesTest {
    private static ApiSources libraries;
    private static DocumentationRules rules;

    @BeforeAll
    static void readSources() throws IOException {
        libraries = ApiSources.read(
                Path.of("../saltunnel-core/src/main/java"), Path.of("../saltunnel-netty/src/main/java"));
        rules = new DocumentationRules(libraries);
    }

    @Test
    void seesTheWholeApi() {
        assertThat(libraries.types())
                .extracting(type -> type.getSimpleName().toString())
                .contains("SaltunnelHandlers", "ClientBuilder", "ClientHandshake", "SecretMemory")
                .doesNotContain("TunnelPipeline", "CipherHandler", "LittleEndian", "AwaitingServerHi");
        assertThat(libraries.methods())
                .extracting(method -> method.getEnclosingElement().getSimpleName() + "." + method.getSimpleName())
                .contains("AwaitingServerHi.receive", "TunnelBuilder.start", "SecretBox.<init>", "HostAndPort.<init>")
                .doesNotContain("TunnelPipeline.assembleWireSide", "BufferMemory.map");
    }

    @Test
    void everyTypeSaysWhichThreadsMayUseIt() {
        assertThat(rules.typesSilentOfThreads()).isEmpty();
    }

    @Test
    void everyMethodSaysWhatItThrows() {
        assertThat(rules.methodsSilentOfExceptions()).isEmpty();
    }

    @Test
    void everyMethodSaysWhoClosesWhatItTakesAndGives() {
        assertThat(rules.methodsSilentOfOwners()).isEmpty();
    }

    @Test
    void everyMethodSaysWhatBecomesOfABuffersIndices() {
        assertThat(rules.methodsSilentOfIndices()).isEmpty();
    }

    @Test
    void theRulesFindWhatIsMissing() throws IOException {
        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("string:///Silent.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return """
                        package silent;
                        /** Says nothing. */
                        public class Silent {
                            /** Says it.
                              * @throws IllegalArgumentException if told to
                              */
                            public void saysIt() { helper(); }
                            /** Throws what a helper throws. */
                            public void hidesIt() { helper(); }
                            /** Throws what is wrong with this, but not what is wrong with its own call. */
                            public void passesItOn() { saysIt(); says(); }
                            /** Says of what state it needs.
                              * @throws IllegalStateException if it isn't in it
                              */
                            public void says() { throw new IllegalStateException(); }
                            /** Keeps it to itself. */
                            public void catchesIt() {
                                try { helper(); } catch (RuntimeException e) { return; }
                            }
                            /** Only looks at it. */
                            public void rethrowsIt() {
                                try { helper(); } catch (RuntimeException e) { throw e; }
                            }
                            /** Checks a range. */
                            public void checksIt() { java.util.Objects.checkFromIndexSize(1, 2, 3); }
                            /** Declares it. */
                            public void declaresIt() throws java.io.IOException {}
                            /** Gives one. */
                            public Resource gives() { return new Resource(); }
                            /** Takes a buffer. */
                            public void takes(java.nio.ByteBuffer buffer) {}
                            private void helper() { throw new IllegalArgumentException(); }
                        }
                        class Resource implements AutoCloseable {
                            public void close() {}
                        }
                        """;
                    }
                };
        DocumentationRules silent = new DocumentationRules(ApiSources.of(List.of(source), Set.of("silent")));
        assertThat(silent.typesSilentOfThreads()).containsExactly("silent.Silent");
        assertThat(silent.methodsSilentOfExceptions())
                .containsExactlyInAnyOrder(
                        "silent.Silent.hidesIt throws java.lang.IllegalArgumentException",
                        "silent.Silent.passesItOn throws java.lang.IllegalStateException",
                        "silent.Silent.rethrowsIt throws java.lang.IllegalArgumentException",
                        "silent.Silent.checksIt throws java.lang.IndexOutOfBoundsException",
                        "silent.Silent.declaresIt throws java.io.IOException");
        assertThat(silent.methodsSilentOfOwners()).containsExactly("silent.Silent.gives");
        assertThat(silent.methodsSilentOfIndices()).containsExactly("silent.Silent.takes");
    }
}
