package io.saltunnel.netty.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostAndPortTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "127.0.0.1:80 127.0.0.1 80",
                "[::1]:8080 ::1 8080",
                "[fe80::1%eth0]:1 fe80::1%eth0 1",
                "example.org:443 example.org 443",
                "a_b-c.example.:65535 a_b-c.example. 65535",
                ":80 '' 80",
                "localhost:0 localhost 0",
                "trail-:1 trail- 1",
                "482915367204:1 482915367204 1"
            })
    void readsAndWritesWhatPeopleType(String text, String host, int port) {
        HostAndPort address = HostAndPort.parse(text);
        assertThat(address.host()).isEqualTo(host);
        assertThat(address.port()).isEqualTo(port);
        assertThat(address).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "example.org|has no port",
                "example.org:|port is missing",
                "example.org:http|is not a number",
                "example.org:-1|is not a number",
                "example.org:65536|not between 0 and 65535",
                "example.org:100000000000|not between 0 and 65535",
                "::1:80|write an IPv6 address in brackets",
                "[127.0.0.1]:80|is not an IPv6 address",
                "[::g]:80|is not an IPv6 address",
                "1.2.3:80|neither an IP address nor a host name",
                "256.0.0.1:80|neither an IP address nor a host name",
                "7:80|neither an IP address nor a host name",
                "4294967295:80|neither an IP address nor a host name",
                "a..b:80|neither an IP address nor a host name",
                "-a:80|neither an IP address nor a host name",
                "a b:80|neither an IP address nor a host name"
            })
    void saysWhatIsWrongWithIt(String text, String fault) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostAndPort.parse(text))
                .withMessageContaining(fault);
    }

    @Test
    void aNameOfAnotherScriptIsWrittenAsItIsLookedUp() {
        assertThat(HostAndPort.parse("m\u00fcnchen.example:80")).hasToString("xn--mnchen-3ya.example:80");
    }

    @Test
    void aNameHasALongestLength() {
        String longest = "a".repeat(253);
        assertThat(new HostAndPort(longest, 1).host()).isEqualTo(longest);
        assertThatIllegalArgumentException().isThrownBy(() -> new HostAndPort(longest + "a", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org:1", ":1"})
    void whatIsNotNumericHasNoAddressOfItsOwn(String text) {
        assertThat(HostAndPort.parse(text).numericAddress()).isEmpty();
    }

    @Test
    void aNumericAddressNeedsNoLookUp() throws Exception {
        assertThat(HostAndPort.parse("192.0.2.1:1").numericAddress())
                .contains(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}));
        assertThat(HostAndPort.parse("[::1]:1").numericAddress().orElseThrow().isLoopbackAddress())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1:80", "[2001:db8::1]:443"})
    void writesASocketsAddressAsItWouldBeTyped(String text) {
        HostAndPort address = HostAndPort.parse(text);
        InetSocketAddress socket =
                new InetSocketAddress(address.numericAddress().orElseThrow(), address.port());
        assertThat(HostAndPort.of(socket)).isEqualTo(address).hasToString(text);
    }

    /** Found by fuzzing: this was an error of ours, on every connection. */
    @Test
    void takesAScopeThatThisMachineDoesNotHaveForUnknown() {
        assertThat(HostAndPort.parse("[fe80::1%nosuchinterface]:80").numericAddress())
                .isEmpty();
    }
}
