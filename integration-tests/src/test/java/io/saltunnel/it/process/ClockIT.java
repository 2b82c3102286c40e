package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.it.reference.ReferenceFrames;
import io.saltunnel.it.reference.ReferencePeer;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whose clock is wrong harms nobody, and the server says by how much: while it still lets it in, and when it doesn't.
 */
class ClockIT {

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @Test
    void aPeerWhoseClockIsOffIsLetInAndToldOf() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address());
            try (ReferencePeer ahead = connect(server, 1200)) {
                echo(ahead);
            }
            assertThat(server.awaitLine("its clock is"))
                    .containsPattern(
                            "its clock is (1199|1200|1201) s ahead of this machine's; beyond 3600 s it is refused");
        }
    }

    @Test
    void aPeerWhoseClockIsOffTooFarIsRefusedAndToldOf() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address(), "--handshake-timeout", "0.5");
            assertThatThrownBy(() -> connect(server, -5000)).isInstanceOf(IOException.class);
            assertThat(server.awaitLine("its time is")).containsPattern("its time is (4999|5000|5001) s behind");
            try (ReferencePeer right = connect(server, 0)) {
                echo(right);
            }
        }
    }

    private static void echo(ReferencePeer peer) throws IOException {
        peer.send(new byte[] {5});
        assertThat(peer.receive(1)).containsExactly(5);
    }

    private ReferencePeer connect(SaltunnelProcess server, int secondsAhead) throws IOException {
        byte[] secret = random(32);
        ReferenceFrames.ClientHi hi = new ReferenceFrames.ClientHi(
                ReferenceFrames.publicKey(secret), System.currentTimeMillis() / 1000 + secondsAhead, random(16), 1);
        return ReferencePeer.connect(server.address(), Files.readAllBytes(processes.keyFile()), secret, hi, random(24));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
