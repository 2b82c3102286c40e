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
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Peers of all kinds: a second implementation, a peer with another key, a peer that speaks another protocol. */
@Tag("jdk-independent")
class PeerIT {

    private static final int MUCH = 300_000;

    @RegisterExtension
    static final Processes PROCESSES = Processes.perClass();

    private final ServerSocket target;
    private final TunnelPair tunnel;

    PeerIT() throws IOException {
        Scene scene = PROCESSES.scene();
        target = scene.target();
        tunnel = scene.tunnel();
    }

    @Test
    void theServerUnderstandsTheSecondImplementation() throws Exception {
        byte[] data = random(MUCH);
        try (ReferencePeer client = ReferencePeer.connect(tunnel.server().address(), key());
                Socket plain = Sockets.accept(target)) {
            Task<byte[]> received = Task.start(() -> plain.getInputStream().readAllBytes());
            client.send(data);
            client.sendEnd();
            assertThat(received.result()).isEqualTo(data);
            plain.getOutputStream().write(data);
            plain.shutdownOutput();
            assertThat(client.receiveAll()).isEqualTo(data);
        }
    }

    @Test
    void theClientUnderstandsTheSecondImplementation() throws Exception {
        byte[] data = random(MUCH);
        try (ServerSocket server = Sockets.listen()) {
            SaltunnelProcess client = PROCESSES.client(Sockets.address(server), "--protocol", "1");
            try (Socket application = Sockets.connect(client.address());
                    ReferencePeer peer = ReferencePeer.accept(Sockets.accept(server), key())) {
                Task<byte[]> received = Task.start(peer::receiveAll);
                application.getOutputStream().write(data);
                application.shutdownOutput();
                assertThat(received.result()).isEqualTo(data);
                peer.send(data);
                peer.sendEnd();
                assertThat(application.getInputStream().readAllBytes()).isEqualTo(data);
            }
        }
    }

    /** A server stays silent towards a client with another key; that client gives up and names the likely causes. */
    @Test
    void anotherKeyIsToldFromTheClientsSide() throws Exception {
        String otherKey =
                PROCESSES.keyFile("other-key", random(Processes.KEY_BYTES)).toString();
        SaltunnelProcess client = PROCESSES.start(
                "client",
                Program.command(List.of(
                        "client",
                        "-k",
                        otherKey,
                        "--handshake-timeout",
                        "0.5",
                        "127.0.0.1:0",
                        Processes.text(tunnel.server().address()))));
        try (Socket application = Sockets.connect(client.address())) {
            application.getOutputStream().write(1);
            assertThat(Sockets.readToEnd(application)).extracting(Rest::ending).isEqualTo(Ending.RESET);
        }
        assertThat(client.awaitLine("no tunnel to")).contains("no handshake within 0.5 s", "same key", "clocks");
        assertThat(client.linesWith("no tunnel to")).hasSize(1);
        assertThat(client.isAlive()).isTrue();
    }

    @Test
    void aServerThatSpeaksSomethingElseIsToldFromTheClientsSide() throws Exception {
        try (ServerSocket server = Sockets.listen()) {
            SaltunnelProcess client = PROCESSES.client(Sockets.address(server));
            try (Socket application = Sockets.connect(client.address());
                    Socket other = Sockets.accept(server)) {
                other.getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\n".repeat(30).getBytes(UTF_8));
                assertThat(Sockets.readToEnd(application).ending()).isEqualTo(Ending.RESET);
            }
            assertThat(client.awaitLine("no tunnel to")).contains("is it a saltunnel server, with the same key");
        }
    }

    /**
     * Noise on the server's port gets no answer and does no harm; noise on the client's port is data like any other
     * data.
     */
    @Test
    void garbageOnBothPorts() throws Exception {
        byte[] noise = random(MUCH);
        try (Socket stranger = Sockets.connect(tunnel.server().address());
                Socket application = tunnel.connect();
                Socket plain = Sockets.accept(target)) {
            stranger.getOutputStream().write(noise);
            Task<byte[]> received = Task.start(() -> plain.getInputStream().readNBytes(noise.length));
            application.getOutputStream().write(noise);
            assertThat(received.result()).isEqualTo(noise);
            assertThat(stranger.getInputStream().available()).isZero();
        }
    }

    private static byte[] key() throws IOException {
        return Files.readAllBytes(PROCESSES.keyFile());
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
