package io.saltunnel.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.saltunnel.netty.address.Endpoint;
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
        Endpoint endpoint;
        try {
            endpoint = Endpoint.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContainingAll(" ");
            assertThat(e).isExactlyInstanceOf(IllegalArgumentException.class);
            return;
        }
        assertThat(Endpoint.parse(endpoint.toString())).isEqualTo(endpoint);
        if (!(endpoint instanceof HostAndPort address)) {
            return;
        }
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
