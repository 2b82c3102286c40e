package io.saltunnel.examples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.IoEventLoopGroup;
import io.saltunnel.examples.KeyExtension;
import io.saltunnel.examples.stage.QuotaStage;
import io.saltunnel.netty.ClientBuilder;
import io.saltunnel.netty.ServerBuilder;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.TunnelEnvironment;
import io.saltunnel.netty.address.HostAndPort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs what the documentation shows of tunnels and keys. */
class TunnelsTest {
    private static final int PATIENCE_MILLIS = 30_000;

    @RegisterExtension
    final KeyExtension keys = new KeyExtension();

    @Test
    void aWholeTunnel() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Tunnel server = Tunnels.server(
                        keys.key(),
                        HostAndPort.parse("127.0.0.1:0"),
                        new HostAndPort("127.0.0.1", target.getLocalPort()));
                Tunnel client = Tunnels.client(keys.key(), server.boundAddress())) {
            target.setSoTimeout(PATIENCE_MILLIS);
            try (Socket application = new Socket(InetAddress.getLoopbackAddress(), client.boundPort());
                    Socket accepted = target.accept()) {
                accepted.setSoTimeout(PATIENCE_MILLIS);
                application.getOutputStream().write(new byte[700]);
                assertThat(accepted.getInputStream().readNBytes(700)).hasSize(700);
            }
            assertThat(Tunnels.stop(client)).isEqualTo(700);
            assertThat(client.stopped()).isCompleted();
        }
    }

    @Test
    void tunnelsOnSharedEventLoops() throws Exception {
        HostAndPort anyPort = HostAndPort.parse("127.0.0.1:0");
        HostAndPort nowhere = HostAndPort.parse("127.0.0.1:9");
        ClientBuilder client = Tunnel.client(keys.key()).listen(anyPort).server(nowhere);
        ServerBuilder server = Tunnel.server(keys.key()).listen(anyPort).target(nowhere);
        IoEventLoopGroup loops = Tunnels.sharedLoops(client, server);
        try (Tunnel one = client.start().join();
                Tunnel another = server.start().join()) {
            Channel own = Tunnels.ownServer(loops)
                    .childHandler(new EchoListener(new LinkedBlockingQueue<>()))
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            assertThat(own.isActive()).isTrue();
            assertThat(one.boundAddress()).isNotEqualTo(another.boundAddress());
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void tunnelsInOneEnvironment() {
        HostAndPort anyPort = HostAndPort.parse("127.0.0.1:0");
        HostAndPort nowhere = HostAndPort.parse("127.0.0.1:9");
        ClientBuilder client = Tunnel.client(keys.key()).listen(anyPort).server(nowhere);
        ServerBuilder server = Tunnel.server(keys.key()).listen(anyPort).target(nowhere);
        TunnelEnvironment environment = Tunnels.environment(client, server);
        Tunnel one = client.start().join();
        Tunnel another = server.start().join();
        environment.close();
        assertThat(one.stopped()).isCompleted();
        assertThat(another.stopped()).isCompleted();
    }

    @Test
    void aTunnelWhoseEventsAreHeard() throws Exception {
        LongAdder failures = new LongAdder();
        BlockingQueue<Long> seconds = new LinkedBlockingQueue<>();
        HostAndPort anyPort = HostAndPort.parse("127.0.0.1:0");
        try (Tunnel server =
                Tunnels.heard(keys.key(), anyPort, HostAndPort.parse("127.0.0.1:9"), failures, seconds::add)) {
            try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), server.boundPort())) {
                stranger.getOutputStream().write(new byte[512]);
                long patience = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
                while (failures.sum() == 0) {
                    assertThat(System.nanoTime()).isLessThan(patience);
                    Thread.onSpinWait();
                }
                server.stop(Duration.ZERO);
            }
            assertThat(seconds.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isNotNull();
            assertThat(failures.sum()).isOne();
        }
    }

    @Test
    void aTunnelWithTheKeyOfAFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("tunnel.key");
        Keys.create(file);
        assertThat(Tunnels.port(file, HostAndPort.parse("127.0.0.1:0"), HostAndPort.parse("127.0.0.1:9")))
                .isPositive();
    }

    @Test
    void aStageByItsName() {
        assertThat(Tunnels.stageByName()).isInstanceOf(QuotaStage.class);
    }

    @Test
    void aKeyAndItsFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("tunnel.key");
        Keys.create(file);
        List<String> checksums = new ArrayList<>();
        Keys.load(file, key -> checksums.add(key.checksum()));
        Keys.load(file, key -> checksums.add(key.checksum()));
        assertThat(checksums).hasSize(2);
        assertThat(checksums.get(0)).isEqualTo(checksums.get(1)).isNotBlank();
    }
}
