package io.saltunnel.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.reference.ReferenceFrames;
import io.saltunnel.netty.Tunnel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: a recorded hello is worthless, both beside its original and after a restart of the server. */
@Timeout(120)
class ReplayTest {
    private static final int AT_ONCE = 50;
    private static final Duration SOON = Duration.ofSeconds(3);

    /** On whichever of the server's loops they arrive. */
    @Test
    void oneOfManyAlikeIsAnswered() throws Exception {
        try (Loopback loopback = Loopback.with(server -> server.handshakeTimeout(SOON))) {
            byte[] hello = BadInput.NOTHING_AFTER_SERVERHI.bytes(new BadInput.Attacker(loopback.key));
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                sockets.add(Loopback.connect(loopback.server.boundAddress().toSocketAddress()));
            }
            for (Socket socket : sockets) {
                socket.getOutputStream().write(hello);
            }
            long answers = 0;
            for (Socket socket : sockets) {
                try (socket) {
                    answers += socket.getInputStream().readAllBytes().length;
                }
            }
            assertThat(answers).isEqualTo(ReferenceFrames.FRAME);
            assertThat(loopback.server.holdings().rememberedHellos()).isOne();
        }
    }

    @Test
    void aServerThatStartsAnewKnowsWhatTheOneBeforeItAdmitted() throws Exception {
        try (Loopback loopback = Loopback.with(server -> server.handshakeTimeout(SOON))) {
            BadInput.Attacker attacker = BadInput.Attacker.withRecording(
                    (InetSocketAddress) loopback.server.boundAddress().toSocketAddress(), loopback.key);
            loopback.server.close();
            try (Tunnel anew = loopback.anotherServer(server -> server.handshakeTimeout(SOON))) {
                assertThat(answerTo(attacker.recorded(), (InetSocketAddress)
                                anew.boundAddress().toSocketAddress()))
                        .isEmpty();
                assertThat(answerTo(attacker.recorded2(), (InetSocketAddress)
                                anew.boundAddress().toSocketAddress()))
                        .isEmpty();
                assertThat(anew.holdings().rememberedHellos()).isEqualTo(2);
            }
        }
    }

    private static byte[] answerTo(byte[] sent, InetSocketAddress server) throws IOException {
        try (Socket socket = Loopback.connect(server)) {
            socket.getOutputStream().write(sent);
            return socket.getInputStream().readAllBytes();
        }
    }
}
