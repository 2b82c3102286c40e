package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which addresses can't be together in one configuration. */
class PlanChecksTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80, 127.0.0.1:80, true",
        "127.0.0.1:80, 127.0.0.1:81, false",
        "127.0.0.1:0, 127.0.0.1:0, false",
        "127.0.0.1:80, 127.0.0.2:80, false",
        "127.0.0.1:80, 0.0.0.0:80, true",
        "127.0.0.1:80, :80, true",
        "192.0.2.1:80, [::]:80, true",
        "0.0.0.0:80, [::]:80, true",
        "0.0.0.0:80, [::1]:80, false",
        "[::1]:80, [0:0:0:0:0:0:0:1]:80, true",
        "localhost:80, 127.0.0.1:80, true",
        "localhost:80, [::1]:80, true",
        "localhost:80, 192.0.2.1:80, false",
        "LOCALHOST:80, localhost:80, true",
        "a.example:80, A.example:80, true",
        "a.example:80, b.example:80, false",
        "unix:/run/a, unix:/run/a, true",
        "unix:/run/a, unix:/run/x/../a;mode=0660, true",
        "unix:/run/a, unix:/run/b, false",
        "unix:/run/a, 127.0.0.1:80, false",
    })
    void twoTunnelsCantListenOnOneAddress(String one, String other, boolean together) throws IOException {
        String told = check(tunnel("a", one, "far.example:9") + tunnel("b", other, "far.example:9"));
        assertThat(told.startsWith("saltunnel.toml:9:10: tunnel 'a' listens on "))
                .isEqualTo(together);
        assertThat(told.endsWith("ok, 2 tunnels\n")).isEqualTo(!together);
        String swapped = check(tunnel("a", other, "far.example:9") + tunnel("b", one, "far.example:9"));
        assertThat(swapped.endsWith("ok, 2 tunnels\n")).isEqualTo(!together);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80, 127.0.0.1:80, true",
        "127.0.0.1:80, localhost:80, true",
        ":80, localhost:80, true",
        ":80, [::1]:80, true",
        "0.0.0.0:80, 127.0.0.1:80, true",
        "0.0.0.0:80, [::1]:80, false",
        "0.0.0.0:80, far.example:80, false",
        ":80, 192.0.2.1:80, false",
        "192.0.2.1:80, 192.0.2.1:80, true",
        "127.0.0.1:80, 127.0.0.1:81, false",
        "unix:/run/a;mode=0660, unix:/run/a, true",
        "127.0.0.1:80, 'far.example:9,127.0.0.1:80', true",
        "127.0.0.1:80, 'far.example:9,near.example:80', false",
    })
    void aTunnelCantConnectToItself(String listen, String to, boolean back) throws IOException {
        String told = check(tunnel("a", listen, to));
        assertThat(told.startsWith("saltunnel.toml:4:6: this tunnel would connect to itself"))
                .isEqualTo(back);
        assertThat(told.endsWith("ok, 1 tunnel\n")).isEqualTo(!back);
    }

    private String check(String text) throws IOException {
        ConfigFolder folder = ConfigFolder.in(directory);
        folder.main(text);
        return folder.check();
    }

    private static String tunnel(String name, String listen, String to) {
        return "[[tunnel]]\nname = \"%s\"\nlisten = \"%s\"\nto = \"%s\"\n".formatted(name, listen, to)
                + ConfigFolder.CLIENT;
    }
}
