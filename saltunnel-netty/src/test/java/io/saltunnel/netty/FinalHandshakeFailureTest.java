package io.saltunnel.netty;

import static io.saltunnel.netty.LoopbackSockets.address;
import static io.saltunnel.netty.LoopbackSockets.dieAfterHello;
import static io.saltunnel.netty.LoopbackSockets.listen;
import static io.saltunnel.netty.LoopbackSockets.refusing;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.PipelineStage.Place;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A client's servers that can be connected to and don't prove the key: what ends the connection, and that each server is
 * tried once. The tests are the servers.
 */
@Timeout(60)
class FinalHandshakeFailureTest {
    private final ToldEvents told = new ToldEvents();

    /** A tunnel whose client has exactly these servers. */
    private LoopbackTunnel tunnelTo(HostAndPort... servers) throws IOException {
        return LoopbackTunnel.with(
                client -> client.events(told).connectPatience(Duration.ZERO).servers(List.of(servers)),
                server -> server);
    }

    private LoopbackTunnel tunnelBehind(UnaryOperator<ClientBuilder> options, ServerSocket... first)
            throws IOException {
        return LoopbackTunnel.behind(client -> options.apply(client.events(told)), first);
    }

    private LoopbackTunnel tunnelBehind(ServerSocket... first) throws IOException {
        return tunnelBehind(UnaryOperator.identity(), first);
    }

    /** A server that has seen a hello refuses it the second time, and a stranger could have recorded it. */
    @Test
    void eachServerGetsAHelloOfItsOwnAndOnlyOne() throws Exception {
        HostAndPort gone = refusing();
        try (ServerSocket one = listen();
                ServerSocket other = listen();
                LoopbackTunnel tunnel = tunnelTo(address(one), gone, address(other));
                Socket application = tunnel.connect()) {
            byte[] hello = dieAfterHello(one);
            assertThat(dieAfterHello(other)).hasSize(hello.length).isNotEqualTo(hello);
            LoopbackTunnel.assertReset(application);
            assertThat(told.end().outcome()).isEqualTo(Outcome.CONNECT_FAILED);
            assertThat(told.events)
                    .containsExactly(
                            "accepted",
                            "handshake failed: CLOSED",
                            "handshake failed: CLOSED",
                            "connect failed",
                            "ended");
        }
    }

    @Test
    void theFailureIsFinalWhenEachServerHasEndedTheHandshake() throws Exception {
        try (ServerSocket one = listen();
                ServerSocket other = listen();
                LoopbackTunnel tunnel = tunnelTo(address(one), address(other));
                Socket application = tunnel.connect()) {
            dieAfterHello(one);
            dieAfterHello(other);
            LoopbackTunnel.assertReset(application);
            assertThat(told.end().outcome()).isEqualTo(Outcome.HANDSHAKE_FAILED);
            assertThat(tunnel.client.stats().handshakesFailed()).isEqualTo(2);
        }
    }

    @Test
    void withOneServerTheFailureIsFinal() throws Exception {
        try (ServerSocket dying = listen();
                LoopbackTunnel tunnel = tunnelTo(address(dying));
                Socket application = tunnel.connect()) {
            dieAfterHello(dying);
            LoopbackTunnel.assertReset(application);
            told.end();
            assertThat(told.events).containsExactly("accepted", "handshake failed: CLOSED", "ended");
        }
    }

    @Test
    void anApplicationThatGivesUpInBetweenEndsTheConnection() throws Exception {
        try (ServerSocket dying = listen();
                ServerSocket silent = listen();
                LoopbackTunnel tunnel = tunnelBehind(dying, silent)) {
            Socket application = tunnel.connect();
            dieAfterHello(dying);
            try (Socket other = silent.accept()) {
                other.setSoTimeout(10_000);
                other.getInputStream().readNBytes(Frame.SIZE);
                LoopbackTunnel.reset(application);
                LoopbackTunnel.assertReset(other);
            }
            assertThat(told.end().outcome()).isEqualTo(Outcome.ABANDONED);
            assertThat(told.events).containsExactly("accepted", "handshake failed: CLOSED", "ended");
        }
    }

    @Test
    void aTunnelThatStopsInBetweenEndsTheConnection() throws Exception {
        try (ServerSocket dying = listen();
                ServerSocket silent = listen();
                LoopbackTunnel tunnel = tunnelBehind(dying, silent);
                Socket application = tunnel.connect()) {
            dieAfterHello(dying);
            try (Socket other = silent.accept()) {
                other.setSoTimeout(10_000);
                other.getInputStream().readNBytes(Frame.SIZE);
                tunnel.client.stop(Duration.ofDays(1)).get(10, TimeUnit.SECONDS);
                LoopbackTunnel.assertReset(other);
                LoopbackTunnel.assertReset(application);
            }
            assertThat(tunnel.client.holdings().buffers()).isZero();
        }
    }

    /** It would fail at the other server as well. */
    @Test
    void aStageThatEndsTheHandshakeEndsTheConnection() throws Exception {
        PipelineStage failing = (place, connection) -> place == Place.WIRE_SOCKET
                ? List.of(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext ctx) {
                        ctx.fireExceptionCaught(new IllegalStateException("no more today"));
                    }
                })
                : List.of();
        try (ServerSocket first = listen();
                LoopbackTunnel tunnel = tunnelBehind(client -> client.stage(failing), first);
                Socket application = tunnel.connect()) {
            LoopbackTunnel.assertReset(application);
            assertThat(told.end().outcome()).isEqualTo(Outcome.HANDSHAKE_FAILED);
            assertThat(tunnel.server.stats().accepted()).isZero();
        }
    }
}
