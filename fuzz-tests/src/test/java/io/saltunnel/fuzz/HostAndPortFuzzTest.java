package io.saltunnel.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.saltunnel.netty.address.HostAndPort;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Addresses as people type them: either parsed, and equal after being written and parsed again, or refused with a
 * message.
 */
class HostAndPortFuzzTest {
    /**
     * Parses a text, and checks the address or the message.
     *
     * @param typed in UTF-8
     */
    @FuzzTest(maxDuration = "")
    void isUnderstoodOrRefused(byte[] typed) {
        String text = new String(typed, StandardCharsets.UTF_8);
        HostAndPort address;
        try {
            address = HostAndPort.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContainingAll(" ");
            assertThat(e).isExactlyInstanceOf(IllegalArgumentException.class);
            return;
        }
        assertThat(HostAndPort.parse(address.toString())).isEqualTo(address);
        assertThat(address.port()).isBetween(0, 0xffff);
        // Never connects: Jazzer reports any attempt.
        address.numericAddress().ifPresent(ip -> {
            InetSocketAddress socket = new InetSocketAddress(ip, address.port());
            HostAndPort written = HostAndPort.of(socket);
            assertThat(HostAndPort.parse(written.toString())).isEqualTo(written);
            assertThat(written.numericAddress()).contains(ip);
        });
    }
}
