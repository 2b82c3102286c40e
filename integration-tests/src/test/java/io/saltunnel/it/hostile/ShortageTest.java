package io.saltunnel.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.Payload;
import io.saltunnel.it.process.Task;
import io.saltunnel.netty.Transport;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: when buffers run out, or the target reads nothing, or sends without end, the connections concerned wait, no
 * other is affected, and afterwards everything is as before.
 */
@Timeout(120)
class ShortageTest {
    private static final long BUFFER_MEMORY = 1 << 20;
    private static final int CONNECTIONS = 12;

    /** More than the system's own buffers on the way can take, 4 to 6 MB each. */
    private static final Payload PAYLOAD = new Payload(1, 24_000_000);

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "NIO"})
    void whenBuffersRunOutEverybodyWaitsAndNobodyFails(Transport transport) throws Exception {
        try (MoodyTarget target = new MoodyTarget(PAYLOAD);
                Loopback loopback = new Loopback(
                        server -> server.target(HostAndPort.of(target.address()))
                                .bufferMemory(BUFFER_MEMORY)
                                .transport(transport),
                        client -> client.bufferMemory(BUFFER_MEMORY).transport(transport))) {
            List<Socket> sockets = new ArrayList<>();
            List<Task<Payload.Checksum>> sending = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                Socket socket = loopback.connect();
                sockets.add(socket);
                socket.getOutputStream().write(MoodyTarget.READS_LATE);
                sending.add(Task.start(() -> {
                    Payload.Checksum sent = PAYLOAD.writeTo(socket.getOutputStream());
                    socket.shutdownOutput();
                    return sent;
                }));
            }
            Loopback.await("the server has no buffers left", () -> isShort(loopback.server));
            Loopback.await("the client has no buffers left", () -> isShort(loopback.client));
            awaitStandstill(loopback.server);
            awaitStandstill(loopback.client);

            target.readNow.countDown();
            List<Task<Payload.Checksum>> receiving = new ArrayList<>();
            for (Socket socket : sockets) {
                receiving.add(Task.start(() -> Payload.readFrom(socket.getInputStream())));
            }
            for (int i = 0; i < CONNECTIONS; i++) {
                assertThat(receiving.get(i).result())
                        .isEqualTo(sending.get(i).result())
                        .isEqualTo(PAYLOAD.checksum());
                sockets.get(i).close();
            }
            Loopback.await("the target has got everything", () -> target.received.size() == CONNECTIONS);
            assertThat(target.received).allMatch(PAYLOAD.checksum()::equals);
            awaitNothingHeld(loopback);
            assertThat(loopback.server.stats().aborted()).isZero();
            serves(loopback);
        }
    }

    @Test
    void aTargetThatNeverReadsHoldsUpNobodyElse() throws Exception {
        try (MoodyTarget target = new MoodyTarget(PAYLOAD);
                Loopback loopback = Loopback.with(server -> server.target(HostAndPort.of(target.address())))) {
            Socket socket = loopback.connect();
            socket.getOutputStream().write(MoodyTarget.NEVER_READS);
            Task<Boolean> writer = Task.start(() -> writesWithoutEnd(socket));
            awaitStandstill(loopback.server);
            for (int i = 0; i < CONNECTIONS; i++) {
                serves(loopback);
            }
            socket.setSoLinger(true, 0); // FIN would wait behind the data that the target hasn't read
            socket.close();
            assertThat(writer.result()).as("it was stopped, not served").isFalse();
            awaitNothingHeld(loopback);
            serves(loopback);
        }
    }

    @Test
    void aTargetThatSendsWithoutEndHoldsUpNobodyElse() throws Exception {
        try (MoodyTarget target = new MoodyTarget(PAYLOAD);
                Loopback loopback = Loopback.with(server -> server.target(HostAndPort.of(target.address())))) {
            Socket reads = loopback.connect();
            Socket doesNot = loopback.connect();
            reads.getOutputStream().write(MoodyTarget.SENDS_WITHOUT_END);
            doesNot.getOutputStream().write(MoodyTarget.SENDS_WITHOUT_END);
            for (int i = 0; i < CONNECTIONS; i++) {
                assertThat(reads.getInputStream().readNBytes(10_000_000)).hasSize(10_000_000);
                serves(loopback);
            }
            reads.close();
            doesNot.close();
            awaitNothingHeld(loopback);
            serves(loopback);
        }
    }

    /** The buffers for reads from the plain side are used up. */
    private static boolean isShort(Tunnel tunnel) {
        return tunnel.holdings().bufferBytes() >= BUFFER_MEMORY / 2;
    }

    private static boolean writesWithoutEnd(Socket socket) {
        byte[] zeros = new byte[65_536];
        try {
            for (long i = 0; i < Long.MAX_VALUE; i++) {
                socket.getOutputStream().write(zeros);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Nothing more passes: the count stays the same many times in a row. */
    private static void awaitStandstill(Tunnel tunnel) {
        long[] last = {-1, 0};
        Loopback.await("nothing moves any more", () -> {
            long passed = tunnel.stats().wireBytes();
            last[1] = passed == last[0] && passed > 0 ? last[1] + 1 : 0;
            last[0] = passed;
            return last[1] > 40;
        });
    }

    private static void awaitNothingHeld(Loopback loopback) {
        Loopback.await(
                "nothing is held",
                () -> loopback.server.holdings().connections() == 0
                        && loopback.client.holdings().connections() == 0
                        && loopback.server.holdings().buffers() == 0
                        && loopback.client.holdings().buffers() == 0);
    }

    private static void serves(Loopback loopback) throws IOException {
        try (Socket socket = loopback.connect()) {
            socket.getOutputStream().write(MoodyTarget.ECHOES);
            Loopback.echo(socket);
        }
    }
}
