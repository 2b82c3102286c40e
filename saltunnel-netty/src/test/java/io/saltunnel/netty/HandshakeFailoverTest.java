package io.saltunnel.netty;

import static io.saltunnel.netty.LoopbackSockets.address;
import static io.saltunnel.netty.LoopbackSockets.dieAfterHello;
import static io.saltunnel.netty.LoopbackSockets.listen;
import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.UnixPath;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.PipelineStage.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A client's server that can be connected to and then doesn't prove the key: as long as it was sent nothing but a hello,
 * another server takes its place. The tests are the first server.
 */
@Timeout(60)
class HandshakeFailoverTest {
    /** Of version 2, with IPv4 addresses. */
    private static final int PROXY_HEADER_BYTES = 28;

    @TempDir
    Path directory;

    private final ToldEvents told = new ToldEvents();

    private LoopbackTunnel tunnelBehind(UnaryOperator<ClientBuilder> options, ServerSocket... first)
            throws IOException {
        return LoopbackTunnel.behind(client -> options.apply(client.events(told)), first);
    }

    private LoopbackTunnel tunnelBehind(ServerSocket... first) throws IOException {
        return tunnelBehind(UnaryOperator.identity(), first);
    }

    /** The header of the PROXY protocol, which a stage has written for the first server, arrives once. */
    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "NIO", "IO_URING"})
    void aServerThatDiesDuringTheHandshakeCostsNoConnection(Transport transport) throws Exception {
        try (ServerSocket dying = listen();
                LoopbackTunnel tunnel =
                        tunnelBehind(client -> client.transport(transport).proxyHeader(true), dying);
                Socket application = tunnel.connect()) {
            application.getOutputStream().write(7);
            dieAfterHello(dying);
            try (Socket target = tunnel.accept()) {
                assertThat(target.getInputStream().readNBytes(PROXY_HEADER_BYTES))
                        .startsWith(0x0d, 0x0a);
                assertThat(target.getInputStream().read()).isEqualTo(7);
                LoopbackTunnel.echo(application, target);
                application.shutdownOutput();
                target.shutdownOutput();
            }
            ConnectionSummary end = told.end();
            assertThat(end.target()).isEqualTo(new HostAndPort("127.0.0.1", tunnel.server.boundPort()));
            assertThat(end.outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(end.bytesFromPeer()).isEqualTo(2);
            assertThat(told.events)
                    .containsExactly("accepted", "handshake failed: CLOSED", "proved", "joined", "ended");
        }
    }

    @Test
    void whatTheApplicationHasSentAndItsEndArriveAtTheOtherServersTarget() throws Exception {
        byte[] sent = new byte[3_000_000]; // more than all buffers on the way
        new Random(7).nextBytes(sent);
        try (ServerSocket dying = listen();
                LoopbackTunnel tunnel = tunnelBehind(dying);
                Socket application = tunnel.connect()) {
            Thread sender = new Thread(() -> {
                try {
                    application.getOutputStream().write(sent);
                    application.shutdownOutput();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            sender.start();
            dieAfterHello(dying);
            try (Socket target = tunnel.accept()) {
                assertThat(target.getInputStream().readAllBytes()).isEqualTo(sent);
                target.getOutputStream().write(8);
                assertThat(application.getInputStream().read()).isEqualTo(8);
            }
            sender.join();
        }
    }

    /** The end was read before the first server died, so that only the relay knows of it. */
    @Test
    void anEndWithoutDataArrivesAtTheOtherServersTarget() throws Exception {
        try (ServerSocket dying = listen();
                LoopbackTunnel tunnel = tunnelBehind(dying);
                Socket application = tunnel.connect()) {
            application.shutdownOutput();
            dieAfterHello(dying);
            try (Socket target = tunnel.accept()) {
                assertThat(target.getInputStream().read()).isEqualTo(-1);
                target.getOutputStream().write(8);
                assertThat(application.getInputStream().read()).isEqualTo(8);
            }
        }
    }

    /** The next connection isn't led to it: it would wait there for an answer. */
    @Test
    void aServerThatDoesNotProveTheKeyIsAvoidedByLaterConnections() throws Exception {
        try (ServerSocket impostor = listen();
                LoopbackTunnel tunnel = tunnelBehind(impostor)) {
            for (int i = 0; i < 2; i++) {
                try (Socket application = tunnel.connect()) {
                    if (i == 0) {
                        dieAfterHello(impostor);
                    }
                    try (Socket target = tunnel.accept()) {
                        LoopbackTunnel.echo(application, target);
                    }
                }
            }
        }
    }

    /** As during a restart of all servers, one after another. */
    @Test
    void aServerThatIsNotThereYetIsWaitedFor() throws Exception {
        Endpoint later = new UnixPath(directory.resolve("server").toString());
        try (ServerSocket dying = listen();
                LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.events(told)
                                .transport(Transport.NIO)
                                .connectPatience(Duration.ofDays(1))
                                .servers(List.of(address(dying), later)),
                        server -> server);
                Socket application = tunnel.connect()) {
            dieAfterHello(dying);
            told.awaitEvent("accepted");
            told.awaitEvent("handshake failed: CLOSED");
            try (Tunnel late = Tunnel.server(tunnel.key)
                            .transport(Transport.NIO)
                            .listen(later)
                            .target(address(tunnel.target))
                            .start()
                            .join();
                    Socket target = tunnel.accept()) {
                LoopbackTunnel.echo(application, target);
                assertThat(late.stats().accepted()).isOne();
            }
        }
    }

    @Test
    void stagesAreAskedAgainForTheNewConnectionAndLimitsStillHold() throws Exception {
        List<Place> asked = new ArrayList<>(); // one event loop writes, and the test reads after its echo
        PipelineStage spy = (place, connection) -> {
            asked.add(place);
            return List.of();
        };
        try (ServerSocket dying = listen();
                LoopbackTunnel tunnel = tunnelBehind(
                        client -> client.stage(spy)
                                .proxyHeader(true)
                                .idleTimeout(Duration.ofMinutes(1))
                                .bandwidthPerConnection(1 << 20)
                                .bandwidthPerTunnel(1 << 20),
                        dying);
                Socket application = tunnel.connect()) {
            dieAfterHello(dying);
            try (Socket target = tunnel.accept()) {
                assertThat(target.getInputStream().readNBytes(PROXY_HEADER_BYTES))
                        .hasSize(PROXY_HEADER_BYTES);
                LoopbackTunnel.echo(application, target);
                assertThat(asked)
                        .containsExactly(
                                Place.PLAIN_SOCKET, Place.WIRE_SOCKET, Place.TUNNEL, Place.WIRE_SOCKET, Place.TUNNEL);
            }
        }
    }

    @Test
    void theLogSaysWhichServerWasReplacedAndKeepsTheConnectionsNumber() throws Exception {
        try (LogLines log = LogLines.withDebug("io.saltunnel.client");
                ServerSocket dying = listen();
                LoopbackTunnel tunnel = tunnelBehind(dying);
                Socket application = tunnel.connect()) {
            dieAfterHello(dying);
            try (Socket target = tunnel.accept()) {
                LoopbackTunnel.echo(application, target);
            }
            String replaced = log.nextWith("no tunnel to " + address(dying) + ", so another server is tried: ");
            String connection = replaced.substring(0, replaced.indexOf(": "));
            assertThat(connection).contains(" #");
            assertThat(log.nextWith(": open, to ")).startsWith(connection + ": ");
        }
    }
}
