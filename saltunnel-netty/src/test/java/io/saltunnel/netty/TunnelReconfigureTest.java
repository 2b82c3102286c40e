package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.channel.ChannelHandler;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.internal.transport.SystemOption;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: a running tunnel applies other settings to new connections, and no open connection is affected. */
@Timeout(60)
class TunnelReconfigureTest {
    private static final HostAndPort ANY_PORT = HostAndPort.parse("127.0.0.1:0");

    private final LongTermKey key = LongTermKey.random();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private ServerSocket target;
    private Tunnel server;
    private Tunnel client;

    @BeforeEach
    void start() throws IOException {
        target = listen();
        server = server(key, target).start().join();
        client = client(key).start().join();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        client.close();
        server.close();
        key.close();
    }

    private <T extends AutoCloseable> T closedAtTheEnd(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private ServerSocket listen() throws IOException {
        ServerSocket socket = closedAtTheEnd(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static Endpoint address(ServerSocket socket) {
        return new HostAndPort("127.0.0.1", socket.getLocalPort());
    }

    private static ServerBuilder server(LongTermKey key, ServerSocket target) {
        return Tunnel.server(key).listen(ANY_PORT).target(address(target));
    }

    private ClientBuilder client(LongTermKey key) {
        return Tunnel.client(key).listen(ANY_PORT).server(server.boundAddress());
    }

    private Socket connect() throws IOException {
        Socket socket = closedAtTheEnd(new Socket(InetAddress.getLoopbackAddress(), client.boundPort()));
        socket.setSoTimeout(30_000);
        return socket;
    }

    private Socket accept(ServerSocket listener) throws IOException {
        Socket socket = closedAtTheEnd(listener.accept());
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** Both ends of a connection that carries data. */
    private record Pair(Socket application, Socket target) {
        void echo() throws IOException {
            LoopbackTunnel.echo(application, target);
        }

        void close() throws IOException {
            application.close();
            target.close();
        }
    }

    private Pair pair(ServerSocket its) throws IOException {
        Pair pair = new Pair(connect(), accept(its));
        try {
            pair.echo();
        } catch (IOException e) {
            // Where the byte is: the counts of both ends tell.
            throw new IOException(
                    "client %s, %s; server %s, %s"
                            .formatted(client.stats(), client.holdings(), server.stats(), server.holdings()),
                    e);
        }
        return pair;
    }

    private static void join(CompletableFuture<Void> over) throws Exception {
        over.get(30, TimeUnit.SECONDS);
    }

    @Test
    void newConnectionsGoToTheNewTargetAndOpenOnesStay() throws Exception {
        Pair before = pair(target);
        ServerSocket another = listen();
        CompletableFuture<Void> over = server.reconfigure(server(key, another));
        assertThat(server.target()).isEqualTo(address(another));
        Pair after = pair(another);
        before.echo();
        assertThat(over).isNotDone();
        before.close();
        join(over);
        after.echo();
        assertThat(server.stats().accepted()).isEqualTo(2);
    }

    @Test
    void aKeyIsReplacedAndTheOldOneClosedAfterItsLastConnection() throws Exception {
        Pair before = pair(target);
        try (LongTermKey next = LongTermKey.random()) {
            CompletableFuture<Void> over =
                    CompletableFuture.allOf(server.reconfigure(server(next, target)), client.reconfigure(client(next)));
            Pair after = pair(target);
            before.echo();
            before.close();
            join(over);
            key.close();
            after.echo();
            pair(target).close();
            client.close();
            server.close();
        }
    }

    @Test
    void aSettingThatNobodyUsesIsOverAtOnce() throws Exception {
        join(server.reconfigure(server(key, target)));
        join(client.reconfigure(client(key)));
        pair(target).echo();
    }

    @Test
    void aServersSlotsAreRaisedAndLoweredUnderOpenConnections() throws Exception {
        server.reconfigure(server(key, target).maxConnections(1));
        Pair first = pair(target);
        Socket waiting = connect();
        Await.until("the second client to wait", () -> server.holdings().waiting() == 1);
        server.reconfigure(server(key, target).maxConnections(2));
        Pair second = new Pair(waiting, accept(target));
        second.echo();
        server.reconfigure(server(key, target).maxConnections(1));
        first.echo();
        second.echo();
        connect();
        Await.until("the third client to wait", () -> server.holdings().waiting() == 1);
        first.close();
        Await.until("a slot to be freed", () -> server.holdings().tunnels() == 1);
        assertThat(server.holdings().waiting()).isOne();
        second.close();
        accept(target);
    }

    @Test
    void aClientsCapIsRaisedAndLoweredUnderOpenConnections() throws Exception {
        client.reconfigure(client(key).maxConnections(1));
        Pair first = pair(target);
        Socket waiting = connect();
        client.reconfigure(client(key).maxConnections(2));
        Pair second = new Pair(waiting, accept(target));
        second.echo();
        client.reconfigure(client(key).maxConnections(1));
        first.echo();
        second.echo();
        first.close();
        second.close();
        pair(target).echo();
    }

    /** A stage that counts its connections, and its end. */
    private static final class CountingStage implements PipelineStage {
        private final AtomicInteger connections = new AtomicInteger();
        private final AtomicInteger ends = new AtomicInteger();

        @Override
        public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
            if (place == Place.TUNNEL) {
                connections.incrementAndGet();
            }
            return List.of();
        }

        @Override
        public void tunnelStopped() {
            ends.incrementAndGet();
        }
    }

    @Test
    void aStageEndsWithTheLastConnectionUnderItsSettings() throws Exception {
        CountingStage first = new CountingStage();
        CountingStage second = new CountingStage();
        join(client.reconfigure(client(key).stage(first)));
        Pair before = pair(target);
        CompletableFuture<Void> over = client.reconfigure(client(key).stage(second));
        pair(target).echo();
        assertThat(first.ends).hasValue(0);
        before.close();
        join(over);
        assertThat(first.connections).hasValue(1);
        assertThat(first.ends).hasValue(1);
        assertThat(second.connections).hasValue(1);
        assertThat(second.ends).hasValue(0);
        client.close();
        assertThat(first.ends).hasValue(1);
        assertThat(second.ends).hasValue(1);
    }

    /** On Linux they are those of the listening socket, which stays. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO", "IO_URING"})
    void theOptionsOfAcceptedSocketsChange(Transport transport) throws Exception {
        TunnelSockets sockets = new TunnelSockets();
        try (Tunnel other = server(key, target).transport(transport).start().join()) {
            join(client.reconfigure(client(key).server(other.boundAddress())));
            join(other.reconfigure(server(key, target)
                    .transport(transport)
                    .keepAlive(Duration.ofSeconds(77), Duration.ofSeconds(7), 3)
                    .userTimeout(Duration.ofSeconds(7))
                    .stage(sockets)));
            Pair first = pair(target);
            assertThat(SystemOption.KEEPALIVE.get(sockets.at("SERVER WIRE_SOCKET")))
                    .hasValue(1);
            assertThat(SystemOption.KEEPALIVE_IDLE.get(sockets.at("SERVER WIRE_SOCKET")))
                    .hasValue(77);
            first.close();
            join(other.reconfigure(server(key, target)
                    .transport(transport)
                    .keepAlive(false)
                    .userTimeout(null)
                    .stage(sockets)));
            pair(target).echo();
            assertThat(SystemOption.KEEPALIVE.get(sockets.at("SERVER WIRE_SOCKET")))
                    .hasValue(0);
            if (transport != Transport.NIO) {
                assertThat(SystemOption.USER_TIMEOUT.get(sockets.at("SERVER WIRE_SOCKET")))
                        .hasValue(0);
            }
        }
    }

    @Test
    void whatOnlyAnotherTunnelCouldHaveIsRefused() throws Exception {
        Pair pair = pair(target);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.reconfigure(server(key, target)))
                .withMessageContaining("a client can't become a server");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.reconfigure(client(key).listen(HostAndPort.parse("127.0.0.2:0"))))
                .withMessageContaining("it listens on 127.0.0.1:0 and can't move to 127.0.0.2:0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.reconfigure(client(key).transport(Transport.NIO)));
        try (TunnelEnvironment environment = TunnelEnvironment.builder().build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client.reconfigure(client(key).environment(environment)));
        }
        pair.echo();
        pair(target).echo();
    }

    @Test
    void aClosedKeyIsRefusedAndNothingChanges() throws Exception {
        LongTermKey closed = LongTermKey.random();
        closed.close();
        assertThatIllegalStateException().isThrownBy(() -> server.reconfigure(server(closed, target)));
        pair(target).echo();
    }

    @Test
    void aTunnelThatWasToldToStopTakesNoOtherSettings() throws Exception {
        Pair pair = pair(target);
        CountingStage stage = new CountingStage();
        client.stop(Duration.ofHours(1));
        assertThatIllegalStateException()
                .isThrownBy(() -> client.reconfigure(client(key).stage(stage)))
                .withMessage("the tunnel has stopped, or is about to");
        assertThat(stage.ends).as("what was made for it is given back").hasValue(1);
        pair.echo();
    }

    /** The client shares this key too; the warning of that came when the second tunnel started. */
    @Test
    void theKeyThatATunnelHasAlreadyIsNoReasonToWarnAgain() throws Exception {
        Pair before = pair(target);
        try (LogLines log = new LogLines("io.saltunnel.server");
                LongTermKey next = LongTermKey.random()) {
            client.reconfigure(client(next));
            server.reconfigure(server(key, target).maxConnections(7));
            assertThat(log.none()).isTrue();
            server.reconfigure(server(next, target));
            assertThat(log.next()).startsWith("several tunnels of this process have the key " + next.fingerprint());
            client.close();
            server.close();
        }
        before.close();
    }

    @Test
    void stoppingEndsConnectionsUnderAllSettings() throws Exception {
        Pair before = pair(target);
        CompletableFuture<Void> over = client.reconfigure(client(key).maxConnections(7));
        Pair after = pair(target);
        client.stop(Duration.ZERO).get(30, TimeUnit.SECONDS);
        assertThat(over).isDone();
        assertThat(client.stats().open()).isZero();
        before.close();
        after.close();
    }
}
