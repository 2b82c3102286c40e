package io.saltunnel.cli;

import io.saltunnel.netty.ClientBuilder;
import io.saltunnel.netty.Transport;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.UnixPath;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.stage.ConnectionSummary;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries standard input and output as the only connection of a client. Until this connection has a tunnel, the client
 * listens on a UNIX domain socket in a private directory, which no other user may enter.
 *
 * <pre>
 *   standard input  ──▶ a thread ──▶ ┐
 *                                    ├ socket ⇄ client ══ encrypted ══ server
 *   standard output ◀── the caller ◀─┘
 * </pre>
 *
 * <p>A UNIX domain socket can't be reset, so the client's event tells how the connection ended. If anything fails, the
 * client is stopped before the socket is closed, because the other end must not take that for the end of the stream.
 */
final class Pipe {

    private static final Logger LOG = LoggerFactory.getLogger(Pipe.class);
    private static final int BUFFER_BYTES = 16 * 1024;

    /** A grace time that is longer than any connection. */
    private static final Duration UNTIL_ITS_END = Duration.ofDays(36_500);

    private final ClientBuilder client;
    private final StandardStreams streams;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private final CompletableFuture<ConnectionSummary> ended = new CompletableFuture<>();

    /**
     * A pipe that carries nothing yet.
     *
     * @param client has all settings except where to listen
     */
    Pipe(ClientBuilder client, StandardStreams streams) {
        this.client = client;
        this.streams = streams;
    }

    /**
     * Carries data until both directions have ended.
     *
     * @throws CommandFailure if the connection didn't end normally
     * @throws IOException if standard output can't be written to, or the client can't be started
     */
    void carry() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("saltunnel-pipe-");
        Path socket = directory.resolve("socket");
        try (Tunnel tunnel = start(socket)) {
            carry(tunnel, socket, directory);
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(directory);
        }
    }

    private Tunnel start(Path socket) throws IOException {
        client.events(new TunnelEvents() {
            @Override
            public void joined(long setupNanos) {
                joined.complete(null);
            }

            @Override
            public void ended(ConnectionSummary summary) {
                ended.complete(summary);
                joined.complete(null);
            }
        });
        boolean pathsUnknown = Transport.AUTO.resolve() == Transport.IO_URING;
        try {
            return client.listen(new UnixPath(socket.toString()))
                    .maxConnections(2) // a client at its limit logs a warning
                    .transport(pathsUnknown ? Transport.NIO : Transport.AUTO)
                    .start()
                    .join();
        } catch (IllegalArgumentException e) { // such as a name with version 1 of the protocol
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        } catch (CompletionException e) {
            throw new IOException("can't start the client: " + e.getCause(), e);
        }
    }

    private void carry(Tunnel tunnel, Path socket, Path directory) throws IOException {
        SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        try {
            Thread sender = new Thread(() -> send(connection, tunnel), "saltunnel-input");
            sender.setDaemon(true); // because its read can't be interrupted
            sender.start();
            joined.join();
            tunnel.stop(UNTIL_ITS_END);
            tunnel.listeningEnded().join();
            Files.deleteIfExists(directory); // so that nothing is left if the process is killed
            receive(connection, tunnel);
            check(ended.join());
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException failure
                    ? new CommandFailure("standard input can't be read: " + failure.getMessage(), failure)
                    : e;
        } finally {
            tunnel.stop(Duration.ZERO).join(); // has no effect if the connection has ended normally
            connection.close();
        }
    }

    private void send(SocketChannel connection, Tunnel tunnel) {
        try (ReadableByteChannel input = streams.in()) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            while (read(input, buffer.clear(), tunnel) >= 0) {
                write(buffer.flip(), connection);
            }
            connection.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("no more input is carried: {}", e.getMessage()); // the event says why
        } catch (RuntimeException | Error e) {
            abort(e, tunnel);
            throw e;
        }
    }

    private int read(ReadableByteChannel input, ByteBuffer buffer, Tunnel tunnel) throws IOException {
        try {
            return input.read(buffer);
        } catch (IOException e) {
            abort(e, tunnel);
            throw e;
        }
    }

    private void abort(Throwable cause, Tunnel tunnel) {
        ended.completeExceptionally(cause);
        joined.complete(null); // if the listener closes before it accepts, there is no event
        tunnel.stop(Duration.ZERO);
    }

    private void receive(SocketChannel connection, Tunnel tunnel) {
        try (WritableByteChannel output = streams.out()) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            while (isRead(connection, buffer.clear(), tunnel)) {
                write(buffer.flip(), output);
            }
        } catch (IOException e) {
            throw new CommandFailure("standard output can't be written to: " + e.getMessage(), e);
        }
    }

    /**
     * Reads from the client; false at the end of the stream and after a failure, whose cause the client's event tells.
     */
    private static boolean isRead(SocketChannel connection, ByteBuffer buffer, Tunnel tunnel) {
        try {
            return connection.read(buffer) >= 0;
        } catch (IOException e) { // its connection was reset: it closed with unread input
            LOG.debug("no more output is carried: {}", e.getMessage());
            tunnel.stop(Duration.ZERO);
            return false;
        }
    }

    private static void write(ByteBuffer bytes, WritableByteChannel to) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private static void check(ConnectionSummary end) {
        Throwable cause = end.cause();
        String why = cause == null ? "" : ": " + cause.getMessage();
        switch (end.outcome()) {
            case COMPLETED -> {}
            case RESET -> throw new CommandFailure("the connection was reset" + why, cause);
            case HANDSHAKE_FAILED, CONNECT_FAILED, ABANDONED -> throw new CommandFailure("no tunnel" + why, cause);
        }
    }
}
