package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.saltunnel.netty.internal.transport.SystemOption;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: every connection has its socket options, although on Linux those of accepted connections are set on the
 * listening socket only. KeepAliveTest covers the options of probes.
 */
@Timeout(60)
class AcceptedOptionsTest {
    private static final int UNSET = -1;

    private final TunnelSockets sockets = new TunnelSockets();

    private LoopbackTunnel tunnel(Transport transport) throws Exception {
        return LoopbackTunnel.with(
                client -> client.transport(transport).stage(sockets),
                server -> server.transport(transport).stage(sockets));
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO", "IO_URING"})
    void aJoinedConnectionIsResetWhateverEndsTheProcess(Transport transport) throws Exception {
        try (LoopbackTunnel tunnel = tunnel(transport);
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
            assertThat(sockets.byPlace).hasSize(4);
            assertThat(sockets.byPlace.values())
                    .allSatisfy(socket -> assertThat(linger(socket)).isZero());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO", "IO_URING"})
    void aStrangersConnectionIsNot(Transport transport) throws Exception {
        try (LoopbackTunnel tunnel = tunnel(transport);
                Socket stranger = new Socket(InetAddress.getLoopbackAddress(), tunnel.server.boundPort())) {
            Await.until("the stranger to be accepted", () -> sockets.byPlace.containsKey("SERVER WIRE_SOCKET"));
            assertThat(stranger.isConnected()).isTrue();
            assertThat(linger(sockets.at("SERVER WIRE_SOCKET"))).isEqualTo(UNSET);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO", "IO_URING"})
    void urgentDataStaysInTheStream(Transport transport) throws Exception {
        try (LoopbackTunnel tunnel = tunnel(transport);
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
            for (String plain : List.of("CLIENT PLAIN_SOCKET", "SERVER PLAIN_SOCKET")) {
                assertThat(SystemOption.OUT_OF_BAND_INLINE.get(sockets.at(plain)))
                        .hasValue(1);
            }
        }
    }

    /** An option that is set on the listener alone appears on the next connection, so it isn't set there again. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void areInheritedOnLinux(Transport transport) throws Exception {
        try (LoopbackTunnel tunnel = tunnel(transport);
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
            Channel listener =
                    Objects.requireNonNull(sockets.at("SERVER WIRE_SOCKET").parent());
            assertThat(SystemOption.KEEPALIVE.set(listener, 0)).isTrue();
            assertThat(SystemOption.KEEPALIVE_IDLE.set(listener, 77)).isTrue();
            assertThat(SystemOption.USER_TIMEOUT.set(listener, 7777)).isTrue();
            try (Socket another = tunnel.connect();
                    Socket itsTarget = tunnel.accept()) {
                LoopbackTunnel.echo(another, itsTarget);
                Channel wire = sockets.at("SERVER WIRE_SOCKET");
                assertThat(SystemOption.KEEPALIVE.get(wire)).hasValue(0);
                assertThat(SystemOption.KEEPALIVE_IDLE.get(wire)).hasValue(77);
                assertThat(SystemOption.USER_TIMEOUT.get(wire)).hasValue(7777);
            }
        }
    }

    private static int linger(Channel socket) {
        return socket.config().getOption(ChannelOption.SO_LINGER);
    }
}
