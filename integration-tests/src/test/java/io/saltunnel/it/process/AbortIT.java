package io.saltunnel.it.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.Sockets.Ending;
import io.saltunnel.it.process.Sockets.Rest;
import io.saltunnel.it.reference.ReferencePeer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A cut stream never looks whole: however a connection breaks, both ends get a reset and no FIN, and only authentic
 * bytes before it. The second implementation of the protocol is the peer that breaks the wire.
 */
@ParameterizedClass
@ValueSource(strings = {"epoll", "nio", "io_uring"})
@Tag("jdk-independent")
class AbortIT {

    private static final int FRAME = 512;

    @RegisterExtension
    static final Processes PROCESSES = Processes.perClass();

    private final String transport;
    private final ServerSocket listener;
    private final TunnelPair tunnel;

    AbortIT(String transport) throws IOException {
        Scene scene = PROCESSES.scene("--transport", transport);
        this.transport = transport;
        this.listener = scene.target();
        this.tunnel = scene.tunnel();
    }

    @AfterEach
    void bothProcessesHaveLetGo() {
        tunnel.awaitNoConnections();
    }

    @Test
    void aResetOfEitherEndReachesTheOther() throws Exception {
        for (boolean halfClosed : new boolean[] {false, true}) {
            for (boolean byApplication : new boolean[] {true, false}) {
                try (Socket application = tunnel.connect();
                        Socket target = Sockets.accept(listener)) {
                    Socket breaking = byApplication ? application : target;
                    Socket other = byApplication ? target : application;
                    talk(application, target);
                    if (halfClosed) {
                        other.shutdownOutput();
                        assertThat(breaking.getInputStream().read()).isEqualTo(-1);
                    }
                    breaking.getOutputStream().write("cut".getBytes(UTF_8));
                    assertThat(other.getInputStream().readNBytes(3)).asString().isEqualTo("cut");
                    Sockets.reset(breaking);
                    assertThat(Sockets.readToEnd(other))
                            .extracting(Rest::ending)
                            .isEqualTo(Ending.RESET);
                }
            }
        }
    }

    /**
     * A peer that has ended its own stream may still reset the connection. The tunnel no longer reads from it, and must
     * notice all the same.
     */
    @Test
    void aResetAfterAnEndReachesTheOther() throws Exception {
        for (boolean byApplication : new boolean[] {true, false}) {
            try (Socket application = tunnel.connect();
                    Socket target = Sockets.accept(listener)) {
                Socket breaking = byApplication ? application : target;
                Socket other = byApplication ? target : application;
                talk(application, target);
                breaking.shutdownOutput();
                assertThat(other.getInputStream().read()).isEqualTo(-1);
                Sockets.reset(breaking);
                awaitResetByWriting(other);
            }
        }
    }

    @Test
    void theServerResetsBothEndsWhenTheWireBreaks() throws Exception {
        byte[] key = Files.readAllBytes(PROCESSES.keyFile());
        for (WireFault fault : WireFault.values()) {
            try (ReferencePeer client = ReferencePeer.connect(tunnel.server().address(), key);
                    Socket target = Sockets.accept(listener)) {
                breakWire(client, target, fault);
            }
        }
    }

    @Test
    void theClientResetsBothEndsWhenTheWireBreaks() throws Exception {
        SaltunnelProcess client =
                PROCESSES.client(Sockets.address(listener), "--transport", transport, "--protocol", "1");
        byte[] key = Files.readAllBytes(PROCESSES.keyFile());
        for (WireFault fault : WireFault.values()) {
            try (Socket application = Sockets.connect(client.address());
                    ReferencePeer server = ReferencePeer.accept(Sockets.accept(listener), key)) {
                breakWire(server, application, fault);
            }
        }
        Patience.await("no connection is left").until(() -> client.status().connections() == 0);
    }

    /** The ways in which a connection between the two processes breaks. */
    private enum WireFault {
        FORGED_FRAME,
        FIN_INSIDE_A_FRAME,
        RESET,
        RESET_INSIDE_A_FRAME
    }

    private static void breakWire(ReferencePeer peer, Socket plain, WireFault fault) throws Exception {
        peer.send("authentic".getBytes(UTF_8));
        assertThat(plain.getInputStream().readNBytes(9)).asString().isEqualTo("authentic");
        peer.send("also authentic".getBytes(UTF_8));
        byte[] forged = new byte[FRAME];
        Arrays.fill(forged, (byte) 7);
        switch (fault) {
            case FORGED_FRAME -> peer.socket().getOutputStream().write(forged);
            case FIN_INSIDE_A_FRAME -> {
                peer.socket().getOutputStream().write(forged, 0, FRAME - 1);
                peer.sendEnd();
            }
            case RESET -> peer.reset();
            case RESET_INSIDE_A_FRAME -> {
                peer.socket().getOutputStream().write(forged, 0, 1);
                peer.reset();
            }
        }
        Rest rest = Sockets.readToEnd(plain);
        assertThat(rest.ending()).as("%s", fault).isEqualTo(Ending.RESET);
        assertThat("also authentic").as("%s", fault).startsWith(new String(rest.bytes(), UTF_8));
        if (fault == WireFault.FORGED_FRAME || fault == WireFault.FIN_INSIDE_A_FRAME) {
            assertThat(Sockets.readToEnd(peer.socket()))
                    .as("%s", fault)
                    .extracting(Rest::ending)
                    .isEqualTo(Ending.RESET);
        }
    }

    private static void talk(Socket application, Socket target) throws Exception {
        application.getOutputStream().write(1);
        assertThat(target.getInputStream().read()).isEqualTo(1);
        target.getOutputStream().write(2);
        assertThat(application.getInputStream().read()).isEqualTo(2);
    }

    /** An end that only writes learns of a reset by its next writes. */
    private static void awaitResetByWriting(Socket socket) {
        Patience.await("a write fails").until(() -> {
            try {
                socket.getOutputStream().write(3);
                return false;
            } catch (IOException e) {
                return true;
            }
        });
    }
}
