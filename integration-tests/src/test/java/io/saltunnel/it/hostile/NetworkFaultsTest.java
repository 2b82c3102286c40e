package io.saltunnel.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.it.hostile.FaultProxy.Direction;
import io.saltunnel.it.hostile.FaultyNetwork.Received;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: over a network with every fault, a real client and a real server either deliver the sent data, or reset both
 * ends after delivering only right data. Delays only delay, and the next connection is served. The server has one slot,
 * so that a connection that kept it would be noticed.
 */
@Timeout(120)
@Tag("jdk-independent")
class NetworkFaultsTest {
    /** For the test in which the client vanishes; the other tests use none. */
    private static final Duration IDLE = Duration.ofSeconds(4);

    private FaultyNetwork scene;

    @BeforeEach
    void start() throws IOException {
        scene = new FaultyNetwork();
    }

    @AfterEach
    void stop() throws IOException {
        scene.close();
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
        scene.strikeNext(direction, damage.fault());
        try (Socket application = scene.connect();
                Socket peer = scene.accept()) {
            CompletableFuture<Received> atTarget = scene.talk(peer, scene.fromTarget, false);
            CompletableFuture<Received> atApplication = scene.talk(application, scene.fromApplication, false);
            boolean struckServer = direction == Direction.TO_SERVER;
            assertDamaged(atTarget.get(), scene.fromApplication, struckServer);
            assertDamaged(atApplication.get(), scene.fromTarget, !struckServer);
        }
        scene.assertServes();
    }

    private static void assertDamaged(Received received, byte[] sent, boolean struck) {
        assertThat(received.cleanEnd()).as("a clean end").isFalse();
        assertStartOf(sent, received, struck ? Damage.STRUCK : FaultyNetwork.FRAMES_OF_DATA);
    }

    /** Frames may be partly filled. */
    private static void assertStartOf(byte[] sent, Received received, int mostFrames) {
        assertThat(received.data().length).isLessThanOrEqualTo(mostFrames * FaultyNetwork.DATA_IN_FRAME);
        assertThat(Arrays.equals(received.data(), Arrays.copyOf(sent, received.data().length)))
                .as("what was sent")
                .isTrue();
    }

    @Test
    void aCutBetweenTwoFramesIsNoEnd() throws Exception {
        strikeBetweenTwoFrames();
        try (Socket application = scene.connect();
                Socket peer = scene.accept()) {
            CompletableFuture<Received> atApplication = scene.talk(application, scene.fromApplication, true);
            CompletableFuture<Received> atTarget = scene.talk(peer, scene.fromTarget, true);
            assertThat(atApplication.get().cleanEnd()).isFalse();
            assertStartOf(scene.fromTarget, atApplication.get(), Damage.STRUCK);
            assertStartOf(scene.fromApplication, atTarget.get(), FaultyNetwork.FRAMES_OF_DATA);
        }
        scene.assertServes();
    }

    /** Version 1 of the protocol can't distinguish such a cut from an end; its documentation says so. */
    @Test
    void inVersion1ACutBetweenTwoFramesIsAnEnd() throws Exception {
        scene.restartClient(client -> FaultyNetwork.patient(client).protocol(ProtocolVersion.V1));
        strikeBetweenTwoFrames();
        try (Socket application = scene.connect();
                Socket peer = scene.accept()) {
            CompletableFuture<Received> atApplication = scene.talk(application, scene.fromApplication, true);
            CompletableFuture<Received> atTarget = scene.talk(peer, scene.fromTarget, true);
            assertThat(atApplication.get().cleanEnd()).isTrue();
            assertStartOf(scene.fromTarget, atApplication.get(), Damage.STRUCK);
            assertThat(atTarget.get().cleanEnd()).isTrue();
            assertThat(Arrays.equals(atTarget.get().data(), scene.fromApplication))
                    .isTrue();
        }
        scene.assertServes();
    }

    private void strikeBetweenTwoFrames() {
        scene.strikeNext(Direction.TO_CLIENT, (number, frame, out) -> {
            if (number < Damage.STRUCK) {
                send(out, frame);
            } else if (number == Damage.STRUCK) {
                out.shutdownOutput();
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void aNetworkThatDribblesBytesOnlyDelays(Direction direction) throws Exception {
        scene.strikeNext(direction, (number, frame, out) -> {
            for (byte each : frame) {
                out.getOutputStream().write(each);
            }
        });
        scene.assertServes();
    }

    @ParameterizedTest
    @EnumSource
    void aNetworkThatStandsStillForAWhileOnlyDelays(Direction direction) throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        scene.strikeNext(direction, (number, frame, out) -> {
            if (number == Damage.STRUCK) {
                held.countDown();
                awaitQuietly(released);
            }
            send(out, frame);
        });
        CompletableFuture<Void> served = CompletableFuture.runAsync(
                () -> {
                    try {
                        scene.assertServes();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                scene.threads);
        held.await();
        released.countDown();
        served.get();
    }

    /**
     * Only this connection is lost: the client ends it at once after a bad serverhi, or at the time-out without one.
     */
    @ParameterizedTest
    @EnumSource
    void damagedHellosEndAtTheClient(Direction direction) throws Exception {
        scene.restartClient(client -> client.handshakeTimeout(Duration.ofSeconds(4)));
        scene.strikeNext(direction, (number, frame, out) -> {
            frame[511] ^= (byte) 0x80;
            send(out, frame);
        });
        try (Socket application = scene.connect()) {
            Received received =
                    scene.talk(application, scene.fromApplication, false).get();
            assertThat(received.data()).isEmpty();
            assertThat(received.cleanEnd()).isFalse();
        }
        Loopback.await("the server counts it", () -> scene.serverStats().handshakesFailed() > 0);
        scene.restartClient(FaultyNetwork::patient);
        scene.assertServes();
    }

    /**
     * Both programs hold a connection whose network has gone. With an idle time-out it ends, and the only slot is free
     * again.
     */
    @Test
    void aPeerThatVanishedFreesItsSlot() throws Exception {
        scene.restartServer(server -> server.idleTimeout(IDLE));
        scene.restartClient(client -> FaultyNetwork.patient(client).idleTimeout(IDLE));
        scene.strikeNext(Direction.TO_SERVER, (number, frame, out) -> {
            if (number < Damage.STRUCK) {
                send(out, frame);
            }
        });
        scene.strikeNext(Direction.TO_CLIENT, (number, frame, out) -> {
            if (number < Damage.STRUCK) {
                send(out, frame);
            }
        });
        try (Socket application = scene.connect();
                Socket peer = scene.accept()) {
            CompletableFuture<Received> atTarget = scene.talk(peer, scene.fromTarget, false);
            CompletableFuture<Received> atApplication = scene.talk(application, scene.fromApplication, false);
            assertDamaged(atTarget.get(), scene.fromApplication, true);
            assertDamaged(atApplication.get(), scene.fromTarget, true);
        }
        scene.assertServes();
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
}
