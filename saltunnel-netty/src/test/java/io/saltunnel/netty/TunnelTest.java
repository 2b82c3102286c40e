package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A client and a server joined by real sockets on loopback, with a target behind them, on every transport that this
 * machine has.
 */
@Timeout(60)
@ParameterizedClass
@EnumSource(
        value = Transport.class,
        names = {"EPOLL", "NIO", "IO_URING"})
class TunnelTest {
    private static final int MEBIBYTE = 1 << 20;

    /** The time-out of every socket, so that a fault fails the test. Nothing takes nearly as long. */
    private static final int SOCKET_TIMEOUT_MILLIS = 30_000;

    private final Transport transport;
    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
    private ServerSocket target;
    private Tunnel server;
    private Tunnel client;

    TunnelTest(Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void start() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        target.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        server = Tunnel.server(key)
                .transport(transport)
                .listen(HostAndPort.parse("127.0.0.1:0"))
                .target(new HostAndPort("127.0.0.1", target.getLocalPort()))
                .start()
                .join();
        client = Tunnel.client(key)
                .transport(transport)
                .listen(HostAndPort.parse("127.0.0.1:0"))
                .server(server.boundAddress())
                .start()
                .join();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
        target.close();
        key.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    /** One that sends all the time, and one on which nothing happens. */
    @Test
    void resetsItsConnectionsWhenTheMemoryOfTheirKeysIsClosed() throws Exception {
        try (Socket idle = connect();
                Socket idlePeer = acceptAtTarget();
                Socket busy = connect();
                Socket busyPeer = acceptAtTarget()) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                byte[] block = new byte[MEBIBYTE];
                assertThatThrownBy(() -> {
                            while (true) {
                                busy.getOutputStream().write(block);
                            }
                        })
                        .isInstanceOf(IOException.class);
            });
            assertThat(busyPeer.getInputStream().readNBytes(MEBIBYTE)).hasSize(MEBIBYTE);
            memory.close();
            for (Socket socket : List.of(idle, idlePeer, busyPeer)) {
                assertThatThrownBy(() -> socket.getInputStream().transferTo(OutputStream.nullOutputStream()))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("reset");
            }
            sending.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void carriesBytesBothWaysAndHalfCloses() throws Exception {
        byte[] there = new byte[20 * MEBIBYTE];
        byte[] back = new byte[30 * MEBIBYTE];
        new Random(1).nextBytes(there);
        new Random(2).nextBytes(back);
        CompletableFuture<String> received = CompletableFuture.supplyAsync(() -> {
            try (Socket socket = acceptAtTarget()) {
                String digest = digest(socket.getInputStream());
                socket.getOutputStream().write(back);
                return digest;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        try (Socket application = connect()) {
            application.getOutputStream().write(there);
            application.shutdownOutput();
            assertThat(digest(application.getInputStream())).isEqualTo(digest(new java.io.ByteArrayInputStream(back)));
        }
        assertThat(received.get()).isEqualTo(digest(new java.io.ByteArrayInputStream(there)));
    }

    /** A half-closed connection whose writer meets a full socket buffer: on epoll, this once ended the connection. */
    @Test
    void keepsDeliveringToASlowReaderThatHasEndedItsOwnStream() throws Exception {
        byte[] block = new byte[MEBIBYTE];
        new Random(3).nextBytes(block);
        int blocks = 64;
        CountDownLatch firstWritten = new CountDownLatch(2);
        try (Socket application = connect()) {
            application.shutdownOutput();
            CompletableFuture<Void> target = CompletableFuture.runAsync(() -> {
                try (Socket socket = acceptAtTarget()) {
                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                    for (int i = 0; i < blocks; i++) {
                        socket.getOutputStream().write(block);
                        firstWritten.countDown();
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(firstWritten.await(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < blocks; i++) {
                assertThat(application.getInputStream().readNBytes(block.length))
                        .isEqualTo(block);
            }
            assertThat(application.getInputStream().read()).isEqualTo(-1);
            target.get();
        }
    }

    @Test
    void deliversWhatWasSentAndEndedBeforeTheTunnelWasThere() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Socket application = connect()) {
                application.getOutputStream().write(new byte[] {1, 2, 3});
                application.shutdownOutput();
                try (Socket peer = acceptAtTarget()) {
                    assertThat(peer.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
                    peer.getOutputStream().write(4);
                }
                assertThat(application.getInputStream().readAllBytes()).containsExactly(4);
            }
        }
    }

    @Test
    void echoesSmallMessages() throws Exception {
        try (Socket application = connect();
                Socket peer = acceptAtTarget()) {
            for (int i = 0; i < 1000; i++) {
                application.getOutputStream().write(i);
                assertThat(peer.getInputStream().read()).isEqualTo(i & 0xff);
                peer.getOutputStream().write(i + 1);
                assertThat(application.getInputStream().read()).isEqualTo((i + 1) & 0xff);
            }
        }
    }

    @Test
    void passesAResetOn() throws Exception {
        Socket application = connect();
        try (Socket peer = acceptAtTarget()) {
            application.getOutputStream().write(1);
            assertThat(peer.getInputStream().read()).isOne();
            application.setSoLinger(true, 0);
            application.close();
            assertThatThrownBy(() -> peer.getInputStream().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void passesAResetOnThatFollowsDataAtOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            Socket application = connect();
            try (Socket peer = acceptAtTarget()) {
                application.getOutputStream().write(1);
                assertThat(peer.getInputStream().read()).isOne();
                application.getOutputStream().write(2);
                application.setSoLinger(true, 0);
                application.close();
                assertThatThrownBy(() -> peer.getInputStream().readAllBytes())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("reset");
            }
        }
    }

    @Test
    void resetsTheApplicationWhenTheTargetRefuses() throws Exception {
        target.close();
        assertThatThrownBy(() -> {
                    try (Socket application = connect()) { // at times it learns of it while it still connects
                        application.getInputStream().read();
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void stopsAtOnceWithoutGrace() throws Exception {
        try (Socket application = connect();
                Socket peer = acceptAtTarget()) {
            application.getOutputStream().write(1);
            assertThat(peer.getInputStream().read()).isOne();
            client.stop(Duration.ZERO).join();
            assertThatThrownBy(() -> application.getInputStream().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void saysThatItNoLongerListensAfterItsLoopsHaveEndedToo() {
        client.stop(Duration.ZERO).join();
        assertThat(client.listeningEnded().join()).isNull();
    }

    private Socket acceptAtTarget() throws IOException {
        Socket socket = target.accept();
        socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        return socket;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), client.boundPort()));
        return socket;
    }

    private static String digest(InputStream in) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[65_536];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
