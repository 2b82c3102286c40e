package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.UnixPath;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import io.saltunnel.netty.stage.TunnelConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of a tunnel with UNIX domain sockets in any of its three places, on every transport that has them:
 * streams, half closing and aborts as with TCP, as far as such sockets have them.
 */
@Timeout(60)
@ParameterizedClass
@MethodSource("casesOfEveryTransport")
class UnixSocketsTest {
    private static final int MEBIBYTE = 1 << 20;

    /** What is a UNIX domain socket; everything else is TCP. */
    enum Place {
        LISTEN,
        WIRE,
        TARGET
    }

    @TempDir
    Path directory;

    private final Transport transport;
    private final Set<Place> unix;

    private final LongTermKey key = LongTermKey.random();
    private final Endings serverEndings = new Endings();
    private final Endings clientEndings = new Endings();
    private final AtomicReference<TunnelConnection> seen = new AtomicReference<>();
    private ServerSocketChannel target;
    private Tunnel server;
    private Tunnel client;

    UnixSocketsTest(Transport transport, Set<Place> unix) {
        this.transport = transport;
        this.unix = unix;
    }

    static Stream<Arguments> casesOfEveryTransport() {
        return Stream.of(Transport.EPOLL, Transport.NIO)
                .flatMap(transport -> Stream.of(
                                EnumSet.of(Place.LISTEN),
                                EnumSet.of(Place.WIRE),
                                EnumSet.of(Place.TARGET),
                                EnumSet.allOf(Place.class))
                        .map(unix -> Arguments.of(transport, unix)));
    }

    @BeforeEach
    void start() throws IOException {
        target = ServerSocketChannel.open(familyOf(Place.TARGET));
        target.bind(
                unix.contains(Place.TARGET)
                        ? UnixDomainSocketAddress.of(directory.resolve("target"))
                        : HostAndPort.parse("127.0.0.1:0").toSocketAddress());
        server = Tunnel.server(key)
                .transport(transport)
                .listen(endpoint(Place.WIRE))
                .target(endpointOf(target.getLocalAddress()))
                .stage(serverEndings)
                .start()
                .join();
        client = Tunnel.client(key)
                .transport(transport)
                .listen(endpoint(Place.LISTEN))
                .server(server.boundAddress())
                .stage(clientEndings)
                .stage((place, connection) -> {
                    seen.set(connection);
                    return List.of();
                })
                .start()
                .join();
    }

    private ProtocolFamily familyOf(Place place) {
        return unix.contains(place) ? StandardProtocolFamily.UNIX : StandardProtocolFamily.INET;
    }

    private Endpoint endpoint(Place place) {
        return unix.contains(place)
                ? new UnixPath(directory.resolve(place.name()).toString())
                : HostAndPort.parse("127.0.0.1:0");
    }

    private static Endpoint endpointOf(SocketAddress address) {
        return address instanceof InetSocketAddress tcp ? HostAndPort.of(tcp) : new UnixPath(address.toString());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
        target.close();
        key.close();
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.filter(file -> !file.endsWith("target"))).isEmpty();
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(client.boundAddress().toSocketAddress());
    }

    @Test
    void carriesStreamsBothWaysAndTheirEndsOneByOne() throws Exception {
        byte[] there = bytes(1, 5 * MEBIBYTE);
        byte[] back = bytes(2, 7 * MEBIBYTE);
        CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> {
            try (SocketChannel socket = target.accept()) {
                byte[] all = read(socket);
                write(socket, back);
                return all;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try (SocketChannel application = connect()) {
            write(application, there);
            application.shutdownOutput();
            assertThat(read(application)).isEqualTo(back);
        }
        assertThat(received.get()).isEqualTo(there);
        assertThat(clientEndings.next().outcome()).isEqualTo(Outcome.COMPLETED);
        ConnectionSummary summary = serverEndings.next();
        assertThat(summary.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(summary.target()).isEqualTo(endpointOf(target.getLocalAddress()));
    }

    @Test
    void carriesTheTargetsEndFirst() throws Exception {
        byte[] there = bytes(3, MEBIBYTE);
        byte[] back = bytes(4, MEBIBYTE);
        try (SocketChannel application = connect();
                SocketChannel socket = target.accept()) {
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> {
                write(socket, back);
                end(socket);
            });
            assertThat(read(application)).isEqualTo(back);
            CompletableFuture<Void> question = CompletableFuture.runAsync(() -> {
                write(application, there);
                end(application);
            });
            assertThat(read(socket)).isEqualTo(there);
            CompletableFuture.allOf(answer, question).get(30, TimeUnit.SECONDS);
        }
        assertThat(serverEndings.next().outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(clientEndings.next().outcome()).isEqualTo(Outcome.COMPLETED);
    }

    /** The target closes both directions at once. */
    @Test
    void deliversAllThatATargetSentBeforeItClosed() throws Exception {
        byte[] answer = bytes(5, 3 * MEBIBYTE);
        try (SocketChannel application = connect()) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try (SocketChannel socket = target.accept()) {
                    write(socket, answer);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(read(application)).isEqualTo(answer);
            sending.get(30, TimeUnit.SECONDS);
        }
        assertThat(clientEndings.next().outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(serverEndings.next().outcome()).isEqualTo(Outcome.COMPLETED);
    }

    /** For example, the application's process was killed while it waited for the answer. */
    @Test
    void endsAPairWhoseApplicationIsGoneAfterItsEnd() throws Exception {
        SocketChannel application = connect();
        try (SocketChannel socket = target.accept()) {
            write(application, bytes(6, 1000));
            application.shutdownOutput();
            assertThat(read(socket)).hasSize(1000);
            application.close();
            assertThatThrownBy(() -> {
                        while (true) {
                            socket.write(ByteBuffer.wrap(bytes(7, 100_000)));
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(clientEndings.next().outcome()).isEqualTo(Outcome.RESET);
        assertThat(serverEndings.next().outcome()).isEqualTo(Outcome.RESET);
    }

    @Test
    void resetsBothSidesWhenItStops() throws Exception {
        try (SocketChannel application = connect();
                SocketChannel socket = target.accept()) {
            write(application, bytes(8, 1000));
            assertThat(socket.read(ByteBuffer.allocate(1000))).isPositive();
            server.close();
            assertThat(ends(application)).isTrue();
            assertThat(ends(socket)).isTrue();
        }
        assertThat(serverEndings.next().outcome()).isEqualTo(Outcome.RESET);
        if (!unix.contains(Place.WIRE)) { // there, version 1 can't tell the abort from an end
            assertThat(clientEndings.next().outcome()).isEqualTo(Outcome.RESET);
        }
    }

    @Test
    void namesBothEndsOfAConnection() throws Exception {
        try (SocketChannel application = connect();
                SocketChannel socket = target.accept()) {
            write(application, bytes(9, 1));
            assertThat(socket.read(ByteBuffer.allocate(1))).isOne();
            TunnelConnection connection = Objects.requireNonNull(seen.get());
            assertThat(connection.local()).isEqualTo(client.boundAddress().toSocketAddress());
            assertThat(connection.peer()).isEqualTo(application.getLocalAddress());
            assertThat(connection.target()).isEqualTo(server.boundAddress());
        }
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void write(SocketChannel socket, byte[] bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                socket.write(buffer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(SocketChannel socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(SocketChannel socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (socket.read(buffer.clear()) >= 0) {
            all.write(buffer.array(), 0, buffer.position());
        }
        return all.toByteArray();
    }

    /** Reads until the connection ends: by a reset, or on a UNIX domain socket by the end of the stream. */
    private static boolean ends(SocketChannel socket) {
        try {
            read(socket);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return true;
    }
}
