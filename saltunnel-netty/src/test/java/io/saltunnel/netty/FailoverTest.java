package io.saltunnel.netty;

import static io.saltunnel.netty.LoopbackSockets.address;
import static io.saltunnel.netty.LoopbackSockets.listen;
import static io.saltunnel.netty.LoopbackSockets.refusing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.Failover;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.UnixPath;
import io.saltunnel.netty.metrics.TunnelEvents;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several servers of a client, several targets of a server, and those that are not there yet. */
@Timeout(60)
class FailoverTest {
    @TempDir
    Path directory;

    private static void carry(LoopbackTunnel tunnel) throws IOException {
        try (Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
        }
    }

    @Test
    void theNextServerIsTriedIfTheFirstRefuses() throws Exception {
        HostAndPort gone = refusing();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                client -> client.servers(List.of(gone, client.settings.targets.get(0))), server -> server)) {
            carry(tunnel);
            carry(tunnel);
            assertThat(tunnel.client.target()).isEqualTo(gone);
            assertThat(tunnel.client.targets())
                    .containsExactly(gone, new HostAndPort("127.0.0.1", tunnel.server.boundPort()));
        }
    }

    @Test
    void theNextTargetIsTriedIfTheFirstRefuses() throws Exception {
        HostAndPort gone = refusing();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                client -> client, server -> server.targets(List.of(gone, server.settings.targets.get(0))))) {
            carry(tunnel);
            carry(tunnel);
        }
    }

    @Test
    void targetsTakeTurns() throws Exception {
        try (ServerSocket other = listen();
                LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client,
                        server -> server.targets(List.of(server.settings.targets.get(0), address(other)))
                                .failover(Failover.ROUND_ROBIN))) {
            for (int i = 0; i < 2; i++) {
                carry(tunnel);
                try (Socket application = tunnel.connect();
                        Socket target = other.accept()) {
                    LoopbackTunnel.echo(application, target);
                }
            }
        }
    }

    @Test
    void aServerThatStartsAfterItsClientCostsNoConnection() throws Exception {
        Endpoint listen = new UnixPath(directory.resolve("server").toString());
        CountDownLatch accepted = new CountDownLatch(1);
        TunnelEvents listener = new TunnelEvents() {
            @Override
            public void accepted() {
                accepted.countDown();
            }
        };
        try (LoopbackTunnel keyAndTarget = LoopbackTunnel.with(
                        client -> client.transport(Transport.NIO)
                                .server(listen)
                                .connectPatience(Duration.ofDays(1))
                                .events(listener),
                        server -> server);
                Socket application = keyAndTarget.connect()) {
            assertThat(accepted.await(10, TimeUnit.SECONDS)).isTrue();
            application.getOutputStream().write(7);
            try (Tunnel late = Tunnel.server(keyAndTarget.key)
                            .transport(Transport.NIO)
                            .listen(listen)
                            .target(address(keyAndTarget.target))
                            .start()
                            .join();
                    Socket target = keyAndTarget.accept()) {
                assertThat(target.getInputStream().read()).isEqualTo(7);
                LoopbackTunnel.echo(application, target);
                assertThat(late.target()).isEqualTo(address(keyAndTarget.target));
            }
        }
    }

    /** However many applications connect, no more of them wait in the client than it may tunnel. */
    @Test
    void connectionsThatWaitCountTowardsTheCap() throws Exception {
        Semaphore accepted = new Semaphore(0);
        CountDownLatch paused = new CountDownLatch(1);
        TunnelEvents listener = new TunnelEvents() {
            @Override
            public void accepted() {
                accepted.release();
            }

            @Override
            public void acceptingPaused() {
                paused.countDown();
            }
        };
        List<Socket> applications = new ArrayList<>();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                client -> client.server(
                                new UnixPath(directory.resolve("nothing").toString()))
                        .transport(Transport.NIO)
                        .connectPatience(Duration.ofDays(1))
                        .maxConnections(3)
                        .events(listener),
                server -> server)) {
            for (int i = 0; i < 20; i++) {
                applications.add(tunnel.connect());
            }
            assertThat(accepted.tryAcquire(3, 10, TimeUnit.SECONDS)).isTrue();
            assertThat(paused.await(10, TimeUnit.SECONDS)).isTrue();
            applications.get(0).setSoLinger(true, 0);
            applications.get(0).close(); // one that gives up makes room for one
            assertThat(accepted.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            assertThat(accepted.availablePermits()).isZero();
        } finally {
            for (Socket each : applications) {
                each.close();
            }
        }
    }

    @Test
    void stoppingDoesNotWaitForThePatience() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.server(new UnixPath(
                                        directory.resolve("nothing").toString()))
                                .transport(Transport.NIO)
                                .connectPatience(Duration.ofDays(1)),
                        server -> server);
                Socket application = tunnel.connect()) {
            tunnel.client.stop(Duration.ofDays(1)).get(10, TimeUnit.SECONDS);
            LoopbackTunnel.assertReset(application);
        }
    }

    @Test
    void refusesNoAddressAndPatienceOutOfBounds() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client, server -> server)) {
            ClientBuilder client = Tunnel.client(tunnel.key);
            assertThatIllegalArgumentException().isThrownBy(() -> client.servers(List.of()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client.servers(List.of(new HostAndPort("a", 1), new HostAndPort("b", 0))));
            assertThatIllegalArgumentException().isThrownBy(() -> client.connectPatience(Duration.ofMillis(-1)));
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> client.connectPatience(Duration.ofDays(365).plusNanos(1)));
            assertThat(client.connectPatience(Duration.ZERO)).isSameAs(client);
        }
    }
}
