package io.saltunnel.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.it.hostile.FaultProxy.Direction;
import io.saltunnel.it.hostile.FaultProxy.Fault;
import io.saltunnel.netty.HostAndPort;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.TunnelClient;
import io.saltunnel.netty.TunnelServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: over a network that does everything wrong, a real client and a real server deliver what was sent or reset both ends, in which case what came before was right; delays only delay; and the next connection is served. The server has one slot, so that a
 * connection which kept it would be noticed.
 */
@Timeout(120)
class NetworkFaultsTest {
    private static final int FRAME = 512;
    private static final int DATA_IN_FRAME = 494;
    private static final int FRAMES_OF_DATA = 20;

    /** Well behind the handshake, well before the end. */
    private static final int STRUCK = 10;

    /** Of a server whose client vanishes; everything else goes without. */
    private static final Duration IDLE = Duration.ofSeconds(4);

    /** What ends a connection. */
    private enum Damage {
        FLIPPED {
            @Override
            Fault fault() {
                return at((frame, out) -> {
                    frame[100] ^= 1;
                    send(out, frame);
                });
            }
        },
        LEFT_OUT {
            @Override
            Fault fault() {
                return at((frame, out) -> {});
            }
        },
        DUPLICATED {
            @Override
            Fault fault() {
                return at((frame, out) -> {
                    send(out, frame);
                    send(out, frame);
                });
            }
        },
        SWAPPED {
            @Override
            Fault fault() {
                byte[][] kept = new byte[1][];
                return (number, frame, out) -> {
                    if (number == STRUCK) {
                        kept[0] = frame;
                    } else {
                        send(out, frame);
                        if (number == STRUCK + 1) {
                            send(out, kept[0]);
                        }
                    }
                };
            }
        },
        CUT_INSIDE {
            @Override
            Fault fault() {
                return at((frame, out) -> {
                    out.getOutputStream().write(frame, 0, FRAME - 1);
                    out.shutdownOutput();
                });
            }
        },
        RESET {
            @Override
            Fault fault() {
                return at((frame, out) -> {
                    throw new IOException("reset on purpose");
                });
            }
        };

        /** Strikes one frame, and leaves the others alone as far as they can still be sent. */
        abstract Fault fault();

        private interface Strike {
            void on(byte[] frame, Socket out) throws IOException;
        }

        private static Fault at(Strike strike) {
            return (number, frame, out) -> {
                if (number == STRUCK) {
                    strike.on(frame, out);
                } else if (!out.isOutputShutdown()) {
                    send(out, frame);
                }
            };
        }
    }

    /** What one end of a tunnelled connection got. */
    private record Received(byte[] data, boolean cleanEnd) {}

    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
    private final byte[] fromApplication = data(1);
    private final byte[] fromTarget = data(2);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ServerSocket target;
    private Tunnel server;
    private FaultProxy network;
    private Tunnel client;

    @BeforeEach
    void start() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        target.setSoTimeout(30_000);
        startServer(server -> server);
        startClient(client -> client);
    }

    private void startServer(UnaryOperator<TunnelServer> options) throws IOException {
        server = options.apply(TunnelServer.builder(key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .target(new HostAndPort("127.0.0.1", target.getLocalPort()))
                        .maxConnections(1))
                .start()
                .join();
        network = new FaultProxy(server.boundAddress());
    }

    private void startClient(UnaryOperator<TunnelClient> options) {
        client = options.apply(TunnelClient.builder(key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(new HostAndPort("127.0.0.1", network.port())))
                .start()
                .join();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
        network.close();
        target.close();
        threads.shutdown();
        key.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    @ParameterizedTest
    @EnumSource
    void damageOnTheWayToTheServerResetsBothEnds(Damage damage) throws Exception {
        assertReset(damage, Direction.TO_SERVER);
    }

    @ParameterizedTest
    @EnumSource
    void damageOnTheWayToTheClientResetsBothEnds(Damage damage) throws Exception {
        assertReset(damage, Direction.TO_CLIENT);
    }

    private void assertReset(Damage damage, Direction direction) throws Exception {
        network.strikeNext(direction, damage.fault());
        try (Socket application = connect();
                Socket peer = target.accept()) {
            CompletableFuture<Received> atTarget = talk(peer, fromTarget, false);
            CompletableFuture<Received> atApplication = talk(application, fromApplication, false);
            boolean struckServer = direction == Direction.TO_SERVER;
            assertDamaged(atTarget.get(), fromApplication, struckServer);
            assertDamaged(atApplication.get(), fromTarget, !struckServer);
        }
        assertServes();
    }

    private static void assertDamaged(Received received, byte[] sent, boolean struck) {
        assertThat(received.cleanEnd).as("a clean end").isFalse();
        assertStartOf(sent, received, struck ? STRUCK : FRAMES_OF_DATA);
    }

    /** Not every frame need be full. */
    private static void assertStartOf(byte[] sent, Received received, int mostFrames) {
        assertThat(received.data.length).isLessThanOrEqualTo(mostFrames * DATA_IN_FRAME);
        assertThat(Arrays.equals(received.data, Arrays.copyOf(sent, received.data.length)))
                .as("what was sent")
                .isTrue();
    }

    /** Version 1 of the protocol can't tell such a cut from an end, and says so. */
    @Test
    void aCutBetweenTwoFramesIsAnEnd() throws Exception {
        network.strikeNext(Direction.TO_CLIENT, (number, frame, out) -> {
            if (number < STRUCK) {
                send(out, frame);
            } else if (number == STRUCK) {
                out.shutdownOutput();
            }
        });
        try (Socket application = connect();
                Socket peer = target.accept()) {
            CompletableFuture<Received> atApplication = talk(application, fromApplication, true);
            CompletableFuture<Received> atTarget = talk(peer, fromTarget, true);
            assertThat(atApplication.get().cleanEnd).isTrue();
            assertStartOf(fromTarget, atApplication.get(), STRUCK);
            assertThat(atTarget.get().cleanEnd).isTrue();
            assertThat(Arrays.equals(atTarget.get().data, fromApplication)).isTrue();
        }
        assertServes();
    }

    @ParameterizedTest
    @EnumSource
    void aNetworkThatDribblesBytesOnlyDelays(Direction direction) throws Exception {
        network.strikeNext(direction, (number, frame, out) -> {
            for (byte each : frame) {
                out.getOutputStream().write(each);
            }
        });
        assertServes();
    }

    @ParameterizedTest
    @EnumSource
    void aNetworkThatStandsStillForAWhileOnlyDelays(Direction direction) throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        network.strikeNext(direction, (number, frame, out) -> {
            if (number == STRUCK) {
                held.countDown();
                awaitQuietly(released);
            }
            send(out, frame);
        });
        CompletableFuture<Void> served = CompletableFuture.runAsync(
                () -> {
                    try {
                        assertServes();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                threads);
        held.await();
        released.countDown();
        served.get();
    }

    /** Nothing is lost in the handshake but the connection: the client says so when its time is up. */
    @ParameterizedTest
    @EnumSource
    void damagedHellosEndAtTheClient(Direction direction) throws Exception {
        client.close();
        startClient(client -> client.handshakeTimeout(Duration.ofSeconds(4)));
        network.strikeNext(direction, (number, frame, out) -> {
            frame[511] ^= (byte) 0x80;
            send(out, frame);
        });
        try (Socket application = connect()) {
            Received received = talk(application, fromApplication, false).get();
            assertThat(received.data).isEmpty();
            assertThat(received.cleanEnd).isFalse();
        }
        assertServes();
        assertThat(server.stats().handshakesFailed()).isPositive();
    }

    /** Both programs hold a connection whose network has gone; with an idle time-out, it ends, and the only slot is free again. */
    @Test
    void aPeerThatVanishedFreesItsSlot() throws Exception {
        client.close();
        server.close();
        network.close();
        startServer(server -> server.idleTimeout(IDLE));
        startClient(client -> client.idleTimeout(IDLE));
        network.strikeNext(Direction.TO_SERVER, (number, frame, out) -> {
            if (number < STRUCK) {
                send(out, frame);
            }
        });
        network.strikeNext(Direction.TO_CLIENT, (number, frame, out) -> {
            if (number < STRUCK) {
                send(out, frame);
            }
        });
        try (Socket application = connect();
                Socket peer = target.accept()) {
            CompletableFuture<Received> atTarget = talk(peer, fromTarget, false);
            CompletableFuture<Received> atApplication = talk(application, fromApplication, false);
            assertDamaged(atTarget.get(), fromApplication, true);
            assertDamaged(atApplication.get(), fromTarget, true);
        }
        assertServes();
    }

    // ---- two ends

    /** A whole conversation, both ways, with a clean end. */
    private void assertServes() throws Exception {
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

    /** Says what it has to say, and listens to the end at the same time. Linux tells of a reset once, to the one or the other. */
    private CompletableFuture<Received> talk(Socket socket, byte[] words, boolean end) {
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

    private Socket connect() throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), client.boundAddress().getPort());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static void send(Socket out, byte[] frame) throws IOException {
        out.getOutputStream().write(frame);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] data(int seed) {
        byte[] bytes = new byte[FRAMES_OF_DATA * DATA_IN_FRAME];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
