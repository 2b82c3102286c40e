package io.saltunnel.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.it.reference.ReferenceFrames;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: a server at its limit evicts the oldest unauthenticated connection, admits honest clients, and leaves tunnels
 * alone.
 */
@Timeout(120)
class CrowdedServerTest {
    private static final int STRANGERS = 8;

    /** Longer than anything in this test. */
    private static final Duration NEVER = Duration.ofHours(1);

    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void theOldestStrangerMakesWayForTheNewest() throws Exception {
        try (Loopback loopback =
                Loopback.with(server -> server.maxUnauthenticated(STRANGERS).handshakeTimeout(NEVER))) {
            for (int i = 0; i < STRANGERS; i++) {
                stranger(loopback, i);
            }
            stranger(loopback, STRANGERS);
            assertThat(sockets.get(0).getInputStream().read()).as("FIN").isEqualTo(-1);
            stranger(loopback, STRANGERS);
            assertThat(sockets.get(1).getInputStream().read()).as("FIN").isEqualTo(-1);
            for (Socket younger : sockets.subList(2, sockets.size())) {
                assertStillOpen(younger);
            }
        }
    }

    @Test
    void anHonestClientGetsInWhileStrangersFillTheBudget() throws Exception {
        try (Loopback loopback =
                Loopback.with(server -> server.maxUnauthenticated(STRANGERS).handshakeTimeout(NEVER))) {
            Socket established = remember(loopback.connect());
            Loopback.echo(established);
            for (int i = 0; i < 10 * STRANGERS; i++) {
                remember(Loopback.connect(loopback.server.boundAddress().toSocketAddress()));
                if (i % STRANGERS == 0) {
                    loopback.serves();
                    Loopback.echo(established);
                }
            }
            assertThat(loopback.server.holdings().unauthenticated()).isLessThanOrEqualTo(STRANGERS + 1);
            assertThat(loopback.client.stats().handshakesFailed()).isZero();
        }
    }

    /** The application would take FIN for the end of the target's data. */
    @Test
    void aClientWithServerhiIsResetWhenItMakesWay() throws Exception {
        try (Loopback loopback =
                Loopback.with(server -> server.maxUnauthenticated(STRANGERS).handshakeTimeout(NEVER))) {
            BadInput.Attacker withKey = new BadInput.Attacker(loopback.key);
            for (int i = 0; i <= STRANGERS; i++) {
                Socket greeted =
                        remember(Loopback.connect(loopback.server.boundAddress().toSocketAddress()));
                greeted.getOutputStream().write(BadInput.NOTHING_AFTER_SERVERHI.bytes(withKey));
                assertThat(greeted.getInputStream().readNBytes(ReferenceFrames.FRAME))
                        .hasSize(ReferenceFrames.FRAME);
            }
            assertThatThrownBy(() -> sockets.get(0).getInputStream().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
            assertStillOpen(sockets.get(1));
            loopback.serves();
        }
    }

    @Test
    void aConnectionThatWaitsForASlotGetsTheNext() throws Exception {
        try (Loopback loopback =
                Loopback.with(server -> server.maxConnections(1).handshakeTimeout(NEVER))) {
            Socket first = remember(loopback.connect());
            Loopback.echo(first);
            Socket second = remember(loopback.connect());
            second.getOutputStream().write(2);
            Loopback.await("it waits", () -> loopback.server.holdings().waiting() == 1);
            Loopback.echo(first);
            assertThat(loopback.target.accepted())
                    .as("no connection for a waiting client")
                    .isOne();
            first.close();
            assertThat(second.getInputStream().read()).isEqualTo(2);
            assertThat(loopback.server.holdings().waiting()).isZero();
            assertThat(loopback.server.holdings().tunnels()).isOne();
        }
    }

    /** A connection that has sent some bytes, and that the server knows of. */
    private void stranger(Loopback loopback, int number) throws IOException {
        long accepted = loopback.server.stats().accepted();
        Socket socket = remember(Loopback.connect(loopback.server.boundAddress().toSocketAddress()));
        socket.getOutputStream().write(BadInput.random(number * 200));
        Loopback.await(
                "the server has it",
                () -> loopback.server.stats().accepted() > accepted
                        && loopback.server.holdings().unauthenticated() >= Math.min(STRANGERS, sockets.size()));
    }

    private Socket remember(Socket socket) {
        sockets.add(socket);
        return socket;
    }

    private static void assertStillOpen(Socket socket) throws IOException {
        socket.setSoTimeout(1);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }
}
