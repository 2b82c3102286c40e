package io.saltunnel.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.PlatformDependent;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.MemoryLockStatus;
import io.saltunnel.netty.Transport;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: a program may start and stop tunnels for years. Two hundred times fifty on the same event loops leave no
 * thread, file, locked memory, direct memory or secret behind.
 */
@Timeout(600)
class StartsAndStopsTest {
    private static final int ROUNDS = 200;
    private static final int PAIRS = 25;

    /** After this many rounds, everything that is made once exists, and each event loop has been used. */
    private static final int WARM = 20;

    private static final int PATIENCE_MILLIS = 30_000;
    private static final HostAndPort ANY_PORT = HostAndPort.parse("127.0.0.1:0");

    @Test
    void leaveNothingBehind() throws Exception {
        IoEventLoopGroup loops = Transport.AUTO.newEventLoops(2, new DefaultThreadFactory("shared"));
        try (LongTermKey key = LongTermKey.random();
                ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            target.setSoTimeout(PATIENCE_MILLIS);
            for (int round = 0; round < WARM; round++) {
                startAndStop(key, loops, target, round % PAIRS);
            }
            Held before = Held.now(key);
            for (int round = WARM; round < ROUNDS; round++) {
                startAndStop(key, loops, target, round % PAIRS);
            }
            Held.now(key).assertNoMoreThan(before);
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    /** Half of them are clients, each of one of the servers; one of the pairs carries a connection. */
    private static void startAndStop(LongTermKey key, IoEventLoopGroup loops, ServerSocket target, int used)
            throws Exception {
        HostAndPort behind = new HostAndPort("127.0.0.1", target.getLocalPort());
        List<Tunnel> servers = started(
                PAIRS,
                each -> Tunnel.server(key)
                        .eventLoops(loops)
                        .listen(ANY_PORT)
                        .target(behind)
                        .start());
        List<Tunnel> clients = started(
                PAIRS,
                each -> Tunnel.client(key)
                        .eventLoops(loops)
                        .listen(ANY_PORT)
                        .server(servers.get(each).boundAddress())
                        .start());
        echo(clients.get(used), target);
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        clients.forEach(tunnel -> ends.add(tunnel.stop(Duration.ZERO)));
        servers.forEach(tunnel -> ends.add(tunnel.stop(Duration.ZERO)));
        for (CompletableFuture<Void> end : ends) {
            end.get(1, TimeUnit.MINUTES);
        }
    }

    private interface Start {
        CompletableFuture<Tunnel> start(int each);
    }

    private static List<Tunnel> started(int count, Start start) throws Exception {
        List<CompletableFuture<Tunnel>> starting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            starting.add(start.start(i));
        }
        List<Tunnel> started = new ArrayList<>();
        for (CompletableFuture<Tunnel> tunnel : starting) {
            started.add(tunnel.get(1, TimeUnit.MINUTES));
        }
        return started;
    }

    private static void echo(Tunnel client, ServerSocket target) throws IOException {
        try (Socket application = new Socket(InetAddress.getLoopbackAddress(), client.boundPort());
                Socket accepted = target.accept()) {
            application.setSoTimeout(PATIENCE_MILLIS);
            accepted.setSoTimeout(PATIENCE_MILLIS);
            application.getOutputStream().write(7);
            assertThat(accepted.getInputStream().read()).isEqualTo(7);
            accepted.getOutputStream().write(8);
            assertThat(application.getInputStream().read()).isEqualTo(8);
        }
    }

    /** What this process holds. */
    private record Held(
            List<String> threads, long files, long lockedBytes, long nettyBytes, long directBytes, int secrets) {
        static Held now(LongTermKey key) {
            MemoryLockStatus locks = MemoryLockStatus.ofProcess();
            return new Held(
                    Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getName)
                            .sorted()
                            .toList(),
                    OpenFiles.count(),
                    locks.lockedBytes() + locks.unlockedBytes(),
                    PlatformDependent.usedDirectMemory(),
                    ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                            .filter(pool -> pool.getName().equals("direct"))
                            .mapToLong(BufferPoolMXBean::getMemoryUsed)
                            .sum(),
                    key.memory().liveSecrets());
        }

        /** Fewer are accepted: the thread that tries out the kernels ends meanwhile. */
        void assertNoMoreThan(Held before) {
            assertThat(before.threads).as("threads").containsAll(threads);
            assertThat(threads).as("threads").hasSizeLessThanOrEqualTo(before.threads.size());
            assertThat(files).as("open files").isLessThanOrEqualTo(before.files);
            assertThat(lockedBytes).as("memory for secrets").isLessThanOrEqualTo(before.lockedBytes);
            assertThat(nettyBytes).as("Netty's direct memory").isLessThanOrEqualTo(before.nettyBytes);
            assertThat(directBytes).as("Java's direct memory").isLessThanOrEqualTo(before.directBytes);
            assertThat(secrets).as("secrets").isEqualTo(before.secrets);
        }
    }
}
