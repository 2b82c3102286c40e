package io.saltunnel.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.SaltunnelHandlers;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests to servers on real sockets. */
class ServerProbeTest {

    private final LongTermKey key = LongTermKey.random();
    private final LongTermKey other = LongTermKey.random();
    private final ServerProbe probe = new ServerProbe();
    private final AtomicInteger released = new AtomicInteger();

    @AfterEach
    void close() {
        probe.close();
        key.close();
        other.close();
    }

    @Test
    void aServerProvesTheKeyAndDoesNotConnectToItsTarget() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                Tunnel server = server("127.0.0.1:0", target)) {
            assertThat(ask(key, server.boundAddress().toString())).isEmpty();
            assertThat(released).hasValue(1);
            server.stop(Duration.ZERO).join();
            assertThat(server.stats().connectsFailed()).isZero();
            assertThat(server.stats().accepted()).isEqualTo(1);
            assertThat(server.holdings().tunnels()).isZero();
        }
    }

    @Test
    void asksThroughAUnixSocket(@TempDir Path directory) throws Exception {
        String path = "unix:" + directory.resolve("s");
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                Tunnel server = server(path, target)) {
            assertThat(server.boundAddress()).hasToString(path);
            assertThat(ask(key, path)).isEmpty();
        }
    }

    @Test
    void triesTheNextAddressAfterAFault() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                Tunnel server = server("127.0.0.1:0", target)) {
            assertThat(ask(key, "unix:/nowhere/s", server.boundAddress().toString()))
                    .isEmpty();
        }
    }

    @Test
    void aServerThatAnswersNothingDoesNotHoldUpTheNext() throws Exception {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (ServerSocket silent = new ServerSocket(0, 1, loopback);
                ServerSocket target = new ServerSocket(0, 1, loopback);
                Tunnel server = server("127.0.0.1:0", target)) {
            assertThat(ask(
                            key,
                            "127.0.0.1:" + silent.getLocalPort(),
                            server.boundAddress().toString()))
                    .isEmpty();
        }
    }

    @Test
    void saysWhyAServerDidNotProveTheKey() throws Exception {
        assertThat(ask(key, "nowhere.invalid:80")).contains("the name does not resolve");
        assertThat(ask(key, closedAddress()).orElseThrow()).containsIgnoringCase("connection refused");
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                Tunnel server = Tunnel.server(key)
                        .target(HostAndPort.of((InetSocketAddress) target.getLocalSocketAddress()))
                        .listen(Endpoint.parse("127.0.0.1:0"))
                        .handshakeTimeout(Duration.ofMillis(50))
                        .start()
                        .join()) {
            assertThat(ask(other, server.boundAddress().toString())).isPresent();
        }
        assertThat(released).hasValue(3);
    }

    private Tunnel server(String listen, ServerSocket target) {
        return Tunnel.server(key)
                .target(HostAndPort.of((InetSocketAddress) target.getLocalSocketAddress()))
                .listen(Endpoint.parse(listen))
                .start()
                .join();
    }

    private Optional<String> ask(LongTermKey with, String... servers) {
        List<Endpoint> endpoints = Stream.of(servers).map(Endpoint::parse).toList();
        return probe.ask(new ServerContact(endpoints, SaltunnelHandlers.client(with), released::incrementAndGet))
                .join();
    }

    private static String closedAddress() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return "127.0.0.1:" + listener.getLocalPort();
        }
    }
}
