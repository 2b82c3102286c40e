package io.saltunnel.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.it.process.EchoTarget;
import io.saltunnel.netty.ClientBuilder;
import io.saltunnel.netty.ServerBuilder;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A client and a server in this process, a target that echoes, and a key that the test knows. */
final class Loopback implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final HostAndPort ANY_PORT = HostAndPort.parse("127.0.0.1:0");

    final byte[] key = BadInput.random(32);
    final EchoTarget target = EchoTarget.start();
    final Tunnel server;
    final Tunnel client;
    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey longTermKey = LongTermKey.of(ByteBuffer.wrap(key.clone()), memory);

    Loopback(UnaryOperator<ServerBuilder> serverOptions, UnaryOperator<ClientBuilder> clientOptions)
            throws IOException {
        server = serverOptions
                .apply(Tunnel.server(longTermKey).listen(ANY_PORT).target(HostAndPort.of(target.address())))
                .start()
                .join();
        client = clientOptions
                .apply(Tunnel.client(longTermKey).listen(ANY_PORT).server(server.boundAddress()))
                .start()
                .join();
    }

    /** Patient clients: no client is refused because the machine is slow. */
    static Loopback with(UnaryOperator<ServerBuilder> serverOptions) throws IOException {
        return new Loopback(serverOptions, client -> client.handshakeTimeout(Duration.ofMillis(PATIENCE_MILLIS)));
    }

    /** Another server with the same key, to the same target. */
    Tunnel anotherServer(UnaryOperator<ServerBuilder> options) {
        return options.apply(Tunnel.server(longTermKey).listen(ANY_PORT).target(HostAndPort.of(target.address())))
                .start()
                .join();
    }

    /** Connects as an application. */
    Socket connect() throws IOException {
        return connect(client.boundAddress().toSocketAddress());
    }

    /** Connects to the server's port as anyone can. */
    static Socket connect(SocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(address, PATIENCE_MILLIS);
        return socket;
    }

    /** Sends a byte and receives its echo. */
    static void echo(Socket socket) throws IOException {
        socket.getOutputStream().write(7);
        assertThat(socket.getInputStream().read()).isEqualTo(7);
    }

    /** A new connection is served normally. */
    void serves() throws IOException {
        try (Socket socket = connect()) {
            echo(socket);
        }
    }

    static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofMillis(PATIENCE_MILLIS))
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
        target.close();
        longTermKey.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }
}
