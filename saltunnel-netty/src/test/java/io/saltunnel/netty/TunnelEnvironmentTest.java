package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.channel.IoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Goal: many tunnels share one environment, and each comes and goes without the others or the process noticing. */
@Timeout(60)
class TunnelEnvironmentTest {
    private static final HostAndPort ANY_PORT = HostAndPort.parse("127.0.0.1:0");
    private static final int PAIRS = 25;

    private final Set<Thread> before = eventLoops().collect(Collectors.toSet());
    private final LongTermKey key = LongTermKey.random();

    @AfterEach
    void closeKey() {
        key.close();
    }

    private Tunnel server(TunnelEnvironment environment, ServerSocket target) {
        return Tunnel.server(key)
                .environment(environment)
                .listen(ANY_PORT)
                .target(new HostAndPort("127.0.0.1", target.getLocalPort()))
                .start()
                .join();
    }

    private Tunnel client(TunnelEnvironment environment, Tunnel server) {
        return Tunnel.client(key)
                .environment(environment)
                .listen(ANY_PORT)
                .server(server.boundAddress())
                .start()
                .join();
    }

    private static ServerSocket target() throws IOException {
        ServerSocket target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        target.setSoTimeout(30_000);
        return target;
    }

    private static void echo(Tunnel client, ServerSocket target) throws IOException {
        try (Socket application = new Socket(InetAddress.getLoopbackAddress(), client.boundPort());
                Socket accepted = target.accept()) {
            application.setSoTimeout(30_000);
            accepted.setSoTimeout(30_000);
            LoopbackTunnel.echo(application, accepted);
        }
    }

    /** Event loops that this test has started; other tests' may still be ending. */
    private long threads() {
        return eventLoops().filter(thread -> !before.contains(thread)).count();
    }

    private static Stream<Thread> eventLoops() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("saltunnel-[0-9]+-[0-9]+"));
    }

    private static long files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fiftyTunnelsLeaveNoThreadsAndFilesBehind() throws Exception {
        try (ServerSocket target = target()) {
            fiftyTunnels(target); // makes everything that is made once
            Await.until(
                    "the end of other tests' threads",
                    () -> eventLoops().findAny().isEmpty());
            long files = files();
            fiftyTunnels(target);
            Await.until("the end of all threads", () -> threads() == 0);
            Await.until("all files to be closed", () -> files() <= files);
        }
    }

    private void fiftyTunnels(ServerSocket target) throws Exception {
        try (TunnelEnvironment environment =
                TunnelEnvironment.builder().threads(2).build()) {
            List<Tunnel> clients = new ArrayList<>();
            List<Tunnel> servers = new ArrayList<>();
            for (int i = 0; i < PAIRS; i++) {
                servers.add(server(environment, target));
                clients.add(client(environment, servers.get(i)));
            }
            echo(clients.get(0), target);
            echo(clients.get(PAIRS - 1), target);
            assertThat(threads()).isLessThanOrEqualTo(2);
            assertThat(clients.get(0).holdings().bufferBytes())
                    .isEqualTo(servers.get(PAIRS - 1).holdings().bufferBytes())
                    .isPositive();
            clients.remove(0).close();
            servers.remove(0).close();
            echo(clients.get(0), target); // the others don't notice
        }
    }

    @Test
    void stopsItsTunnelsAsItIsClosed() throws Exception {
        try (ServerSocket target = target()) {
            TunnelEnvironment environment = TunnelEnvironment.builder().build();
            Tunnel server = server(environment, target);
            Tunnel client = client(environment, server);
            environment.close();
            assertThat(server.stopped()).isDone();
            assertThat(client.stopped()).isDone();
            environment.close();
            assertThatIllegalStateException()
                    .isThrownBy(() -> server(environment, target))
                    .withMessage("the tunnel's environment is closed");
        }
    }

    @Test
    void letsConnectionsFinishAsItStops() throws Exception {
        try (ServerSocket target = target();
                TunnelEnvironment environment = TunnelEnvironment.builder().build()) {
            Tunnel client = client(environment, server(environment, target));
            try (Socket application = new Socket(InetAddress.getLoopbackAddress(), client.boundPort());
                    Socket accepted = target.accept()) {
                LoopbackTunnel.echo(application, accepted);
                environment.stop(Duration.ofMinutes(1));
                LoopbackTunnel.echo(application, accepted);
                assertThat(client.stopped()).isNotDone();
            }
            environment.stop(Duration.ofMinutes(1)).get(30, TimeUnit.SECONDS);
            assertThat(client.stopped()).isDone();
        }
    }

    @Test
    void leavesTheCallersLoopsToTheCaller() throws Exception {
        IoEventLoopGroup loops = Transport.NIO.newEventLoops(1, new DefaultThreadFactory("callers"));
        try (ServerSocket target = target()) {
            try (TunnelEnvironment environment =
                    TunnelEnvironment.builder().eventLoops(loops).build()) {
                echo(client(environment, server(environment, target)), target);
            }
            assertThat(loops.isShuttingDown()).isFalse();
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void refusesWhatContradictsIt() throws Exception {
        try (ServerSocket target = target();
                TunnelEnvironment environment =
                        TunnelEnvironment.builder().transport(Transport.NIO).build()) {
            ClientBuilder builder = Tunnel.client(key)
                    .environment(environment)
                    .listen(ANY_PORT)
                    .server(new HostAndPort("127.0.0.1", target.getLocalPort()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.transport(Transport.IO_URING).start())
                    .withMessage("the environment drives nio, not the transport io_uring that was asked for");
            builder.transport(Transport.NIO).start().join().close();
            assertThatIllegalStateException()
                    .isThrownBy(() -> builder.bufferMemory(1 << 20).start())
                    .withMessage("event loops and buffer memory are the environment's: give them to it");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TunnelEnvironment.builder().threads(0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TunnelEnvironment.builder().bufferMemory(1));
        }
    }

    @Test
    void refusesToWaitForItself() throws Exception {
        IoEventLoopGroup loops = Transport.NIO.newEventLoops(1, new DefaultThreadFactory("callers"));
        try (TunnelEnvironment environment =
                TunnelEnvironment.builder().eventLoops(loops).build()) {
            loops.submit(() -> assertThatIllegalStateException().isThrownBy(environment::close))
                    .sync();
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }
}
