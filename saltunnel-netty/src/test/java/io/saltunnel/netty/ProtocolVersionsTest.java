package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: both versions carry streams and their ends, on every transport; and three attacks that version 1 can't defend
 * against fail against version 2. {@link Protocol2AbortsTest} covers the ends that are aborts.
 */
@Timeout(120)
class ProtocolVersionsTest {
    private static final int STREAM = 3_000_000;
    private static final int ECHOES = 200;

    private static LoopbackTunnel tunnel(ProtocolVersion version, Transport transport) throws IOException {
        return LoopbackTunnel.with(
                client -> client.transport(transport).protocol(version), server -> server.transport(transport));
    }

    // ---- streams

    @ParameterizedTest
    @CsvSource({"V1, EPOLL", "V1, NIO", "V1, IO_URING", "V2, EPOLL", "V2, NIO", "V2, IO_URING"})
    void streamsArriveWholeWithTheirEnds(ProtocolVersion version, Transport transport) throws Exception {
        try (LoopbackTunnel tunnel = tunnel(version, transport);
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            CompletableFuture<Void> up = send(application, 1);
            CompletableFuture<Void> down = send(target, 2);
            CompletableFuture<byte[]> atTarget = CompletableFuture.supplyAsync(() -> readAll(target));
            assertThat(Arrays.equals(readAll(application), stream(2))).isTrue();
            assertThat(Arrays.equals(atTarget.join(), stream(1))).isTrue();
            up.join();
            down.join();
            Await.until("it is done", () -> tunnel.client.stats().completed() == 1);
            Await.until("it is done", () -> tunnel.server.stats().completed() == 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"V1, EPOLL", "V1, NIO", "V1, IO_URING", "V2, EPOLL", "V2, NIO", "V2, IO_URING"})
    void oneDirectionEndsLongBeforeTheOther(ProtocolVersion version, Transport transport) throws Exception {
        try (LoopbackTunnel tunnel = tunnel(version, transport);
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            application.shutdownOutput();
            assertThat(target.getInputStream().read()).isNegative();
            send(target, 3).join();
            assertThat(Arrays.equals(readAll(application), stream(3))).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"V1, EPOLL", "V2, EPOLL", "V2, NIO", "V2, IO_URING"})
    void echoes(ProtocolVersion version, Transport transport) throws Exception {
        try (LoopbackTunnel tunnel = tunnel(version, transport);
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            application.setTcpNoDelay(true);
            for (int i = 0; i < ECHOES; i++) {
                LoopbackTunnel.echo(application, target);
            }
        }
    }

    // ---- three attacks

    @ParameterizedTest
    @EnumSource
    void aForgedFinPassesForAnEndInVersion1Only(ProtocolVersion version) throws Exception {
        int frames = version.serverHiFrames() + 1;
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client, server -> server);
                CuttingProxy network =
                        new CuttingProxy(tunnel.server.boundAddress().toSocketAddress(), frames * Frame.SIZE);
                Tunnel client = Tunnel.client(tunnel.key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(new HostAndPort("127.0.0.1", network.port()))
                        .protocol(version)
                        .start()
                        .join();
                Socket application = connect(client.boundAddress());
                Socket target = tunnel.accept()) {
            target.getOutputStream().write(new byte[Frame.MAX_DATA]);
            assertThat(application.getInputStream().readNBytes(Frame.MAX_DATA)).hasSize(Frame.MAX_DATA);
            if (version == ProtocolVersion.V1) {
                assertThat(application.getInputStream().read()).isNegative();
            } else {
                LoopbackTunnel.assertReset(application);
                LoopbackTunnel.assertReset(target);
            }
        }
    }

    /** With one key on two servers, as nothing but the name can tell them apart. */
    @ParameterizedTest
    @EnumSource
    void aRedirectedClientReachesTheOtherTunnelInVersion1Only(ProtocolVersion version) throws Exception {
        String name = version == ProtocolVersion.V1 ? "" : "mail";
        String otherName = version == ProtocolVersion.V1 ? "" : "backup";
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                client -> client.protocol(version).name(name).handshakeTimeout(Duration.ofSeconds(1)),
                server -> server.name(otherName))) {
            try (Socket application = tunnel.connect()) {
                if (version == ProtocolVersion.V1) {
                    try (Socket target = tunnel.accept()) {
                        LoopbackTunnel.echo(application, target);
                    }
                } else {
                    LoopbackTunnel.assertReset(application);
                    assertThat(tunnel.server.stats().completed()).isZero();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHelloMeantForAnotherTunnelIsAnsweredInVersion1Only(ProtocolVersion version) throws Exception {
        String name = version == ProtocolVersion.V1 ? "" : "mail";
        String otherName = version == ProtocolVersion.V1 ? "" : "backup";
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client, server -> server.name(otherName))) {
            byte[] hello = tunnel.recordedHello(version, name);
            try (Socket attacker = connect(tunnel.server.boundAddress())) {
                attacker.getOutputStream().write(hello);
                if (version == ProtocolVersion.V1) {
                    assertThat(attacker.getInputStream().readNBytes(Frame.SIZE)).hasSize(Frame.SIZE);
                } else {
                    attacker.setSoTimeout(500);
                    assertThatThrownBy(() -> attacker.getInputStream().read())
                            .isInstanceOf(SocketTimeoutException.class);
                }
            }
        }
    }

    // ---- which version

    @ParameterizedTest
    @CsvSource({
        "V1, ANY, true", "V2, ANY, true",
        "V1, ONLY_V1, true", "V2, ONLY_V1, false",
        "V1, ONLY_V2, false", "V2, ONLY_V2, true"
    })
    void aServerTakesTheVersionsThatItIsToldTo(ProtocolVersion version, AcceptedVersions accepted, boolean served)
            throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.protocol(version).handshakeTimeout(Duration.ofSeconds(served ? 10 : 1)),
                        server -> server.protocol(accepted));
                Socket application = tunnel.connect()) {
            if (served) {
                try (Socket target = tunnel.accept()) {
                    LoopbackTunnel.echo(application, target);
                }
            } else {
                LoopbackTunnel.assertReset(application);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"a name, a name, true", "a name, another, false", "a name, '', false", "'', a name, false"})
    void onlyTheSameNameIsServed(String ofClient, String ofServer, boolean served) throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.protocol(ProtocolVersion.V2)
                                .name(ofClient)
                                .handshakeTimeout(Duration.ofSeconds(served ? 10 : 1)),
                        server -> server.name(ofServer));
                Socket application = tunnel.connect()) {
            if (served) {
                try (Socket target = tunnel.accept()) {
                    LoopbackTunnel.echo(application, target);
                }
            } else {
                LoopbackTunnel.assertReset(application);
            }
        }
    }

    // ---- parts

    private static Socket connect(Endpoint address) throws IOException {
        Socket socket = new Socket();
        socket.connect(address.toSocketAddress());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static CompletableFuture<Void> send(Socket socket, int seed) {
        return CompletableFuture.runAsync(() -> {
            try {
                socket.getOutputStream().write(stream(seed));
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static byte[] readAll(Socket socket) {
        try {
            InputStream in = socket.getInputStream();
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] stream(int seed) {
        byte[] bytes = new byte[STREAM];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
