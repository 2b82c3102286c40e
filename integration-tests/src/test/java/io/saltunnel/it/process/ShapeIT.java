package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.WireTap.Direction;
import io.saltunnel.it.process.WireTap.Recording;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: what passes between both programs has the shape that their options demand, in both directions, and all data
 * arrives. {@code Eavesdropping} measures times, which no test of a build can rely on.
 */
@Tag("jdk-independent")
class ShapeIT {
    private static final int FRAME = 512;
    private static final int FRAMES_PER_SECOND = 64_000 / FRAME;

    /** The frames of a handshake in each direction: clienthi and message0, or serverhi. */
    private static final int HANDSHAKE = 4;

    @RegisterExtension
    final Processes processes = Processes.perTest();

    /** A server, a tap and a client with the same options, and one connection through them. */
    private final class Tapped implements AutoCloseable {
        final ServerSocket listener = Sockets.listen();
        final WireTap tap;
        final Socket application;
        final Socket target;
        final Recording wire;

        Tapped(Given given, String... options) throws Exception {
            SaltunnelProcess server =
                    given.start(processes, "server", Processes.text(Sockets.address(listener)), options);
            tap = WireTap.to(server.address());
            SaltunnelProcess client = given.start(processes, "client", Processes.text(tap.address()), options);
            application = Sockets.connect(client.address());
            target = Sockets.accept(listener);
            wire = tap.next();
        }

        Socket sender(Direction direction) {
            return direction == Direction.UP ? application : target;
        }

        Socket receiver(Direction direction) {
            return direction == Direction.UP ? target : application;
        }

        long frames(Direction direction) {
            return wire.bytes(direction) / FRAME;
        }

        void awaitFrames(Direction direction, long count) {
            Patience.await(count + " frames " + direction).until(() -> frames(direction) >= count);
        }

        @Override
        public void close() throws IOException {
            application.close();
            target.close();
            tap.close();
            listener.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPaceSendsWhetherThereIsDataOrNot(Given given) throws Exception {
        long before = System.nanoTime();
        try (Tapped tunnel = new Tapped(given, "pace=64k")) {
            for (Direction direction : Direction.values()) {
                tunnel.awaitFrames(direction, 2 * FRAMES_PER_SECOND);
            }
            byte[] data = new byte[50_000];
            new Random(1).nextBytes(data);
            for (Direction direction : Direction.values()) {
                tunnel.sender(direction).getOutputStream().write(data);
            }
            for (Direction direction : Direction.values()) {
                assertThat(tunnel.receiver(direction).getInputStream().readNBytes(data.length))
                        .isEqualTo(data);
            }
            tunnel.application.shutdownOutput();
            assertThat(tunnel.target.getInputStream().read()).isNegative();
            long up = tunnel.wire.bytes(Direction.UP);
            tunnel.awaitFrames(Direction.DOWN, tunnel.frames(Direction.DOWN) + FRAMES_PER_SECOND);
            tunnel.target.getOutputStream().write(7);
            assertThat(tunnel.application.getInputStream().read()).isEqualTo(7);
            assertThat(tunnel.wire.bytes(Direction.UP))
                    .as("nothing after the end")
                    .isEqualTo(up);
            tunnel.target.shutdownOutput();
            assertThat(tunnel.application.getInputStream().read()).isNegative();
            assertNeverMoreThanItsRate(tunnel, before);
        }
    }

    /** The time is at least as long as the connection, so a busy machine can't fail this. */
    private static void assertNeverMoreThanItsRate(Tapped tunnel, long startNanos) {
        for (Direction direction : Direction.values()) {
            long bytes = tunnel.wire.bytes(direction);
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            assertThat(bytes % FRAME).isZero();
            assertThat(bytes / FRAME).isLessThanOrEqualTo((long) (seconds * FRAMES_PER_SECOND) + 2 + HANDSHAKE);
        }
    }

    /** A key seals 65,536 frames, which are 32 MB of data. */
    @ParameterizedTest
    @ValueSource(strings = {"--pace 50M", "--pad bursts"})
    void keysChangeWhileMuchGoesBothWays(String options) throws Exception {
        Payload up = new Payload(1, 40_000_000);
        Payload down = new Payload(2, 40_000_000);
        try (ServerSocket listener = Sockets.listen();
                Socket application = processes
                        .tunnel(Sockets.address(listener), options.split(" "))
                        .connect();
                Socket target = Sockets.accept(listener)) {
            Task<Payload.Checksum> sentUp = send(up, application);
            Task<Payload.Checksum> sentDown = send(down, target);
            Task<Payload.Checksum> receivedDown = Task.start(() -> Payload.readFrom(application.getInputStream()));
            assertThat(Payload.readFrom(target.getInputStream())).isEqualTo(sentUp.result());
            assertThat(receivedDown.result()).isEqualTo(sentDown.result());
        }
    }

    private static Task<Payload.Checksum> send(Payload payload, Socket by) {
        return Task.start(() -> {
            Payload.Checksum checksum = payload.writeTo(by.getOutputStream());
            by.shutdownOutput();
            return checksum;
        });
    }

    @ParameterizedTest
    @EnumSource
    void aServerWithAShapeRefusesToTakeVersion1(Given given) throws Exception {
        for (String shape : new String[] {"pace=64k", "pad=bursts"}) {
            Finished server = Program.run(
                    given.arguments(processes, "server", "127.0.0.1:0", "127.0.0.1:9", shape, "protocol=any")
                            .toArray(String[]::new));
            assertThat(server.exitCode()).isNotZero();
            assertThat(Arrays.asList(server.errors().split("\n")))
                    .anyMatch(line -> line.contains("version 1 of the protocol has no padding"));
        }
    }
}
