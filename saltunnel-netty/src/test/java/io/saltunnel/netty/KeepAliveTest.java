package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.saltunnel.netty.internal.transport.SystemOption;
import io.saltunnel.netty.stage.PipelineStage;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: the system probes both sides of both programs for vanished peers, unless that is turned off, and small writes
 * leave at once.
 */
class KeepAliveTest {
    @ParameterizedTest
    @CsvSource({"EPOLL, true", "EPOLL, false", "NIO, true", "NIO, false", "IO_URING, true", "IO_URING, false"})
    void asksTheSystemForProbesOnBothLegs(Transport transport, boolean wanted) throws Exception {
        TunnelSockets sockets = new TunnelSockets();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> choose(client.transport(transport), wanted).stage(sockets),
                        server -> choose(server.transport(transport), wanted).stage(sockets));
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            application.getOutputStream().write(1);
            assertThat(target.getInputStream().read()).isOne();
            assertThat(sockets.byPlace)
                    .containsOnlyKeys(
                            "CLIENT PLAIN_SOCKET", "CLIENT WIRE_SOCKET", "SERVER PLAIN_SOCKET", "SERVER WIRE_SOCKET");
            // The transports query the system and cache nothing.
            assertThat(sockets.byPlace.values())
                    .allMatch(socket -> socket.config().getOption(ChannelOption.SO_KEEPALIVE) == wanted)
                    .allMatch(socket -> socket.config().getOption(ChannelOption.TCP_NODELAY));
        }
    }

    @ParameterizedTest
    @CsvSource({"EPOLL, 120000", "NIO,", "IO_URING, 120000"})
    void noticesADeadPathInTwoMinutes(Transport transport, @Nullable Integer userTimeoutMillis) throws Exception {
        assertWireSides(builder -> builder.transport(transport), 60, 15, 4, userTimeoutMillis);
    }

    @ParameterizedTest
    @CsvSource({"EPOLL, 2500", "NIO,", "IO_URING, 2500"})
    void noticesADeadPathAsConfigured(Transport transport, @Nullable Integer userTimeoutMillis) throws Exception {
        assertWireSides(
                builder -> builder.transport(transport)
                        .keepAlive(Duration.ofSeconds(30), Duration.ofSeconds(5), 3)
                        .userTimeout(Duration.ofMillis(2500)),
                30,
                5,
                3,
                userTimeoutMillis);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void leavesUnacknowledgedDataToTheSystemIfAsked(Transport transport) throws Exception {
        assertWireSides(builder -> builder.transport(transport).userTimeout(null), 60, 15, 4, 0);
    }

    /** Otherwise a program that was given two seconds would notice a dead path only after a quarter of an hour. */
    @Test
    void aTransportWithoutAUserTimeoutSaysSoIfOneWasAskedFor() throws Exception {
        try (LogLines lines = new LogLines("io.saltunnel.server")) {
            startAndStop(Transport.EPOLL, server -> server.userTimeout(Duration.ofMillis(2500)));
            startAndStop(Transport.NIO, server -> server);
            startAndStop(Transport.NIO, server -> server.userTimeout(null));
            startAndStop(Transport.NIO, server -> server.userTimeout(Duration.ofMillis(2500)));
            assertThat(lines.next())
                    .startsWith("the transport nio has no user time-out")
                    .contains("2.5 s", "use epoll or io_uring");
            assertThat(lines.none()).isTrue();
        }
    }

    private static void startAndStop(Transport transport, UnaryOperator<ServerBuilder> options) throws Exception {
        LoopbackTunnel.with(client -> client, server -> options.apply(server.transport(transport)))
                .close();
    }

    /** The plain sides have the system's defaults. */
    private static void assertWireSides(
            Consumer<TunnelBuilder<?>> options, int idle, int interval, int probes, @Nullable Integer userTimeoutMillis)
            throws Exception {
        TunnelSockets sockets = new TunnelSockets();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> configured(client, options, sockets),
                        server -> configured(server, options, sockets));
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
            for (String wire : List.of("CLIENT WIRE_SOCKET", "SERVER WIRE_SOCKET")) {
                Channel socket = sockets.at(wire);
                assertThat(SystemOption.KEEPALIVE_IDLE.get(socket)).hasValue(idle);
                assertThat(SystemOption.KEEPALIVE_INTERVAL.get(socket)).hasValue(interval);
                assertThat(SystemOption.KEEPALIVE_PROBES.get(socket)).hasValue(probes);
                assertThat(SystemOption.USER_TIMEOUT.get(socket)).isEqualTo(Optional.ofNullable(userTimeoutMillis));
            }
            Channel untouched = new NioSocketChannel();
            for (String plain : List.of("CLIENT PLAIN_SOCKET", "SERVER PLAIN_SOCKET")) {
                Channel socket = sockets.at(plain);
                assertThat(SystemOption.KEEPALIVE_IDLE.get(socket))
                        .isEqualTo(SystemOption.KEEPALIVE_IDLE.get(untouched));
                assertThat(SystemOption.KEEPALIVE_PROBES.get(socket))
                        .isEqualTo(SystemOption.KEEPALIVE_PROBES.get(untouched));
            }
            untouched.unsafe().closeForcibly();
        }
    }

    private static <B extends TunnelBuilder<B>> B configured(
            B builder, Consumer<TunnelBuilder<?>> options, PipelineStage sockets) {
        options.accept(builder);
        return builder.stage(sockets);
    }

    /** Probes are the default; only turning them off is an option. */
    private static <B extends TunnelBuilder<B>> B choose(B tunnel, boolean probes) {
        return probes ? tunnel : tunnel.keepAlive(false);
    }
}
