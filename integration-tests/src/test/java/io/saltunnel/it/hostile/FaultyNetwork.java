package io.saltunnel.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.it.hostile.FaultProxy.Direction;
import io.saltunnel.it.hostile.FaultProxy.Fault;
import io.saltunnel.netty.ClientBuilder;
import io.saltunnel.netty.ServerBuilder;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.metrics.TunnelStats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/**
 * A client, a network with faults on demand, a server with a single slot, and a target; and the conversations of an
 * application and the target through them.
 */
final class FaultyNetwork implements AutoCloseable {
    static final int DATA_IN_FRAME = 494;
    static final int FRAMES_OF_DATA = 20;

    /** The data that one end of a tunnelled connection received, and how it ended. */
    record Received(byte[] data, boolean cleanEnd) {}

    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
    final byte[] fromApplication = data(1);
    final byte[] fromTarget = data(2);
    final ExecutorService threads = Executors.newCachedThreadPool();
    private final ServerSocket target;
    private Tunnel server;
    private FaultProxy network;
    private Tunnel client;

    FaultyNetwork() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        target.setSoTimeout(30_000);
        startServer(server -> server);
        startClient(FaultyNetwork::patient);
    }

    /** For connections that must succeed, however slow the machine is. */
    static ClientBuilder patient(ClientBuilder client) {
        return client.handshakeTimeout(Duration.ofSeconds(60));
    }

    private void startServer(UnaryOperator<ServerBuilder> options) throws IOException {
        server = options.apply(Tunnel.server(key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .target(new HostAndPort("127.0.0.1", target.getLocalPort()))
                        .maxConnections(1))
                .start()
                .join();
        network = new FaultProxy((InetSocketAddress) server.boundAddress().toSocketAddress());
    }

    private void startClient(UnaryOperator<ClientBuilder> options) {
        client = options.apply(Tunnel.client(key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(new HostAndPort("127.0.0.1", network.port())))
                .start()
                .join();
    }

    /** To be followed by {@link #restartClient}, because this makes a new network. */
    void restartServer(UnaryOperator<ServerBuilder> options) throws IOException {
        server.close();
        network.close();
        startServer(options);
    }

    void restartClient(UnaryOperator<ClientBuilder> options) {
        client.close();
        startClient(options);
    }

    TunnelStats serverStats() {
        return server.stats();
    }

    /** Sets the network's fault for the next connection. */
    void strikeNext(Direction direction, Fault fault) {
        network.strikeNext(direction, fault);
    }

    /** The target's end of a connection. */
    Socket accept() throws IOException {
        return target.accept();
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
        network.close();
        target.close();
        threads.shutdown();
        key.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    /** A whole conversation, both ways, with a clean end. */
    void assertServes() throws Exception {
        try (Socket application = connect();
                Socket peer = target.accept()) {
            CompletableFuture<Received> atTarget = talk(peer, fromTarget, true);
            CompletableFuture<Received> atApplication = talk(application, fromApplication, true);
            for (CompletableFuture<Received> received : Arrays.asList(atTarget, atApplication)) {
                assertThat(received.get().cleanEnd).isTrue();
                byte[] sent = received == atTarget ? fromApplication : fromTarget;
                assertThat(Arrays.equals(received.get().data, sent)).isTrue();
            }
        }
    }

    /**
     * Sends its data, and reads until the end at the same time. Linux reports a reset once, to either the write or the
     * read.
     */
    CompletableFuture<Received> talk(Socket socket, byte[] words, boolean end) {
        CompletableFuture<Boolean> saying = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        socket.getOutputStream().write(words);
                        if (end) {
                            socket.shutdownOutput();
                        }
                        return true;
                    } catch (IOException e) {
                        return false;
                    }
                },
                threads);
        return CompletableFuture.supplyAsync(
                        () -> {
                            ByteArrayOutputStream heard = new ByteArrayOutputStream();
                            try {
                                byte[] buffer = new byte[4096];
                                for (int n = socket.getInputStream().read(buffer);
                                        n >= 0;
                                        n = socket.getInputStream().read(buffer)) {
                                    heard.write(buffer, 0, n);
                                }
                                return new Received(heard.toByteArray(), true);
                            } catch (IOException e) {
                                return new Received(heard.toByteArray(), false);
                            }
                        },
                        threads)
                .thenCombine(saying, (heard, said) -> new Received(heard.data, heard.cleanEnd && said));
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), client.boundPort());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static byte[] data(int seed) {
        byte[] bytes = new byte[FRAMES_OF_DATA * DATA_IN_FRAME];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
