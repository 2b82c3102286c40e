package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.wire.ProtocolVersion;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bandwidth limits, on real sockets. */
@Timeout(60)
class BandwidthStageTest {
    /** Only a lower bound of the time is asserted: a slow machine can't break it. */
    @Test
    void holdsBackEachConnection() throws Exception {
        assertThat(secondsFor(client -> client.bandwidthPerConnection(256 * 1024), 1024 * 1024, 1))
                .isGreaterThan(1.5);
    }

    /** In version 1 only FIN ends a stream: both may have come long before a connection that is held back is read. */
    @ParameterizedTest
    @MethodSource("transports")
    void holdsBackAllConnectionsTogetherAndDeliversTheirEnds(Transport transport) throws Exception {
        assertThat(secondsFor(
                        client -> client.transport(transport)
                                .protocol(ProtocolVersion.V1)
                                .bandwidthPerTunnel(512 * 1024),
                        512 * 1024,
                        4))
                .isGreaterThan(1.5);
    }

    /** With some versions of Netty this is tested without native libraries. */
    static Stream<Transport> transports() {
        return Stream.of(Transport.EPOLL, Transport.IO_URING, Transport.NIO).filter(Transport::isAvailable);
    }

    private static double secondsFor(UnaryOperator<ClientBuilder> limit, int bytes, int connections) throws Exception {
        byte[] data = new byte[bytes];
        new Random(3).nextBytes(data);
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(limit, UnaryOperator.identity())) {
            long start = System.nanoTime();
            List<CompletableFuture<Void>> transfers = new CopyOnWriteArrayList<>();
            for (int i = 0; i < connections; i++) {
                Socket application = tunnel.connect();
                Socket target = tunnel.accept();
                transfers.add(transfer(application, target, data));
                transfers.add(transfer(target, application, data));
            }
            for (CompletableFuture<Void> transfer : transfers) {
                transfer.get(50, TimeUnit.SECONDS);
            }
            return (System.nanoTime() - start) / 1e9;
        }
    }

    private static CompletableFuture<Void> transfer(Socket from, Socket to, byte[] data) {
        CompletableFuture<Void> sent = running(() -> {
            from.getOutputStream().write(data);
            from.shutdownOutput();
        });
        return sent.runAfterBoth(
                running(() -> {
                    byte[] received = to.getInputStream().readAllBytes();
                    assertThat(Arrays.equals(received, data)).isTrue();
                }),
                () -> {});
    }

    private interface Action {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> running(Action action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        action.run();
                        done.complete(null);
                    } catch (IOException | RuntimeException | AssertionError e) {
                        done.completeExceptionally(e);
                    }
                })
                .start();
        return done;
    }
}
