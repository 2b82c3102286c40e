package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.handshake.ClientHandshake;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.core.handshake.HandshakeContext;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.MessageZero2;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi2;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A client whose hello was admitted may send message0 in pieces, so that the server has to hold most of three frames.
 * These count in the budgets of all connections: the buffers, the unauthenticated peers, and the slots once it is
 * whole.
 */
@Timeout(60)
class AdmittedHelloBudgetTest {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
    private final SecretBox box = new SecretBox();
    private final HandshakeContext context = new HandshakeContext(Clock.systemUTC(), RandomSource.system(), box);
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        key.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
        box.close();
    }

    @Test
    void piecesOfMessage0AreBuffersOfTheTunnelUntilTheConnectionEnds() throws Exception {
        Tunnel server = server(builder -> builder);
        List<Peer> peers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            Peer peer = new Peer(server);
            peers.add(peer);
            peer.sendAllButOneByte();
            int count = i;
            Await.until("the piece to be held", () -> server.holdings().buffers() == count);
            assertThat(server.holdings().unauthenticated()).isEqualTo(count);
        }
        for (Peer peer : peers) {
            LoopbackTunnel.reset(peer.socket);
        }
        Await.until("all pieces to be released", () -> server.holdings().buffers() == 0);
        Await.until("the peers to leave the budget", () -> server.holdings().unauthenticated() == 0);
    }

    @Test
    void clientsThatHaveSentAPieceOfMessage0MakeWayForLaterOnes() throws Exception {
        Tunnel server = server(builder -> builder.maxUnauthenticated(4));
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Peer peer = new Peer(server);
            peer.sendAllButOneByte();
            peers.add(peer);
        }
        for (Peer oldest : peers.subList(0, 2)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> oldest.socket.getInputStream().read())
                    .withMessageContaining("reset");
        }
        Await.until("the oldest to leave the budget", () -> server.holdings().unauthenticated() == 4);
        Await.until(
                "the oldest's pieces to be released", () -> server.holdings().buffers() == 4);
    }

    @Test
    void aSlotIsTakenOnceMessage0IsWhole() throws Exception {
        Tunnel server = server(builder -> builder.maxConnections(1));
        Peer first = new Peer(server);
        first.sendAllButOneByte();
        first.sendLastByte();
        Await.until("the slot", () -> server.holdings().tunnels() == 1);
        Peer second = new Peer(server);
        second.sendAllButOneByte();
        Await.until("the second's piece to be held", () -> server.holdings().buffers() == 1);
        assertThat(server.holdings().waiting()).isZero();
        assertThat(server.holdings().unauthenticated()).isEqualTo(1);
        second.sendLastByte();
        Await.until("the second to wait for a slot", () -> server.holdings().waiting() == 1);
        assertThat(server.holdings().unauthenticated()).isZero();
        assertThat(server.holdings().tunnels()).isEqualTo(1);
    }

    private Tunnel server(UnaryOperator<ServerBuilder> options) throws IOException {
        ServerSocket target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        open.add(target);
        Tunnel server = options.apply(Tunnel.server(key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .target(new HostAndPort("127.0.0.1", target.getLocalPort())))
                .start()
                .join();
        open.add(server);
        return server;
    }

    /** A client that holds the key, and has the server's answer. */
    private final class Peer {
        final Socket socket;
        private final byte[] message0 = new byte[MessageZero2.SIZE];

        Peer(Tunnel server) throws Exception {
            socket = new Socket(InetAddress.getLoopbackAddress(), server.boundPort());
            open.add(socket);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            ByteBuffer clientHi = ByteBuffer.allocateDirect(Frame.SIZE);
            ByteBuffer out = ByteBuffer.allocateDirect(MessageZero2.SIZE);
            try (var client = ClientHandshake.start(
                    new ClientProtocol(ProtocolVersion.V2, TunnelName.NONE), key, context, clientHi)) {
                byte[] hello = new byte[Frame.SIZE];
                clientHi.get(0, hello);
                socket.getOutputStream().write(hello);
                byte[] answer = socket.getInputStream().readNBytes(ServerHi2.SIZE);
                ByteBuffer serverHi = ByteBuffer.allocateDirect(ServerHi2.SIZE).put(0, answer);
                try (Session session = client.receive(serverHi, out)) {
                    assertThat(session.version()).isEqualTo(ProtocolVersion.V2);
                }
            }
            out.get(0, message0);
        }

        void sendAllButOneByte() throws IOException {
            socket.getOutputStream().write(message0, 0, message0.length - 1);
        }

        void sendLastByte() throws IOException {
            socket.getOutputStream().write(message0, message0.length - 1, 1);
        }
    }
}
