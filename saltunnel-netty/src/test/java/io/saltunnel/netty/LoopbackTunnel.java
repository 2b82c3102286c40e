package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A client and a server on loopback; the test is the target. Every socket times out after a few seconds, so that a
 * fault fails the test.
 */
final class LoopbackTunnel implements AutoCloseable {
    private static final int SOCKET_TIMEOUT_MILLIS = 10_000;

    final SecretMemory memory = SecretMemory.create();
    final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
    final ServerSocket target;
    final Tunnel server;
    final Tunnel client;

    private LoopbackTunnel(UnaryOperator<ClientBuilder> clientOptions, UnaryOperator<ServerBuilder> serverOptions)
            throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        target.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        server = serverOptions
                .apply(Tunnel.server(key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .target(new HostAndPort("127.0.0.1", target.getLocalPort())))
                .start()
                .join();
        client = clientOptions
                .apply(Tunnel.client(key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(new HostAndPort("127.0.0.1", server.boundPort())))
                .start()
                .join();
    }

    static LoopbackTunnel with(UnaryOperator<ClientBuilder> clientOptions, UnaryOperator<ServerBuilder> serverOptions)
            throws IOException {
        return new LoopbackTunnel(clientOptions, serverOptions);
    }

    /** A tunnel whose client has these servers before its own. */
    static LoopbackTunnel behind(UnaryOperator<ClientBuilder> options, ServerSocket... first) throws IOException {
        return with(
                client -> options.apply(client.servers(
                        Stream.concat(Stream.of(first).map(LoopbackSockets::address), client.settings.targets.stream())
                                .toList())),
                server -> server);
    }

    /** An application's connection. */
    Socket connect() throws IOException {
        return connect(InetAddress.getLoopbackAddress());
    }

    Socket connect(InetAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(address, client.boundPort()), SOCKET_TIMEOUT_MILLIS);
        return socket;
    }

    /** The target's end of a connection. */
    Socket accept() throws IOException {
        Socket socket = target.accept();
        socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        return socket;
    }

    /** Sends a byte each way. */
    static void echo(Socket application, Socket target) throws IOException {
        application.getOutputStream().write(7);
        assertThat(target.getInputStream().read()).isEqualTo(7);
        target.getOutputStream().write(8);
        assertThat(application.getInputStream().read()).isEqualTo(8);
    }

    static InetAddress loopback6() {
        return HostAndPort.parse("[::1]:0").numericAddress().orElseThrow();
    }

    /** Whether the connection has ended, in order or not. */
    private static boolean ended(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * Whether an application that connects is closed or reset at once; sometimes so early that connecting itself fails.
     */
    boolean turnsAway() throws IOException {
        try (Socket application = connect()) {
            return ended(application);
        } catch (SocketException e) {
            return String.valueOf(e.getMessage()).contains("reset");
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
        target.close();
        key.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    /** Closes with RST, and drops what isn't sent. */
    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    static void assertReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reset");
    }

    /** The first frame of a client with this tunnel's key, recorded by the target. */
    byte[] recordedHello(ProtocolVersion version, String name) throws IOException {
        try (Tunnel recorded = Tunnel.client(key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(new HostAndPort("127.0.0.1", target.getLocalPort()))
                        .protocol(version)
                        .name(name)
                        .start()
                        .join();
                Socket application = new Socket(InetAddress.getLoopbackAddress(), recorded.boundPort());
                Socket recorder = accept()) {
            assertThat(application.isConnected()).isTrue();
            return recorder.getInputStream().readNBytes(Frame.SIZE);
        }
    }

    /**
     * Writes on and on, until the connection is reset.
     *
     * @param written counts the bytes that the system has taken
     */
    static void writeUntilReset(Socket socket, AtomicLong written) {
        byte[] block = new byte[10_000];
        try {
            while (true) {
                socket.getOutputStream().write(block);
                written.addAndGet(block.length);
            }
        } catch (IOException e) {
            assertThat(e).isNotNull();
        }
    }
}
