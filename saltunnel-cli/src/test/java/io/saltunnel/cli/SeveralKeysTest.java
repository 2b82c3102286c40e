package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.cli.config.Problems;
import io.saltunnel.cli.status.Tallies;
import io.saltunnel.core.key.KeyLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a tunnel gets its keys, and what is wrong with them. */
class SeveralKeysTest {

    @TempDir
    private Path directory;

    private ConfigFolder folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = ConfigFolder.in(directory);
    }

    private void key(String name, int octet) throws IOException {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) octet);
        bytes[0] = 1;
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.setPosixFilePermissions(Files.write(file, bytes), PosixFilePermissions.fromString("rw-------"));
    }

    private static String tunnel(String mode, String keys) {
        return "[[tunnel]]\nname = \"a\"\nlisten = \":1\"\nto = \"b:2\"\nmode = \"%s\"\n%s\n".formatted(mode, keys);
    }

    private String check(String mode, String keys) throws IOException {
        folder.main(tunnel(mode, keys));
        return folder.check().replace(directory.toString(), ".");
    }

    private List<String> names(String keys) throws IOException {
        Problems problems = new Problems();
        ConfiguredTunnels tunnels = ConfiguredTunnels.read(folder.main(tunnel("server", keys)), problems);
        try (KeyRing ring = new KeyRing();
                PreparedTunnels prepared = tunnels.prepare(ring, Tallies.none())) {
            assertThat(problems.all()).isEmpty();
            return prepared.tunnels().get(0).keys().set().labels().stream()
                    .map(KeyLabel::name)
                    .toList();
        }
    }

    @Test
    void aServerTakesAListOfFilesInItsOrder() throws IOException {
        key("new.key", 2);
        key("sub/old key", 3);
        assertThat(names("keys = [\"new.key\", \"sub/old key\", \"a.key\"]")).containsExactly("new", "old_key", "a");
        assertThat(names("key = \"new.key\"")).containsExactly("new");
    }

    @Test
    void aDirectoryStandsForItsKeyFilesInTheOrderOfTheirNames() throws IOException {
        key("keys.d/two.key", 2);
        key("keys.d/one.key", 3);
        key("keys.d/.hidden.key", 4);
        folder.file("keys.d/README", "no key");
        assertThat(names("keys = \"keys.d\"")).containsExactly("one", "two");
        assertThat(names("keys = [\"a.key\", \"keys.d\"]")).containsExactly("a", "one", "two");
    }

    @Test
    void aTunnelsOwnKeysTakeThePlaceOfTheDefault() throws IOException {
        key("own.key", 2);
        folder.main("[defaults]\nkey = \"missing.key\"\n" + tunnel("server", "keys = [\"own.key\"]"));
        assertThat(folder.check()).isEqualTo("saltunnel.toml: ok, 1 tunnel\n");
    }

    @Test
    void namesThatALogLineCannotTellApartGetTheFingerprint() throws IOException {
        key("caf\u00e9.key", 2);
        key("caf\u00e8.key", 3);
        List<String> names = names("keys = [\"caf\u00e9.key\", \"a.key\", \"caf\u00e8.key\"]");
        assertThat(names).hasSize(3).doesNotHaveDuplicates().contains("a");
        assertThat(names.get(0)).matches("caf_-[0-9a-f]{8}");
        assertThat(names.get(2)).matches("caf_-[0-9a-f]{8}");
        key("x".repeat(70) + "1.key", 4);
        key("x".repeat(70) + "2.key", 5);
        assertThat(names("keys = [\"" + "x".repeat(70) + "1.key\", \"" + "x".repeat(70) + "2.key\"]"))
                .allMatch(name -> name.matches("x{55}-[0-9a-f]{8}"))
                .doesNotHaveDuplicates();
    }

    @Test
    void explainsWhatIsWrong() throws IOException {
        folder.key("same.key");
        assertThat(check("server", "keys = [\"a.key\", \"same.key\"]"))
                .matches("saltunnel.toml:6:8: the key same [0-9a-f]{8} is given twice\n");
        assertThat(check("client", "keys = [\"a.key\", \"same.key\"]"))
                .isEqualTo("saltunnel.toml:6:8: a client has one key, not 2: only a server takes several\n");
        assertThat(check("server", "keys = []")).isEqualTo("saltunnel.toml:6:8: 'key' needs one text or more\n");
        assertThat(check("server", "key = \"a.key\"\nkeys = [\"a.key\"]"))
                .isEqualTo("saltunnel.toml:7:1: 'key' and 'keys' say the same thing: keep one of them\n");
        assertThat(check("server", "keys = [\"a.key\", 7]"))
                .isEqualTo("saltunnel.toml:6:8: 'key' needs a list of texts, such as [\"one\", \"two\"]\n");
        assertThat(check("server", "keys = [\"a.key\", \"no.key\"]"))
                .isEqualTo("saltunnel.toml:6:8: key file no.key does not exist\n");
        Files.createDirectory(directory.resolve("empty.d"));
        assertThat(check("server", "keys = \"empty.d\""))
                .isEqualTo("saltunnel.toml:6:8: key file empty.d is a directory without files whose names end with"
                        + " .key\n");
        assertThat(check("server", "key = \"a.key\"\nrevoke = \"soon\""))
                .isEqualTo("saltunnel.toml:7:10: 'soon' is neither now nor later\n");
        key("b/a.key", 2);
        assertThat(check("server", "keys = [\"a.key\", \"b/a.key\"]"))
                .isEqualTo("saltunnel.toml:6:8: two keys have the name a\n");
    }

    @Test
    void takesSixteenKeysAtMost() throws IOException {
        for (int i = 0; i < 17; i++) {
            key("k" + i, i + 2);
        }
        assertThat(names("keys = " + list(16))).hasSize(16);
        assertThat(check("server", "keys = " + list(17)))
                .isEqualTo("saltunnel.toml:6:8: a tunnel has 1 to 16 keys, not 17\n");
    }

    private static String list(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"k" + i + "\"").collect(Collectors.joining(", ", "[", "]"));
    }
}
