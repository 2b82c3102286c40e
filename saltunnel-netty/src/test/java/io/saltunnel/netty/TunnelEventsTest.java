package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: a listener is told of each event, once and in order, and its faults affect no connection. */
@Timeout(60)
class TunnelEventsTest {
    private final Told client = new Told();
    private final Told server = new Told();

    /** What was told, in words. */
    private static final class Told implements TunnelEvents {
        final List<String> events = new CopyOnWriteArrayList<>();
        final List<ConnectionSummary> ends = new CopyOnWriteArrayList<>();
        final List<Throwable> causes = new CopyOnWriteArrayList<>();
        final List<Long> nanos = new CopyOnWriteArrayList<>();

        @Override
        public void accepted() {
            events.add("accepted");
        }

        @Override
        public void handshakeFailed(HandshakeFailedException cause) {
            causes.add(cause);
            events.add("handshake failed");
        }

        @Override
        public void evicted() {
            events.add("evicted");
        }

        @Override
        public void proved(long handshakeNanos) {
            nanos.add(handshakeNanos);
            events.add("proved");
        }

        @Override
        public void slotRefused() {
            events.add("slot refused");
        }

        @Override
        public void connectFailed(Throwable cause) {
            causes.add(cause);
            events.add("connect failed");
        }

        @Override
        public void joined(long setupNanos) {
            nanos.add(setupNanos);
            events.add("joined");
        }

        @Override
        public void ended(ConnectionSummary summary) {
            ends.add(summary);
            events.add("ended");
        }

        void await(String... wanted) throws Exception {
            Await.until(String.join(", ", wanted), () -> events.size() >= wanted.length);
            assertThat(events).containsExactly(wanted);
        }
    }

    @Test
    void aConnectionIsToldFromItsStartToItsEnd() throws Exception {
        try (LoopbackTunnel tunnel =
                LoopbackTunnel.with(options -> options.events(client), options -> options.events(server))) {
            try (Socket application = tunnel.connect();
                    Socket target = tunnel.accept()) {
                LoopbackTunnel.echo(application, target);
            }
            for (Told end : List.of(client, server)) {
                end.await("accepted", "proved", "joined", "ended");
                assertThat(end.nanos.get(0)).isPositive().isLessThan(end.nanos.get(1) + 1);
                ConnectionSummary summary = end.ends.get(0);
                assertThat(summary.outcome()).isEqualTo(Outcome.COMPLETED);
                assertThat(summary.bytesFromPeer()).isOne();
                assertThat(summary.bytesToPeer()).isOne();
                assertThat(summary.duration()).isGreaterThan(Duration.ofNanos(end.nanos.get(1)));
            }
            assertThat(tunnel.client.stats().completed()).isOne();
        }
    }

    @Test
    void aTargetThatRefusesIsTold() throws Exception {
        try (LoopbackTunnel tunnel =
                LoopbackTunnel.with(options -> options.events(client), options -> options.events(server))) {
            tunnel.target.close();
            assertThat(tunnel.turnsAway()).isTrue();
            server.await("accepted", "proved", "connect failed", "ended");
            assertThat(server.causes.get(0)).hasMessageContaining("connection refused");
            assertThat(server.ends.get(0).outcome()).isEqualTo(Outcome.CONNECT_FAILED);
            assertThat(tunnel.server.stats().connectsFailed()).isOne();
        }
    }

    @Test
    void aWrongKeyIsTold() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(options -> options, options -> options.events(server));
                LongTermKey another = LongTermKey.random();
                Tunnel stranger = Tunnel.client(another)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(tunnel.server.boundAddress())
                        .handshakeTimeout(Duration.ofMillis(200))
                        .events(client)
                        .start()
                        .join()) {
            try (Socket application = new Socket(InetAddress.getLoopbackAddress(), stranger.boundPort())) {
                application.setSoTimeout(10_000);
                assertThat(ended(application)).isTrue();
            }
            client.await("accepted", "handshake failed", "ended");
            assertThat(client.ends.get(0).outcome()).isEqualTo(Outcome.HANDSHAKE_FAILED);
            server.await("accepted", "handshake failed", "ended");
            assertThat(((HandshakeFailedException) server.causes.get(0)).reason())
                    .isEqualTo(HandshakeFailedException.Reason.REFUSED);
        }
    }

    @Test
    void anEvictionIsTold() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        options -> options,
                        options -> options.maxUnauthenticated(1).events(server));
                Socket first = stranger(tunnel)) {
            server.await("accepted");
            try (Socket second = stranger(tunnel)) {
                assertThat(ended(first)).isTrue();
                server.await("accepted", "accepted", "evicted", "handshake failed", "ended");
                assertThat(second.isConnected()).isTrue();
            }
        }
    }

    @Test
    void aClientWithoutASlotIsTold() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                options -> options,
                options -> options.maxConnections(1)
                        .handshakeTimeout(Duration.ofMillis(500))
                        .events(server))) {
            try (Socket one = tunnel.connect();
                    Socket target = tunnel.accept()) {
                LoopbackTunnel.echo(one, target);
                assertThat(tunnel.turnsAway()).isTrue();
                server.await("accepted", "proved", "joined", "accepted", "proved", "slot refused", "ended");
                assertThat(server.ends.get(0).outcome()).isEqualTo(Outcome.ABANDONED);
            }
        }
    }

    @Test
    void aListenerThatFailsHarmsNobody() throws Exception {
        TunnelEvents failing = new TunnelEvents() {
            @Override
            public void accepted() {
                throw new IllegalStateException("accepted");
            }

            @Override
            public void proved(long handshakeNanos) {
                throw new AssertionError("proved");
            }

            @Override
            public void joined(long setupNanos) {
                throw new IllegalStateException("joined");
            }

            @Override
            public void ended(ConnectionSummary summary) {
                throw new IllegalStateException("ended");
            }
        };
        try (LogLines lines = new LogLines("io.saltunnel.server");
                LoopbackTunnel tunnel = LoopbackTunnel.with(
                        options -> options.events(failing).events(client),
                        options -> options.events(failing).events(server))) {
            try (Socket application = tunnel.connect();
                    Socket target = tunnel.accept()) {
                LoopbackTunnel.echo(application, target);
            }
            client.await("accepted", "proved", "joined", "ended");
            server.await("accepted", "proved", "joined", "ended");
            assertThat(tunnel.server.stats().completed()).isOne();
            assertThat(lines.next()).contains("a listener of the tunnel's events failed");
            tunnel.client.stop(Duration.ZERO).get(10, TimeUnit.SECONDS);
        }
    }

    private static Socket stranger(LoopbackTunnel tunnel) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), tunnel.server.boundPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static boolean ended(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("reset");
        }
    }
}
