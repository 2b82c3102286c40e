package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.LateFaultProxy.Fault;
import io.saltunnel.netty.LoopbackProxy.Direction;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.PipelineStage.Place;
import io.saltunnel.netty.stage.TunnelConnection.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: in a tunnel of version 2, every end of a connection except the end of a plain side's stream is an abort for
 * both ends, on each transport. Once both streams have ended, nothing is an abort.
 */
@Timeout(120)
class Protocol2AbortsTest {
    /** Fits into the socket buffers, so that a reset overtakes nothing. */
    private static final int SMALL = 20_000;

    private static final int LARGE = 2_000_000;

    static Stream<Arguments> rolesAndTransports() {
        return available().flatMap(transport -> Stream.of(Role.values()).map(role -> Arguments.of(role, transport)));
    }

    private static Stream<Transport> available() {
        return Stream.of(Transport.EPOLL, Transport.NIO, Transport.IO_URING).filter(Transport::isAvailable);
    }

    // ---- what is no end

    @ParameterizedTest
    @MethodSource("rolesAndTransports")
    void aStageThatFailsIsNoEnd(Role failing, Transport transport) throws Exception {
        PipelineStage faulty = (place, connection) -> place == Place.TUNNEL && connection.role() == failing
                ? List.of(new FailsWithItsFirstData())
                : List.of();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.transport(transport).stage(faulty),
                        server -> server.transport(transport).stage(faulty));
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            (failing == Role.CLIENT ? target : application).getOutputStream().write(1);
            LoopbackTunnel.assertReset(application);
            LoopbackTunnel.assertReset(target);
        }
    }

    @ParameterizedTest
    @MethodSource("rolesAndTransports")
    void aStopIsNoEnd(Role stopping, Transport transport) throws Exception {
        try (LoopbackTunnel tunnel = tunnel(transport);
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
            (stopping == Role.CLIENT ? tunnel.client : tunnel.server)
                    .stop(Duration.ZERO)
                    .join();
            LoopbackTunnel.assertReset(application);
            LoopbackTunnel.assertReset(target);
        }
    }

    @ParameterizedTest
    @MethodSource("rolesAndTransports")
    void aResetIsNoEnd(Role nearest, Transport transport) throws Exception {
        try (LoopbackTunnel tunnel = tunnel(transport);
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
            LoopbackTunnel.reset(nearest == Role.CLIENT ? application : target);
            LoopbackTunnel.assertReset(nearest == Role.CLIENT ? target : application);
        }
    }

    @ParameterizedTest
    @MethodSource("rolesAndTransports")
    void anIdleTimeoutIsNoEnd(Role timing, Transport transport) throws Exception {
        Duration shortly = Duration.ofMillis(300);
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> timing == Role.CLIENT
                                ? client.transport(transport).idleTimeout(shortly)
                                : client.transport(transport),
                        server -> timing == Role.SERVER
                                ? server.transport(transport).idleTimeout(shortly)
                                : server.transport(transport));
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.assertReset(application);
            LoopbackTunnel.assertReset(target);
        }
    }

    /** The application's own end may be sealed by then, but not that of a stream that was never there. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTargetThatCanNotBeReachedIsNoEnd(boolean applicationHasEnded) throws Exception {
        for (Transport transport : available().toList()) {
            try (LoopbackTunnel tunnel = tunnel(transport)) {
                tunnel.target.close();
                assertThatThrownBy(() -> {
                            try (Socket application = tunnel.connect()) {
                                if (applicationHasEnded) {
                                    application.shutdownOutput();
                                }
                                application.getInputStream().read();
                            }
                        })
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("reset");
            }
        }
    }

    // ---- before the last message of the handshake

    @ParameterizedTest
    @EnumSource
    void aFinBeforeMessageZeroMeetsSilence(ProtocolVersion version) throws Exception {
        for (Transport transport : available().toList()) {
            try (LoopbackTunnel tunnel = tunnel(transport);
                    Socket peer = new Socket(InetAddress.getLoopbackAddress(), tunnel.server.boundPort())) {
                peer.getOutputStream().write(tunnel.recordedHello(version, ""));
                int answer = version.serverHiFrames() * Frame.SIZE;
                assertThat(peer.getInputStream().readNBytes(answer)).hasSize(answer);
                peer.shutdownOutput();
                peer.setSoTimeout(500);
                assertThatThrownBy(() -> peer.getInputStream().read())
                        .as("neither FIN nor a reset")
                        .isInstanceOf(SocketTimeoutException.class);
            }
        }
    }

    // ---- after both ends

    static Stream<Arguments> directionsAndTransports() {
        return available()
                .flatMap(transport ->
                        Stream.of(Direction.values()).map(direction -> Arguments.of(direction, transport)));
    }

    @ParameterizedTest
    @MethodSource("directionsAndTransports")
    void strayBytesAfterBothEndsCostNothing(Direction direction, Transport transport) throws Exception {
        for (int count : new int[] {1, Frame.SIZE - 1, Frame.SIZE, 3 * Frame.SIZE + 7}) {
            assertWhole(direction, transport, LARGE, receiver -> {
                receiver.getOutputStream().write(new byte[count]);
                receiver.shutdownOutput();
            });
        }
    }

    @ParameterizedTest
    @MethodSource("directionsAndTransports")
    void aResetAfterBothEndsCostsNothing(Direction direction, Transport transport) throws Exception {
        assertWhole(direction, transport, SMALL, LoopbackTunnel::reset);
        assertWhole(direction, transport, SMALL, receiver -> {
            receiver.getOutputStream().write(1);
            LoopbackTunnel.reset(receiver);
        });
    }

    /** One stream ends first; then the other, whose end is followed by a fault, and whose receiver reads late. */
    private static void assertWhole(Direction direction, Transport transport, int length, Fault fault)
            throws Exception {
        byte[] stream = new byte[length];
        new Random(length).nextBytes(stream);
        try (LoopbackTunnel tunnel = tunnel(transport);
                LateFaultProxy network =
                        new LateFaultProxy(tunnel.server.boundAddress().toSocketAddress(), direction, fault);
                Tunnel client = Tunnel.client(tunnel.key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(new HostAndPort("127.0.0.1", network.port()))
                        .transport(transport)
                        .start()
                        .join();
                Socket application = new Socket(InetAddress.getLoopbackAddress(), client.boundPort());
                Socket target = tunnel.accept()) {
            application.setSoTimeout(10_000);
            Socket sender = direction == Direction.TO_CLIENT ? target : application;
            Socket receiver = direction == Direction.TO_CLIENT ? application : target;
            receiver.shutdownOutput();
            assertThat(sender.getInputStream().read()).isNegative();
            Thread writer = new Thread(() -> write(sender, stream));
            writer.start();
            if (length == SMALL) {
                assertThat(network.awaitFault()).isTrue();
            }
            byte[] received = receiver.getInputStream().readAllBytes(); // fails if it was reset
            assertThat(Arrays.equals(received, stream)).isTrue();
            assertThat(network.awaitFault()).isTrue();
            writer.join();
        }
    }

    private static void write(Socket sender, byte[] stream) {
        try {
            sender.getOutputStream().write(stream);
            sender.shutdownOutput();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // ---- parts

    private static final class FailsWithItsFirstData extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
            throw new IllegalStateException("a stage that fails, to see what becomes of the connection");
        }
    }

    private static LoopbackTunnel tunnel(Transport transport) throws IOException {
        return LoopbackTunnel.with(client -> client.transport(transport), server -> server.transport(transport));
    }
}
