package io.saltunnel.netty.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "unix:/run/app.sock, /run/app.sock, 600",
        "unix:/run/app.sock;mode=0660, /run/app.sock, 660",
        "unix:/a b:c@d, /a b:c@d, 600",
        "unix:/x;mode=0000, /x, 000"
    })
    void readsAndWritesPaths(String text, String path, String mode) {
        assertThat(Endpoint.parse(text)).isEqualTo(new UnixPath(path, Integer.parseInt(mode, 8)));
        assertThat(Endpoint.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"unix:/x;mode=777, unix:/x;mode=0777", "unix:/x;mode=0600, unix:/x"})
    void writesAModeInOneForm(String typed, String written) {
        assertThat(Endpoint.parse(typed)).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:80", ":80", "[::1]:80", "example.org:80", "unix:80"})
    void readsHostsAndPorts(String text) {
        assertThat(Endpoint.parse(text)).isEqualTo(HostAndPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unix:/|names a directory",
                "unix:/run/|names a directory",
                "unix:/x;mode=|write ;mode= and three octal digits",
                "unix:/x;mode=0888|write ;mode= and three octal digits",
                "unix:/x;mode=1777|write ;mode= and three octal digits",
                "unix:/x;owner=me|write ;mode= and three octal digits",
                "unix:/x;mode=0600;mode=0600|write ;mode= and three octal digits",
                "unix:x|write its whole path"
            })
    void saysWhatIsWrong(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse(text))
                .withMessageContaining(message);
    }

    @Test
    void knowsTheLengthOfAPathInBytes() {
        String longest = "/" + "x".repeat(106);
        assertThat(new UnixPath(longest).path()).isEqualTo(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new UnixPath(longest + "x"))
                .withMessageEndingWith("has 108 bytes: the path of a UNIX socket has 107 at most");
        assertThatIllegalArgumentException().isThrownBy(() -> new UnixPath("/" + "é".repeat(54)));
    }

    @Test
    void refusesPathsThatItCouldNotWrite() {
        assertThatIllegalArgumentException().isThrownBy(() -> new UnixPath("relative"));
        assertThatIllegalArgumentException().isThrownBy(() -> new UnixPath("/a;b"));
        assertThatIllegalArgumentException().isThrownBy(() -> new UnixPath("/a\0b"));
        assertThatIllegalArgumentException().isThrownBy(() -> new UnixPath("/a\nb"));
        assertThatIllegalArgumentException().isThrownBy(() -> new UnixPath("/a", 01000));
        assertThatIllegalArgumentException().isThrownBy(() -> new UnixPath("/a", -1));
    }

    @Test
    void givesAddressesForSocketsOfTheRuntime() {
        assertThat(Endpoint.parse("unix:/run/x").toSocketAddress()).isEqualTo(UnixDomainSocketAddress.of("/run/x"));
        assertThat(Endpoint.parse("127.0.0.1:80").toSocketAddress())
                .isEqualTo(new InetSocketAddress(
                        HostAndPort.parse("127.0.0.1:0").numericAddress().orElseThrow(), 80));
        assertThat(Endpoint.parse("name.example:80").toSocketAddress())
                .isEqualTo(InetSocketAddress.createUnresolved("name.example", 80));
        assertThat(HostAndPort.parse(":80").toSocketAddress().getAddress()).satisfies(InetAddress::isAnyLocalAddress);
    }
}
