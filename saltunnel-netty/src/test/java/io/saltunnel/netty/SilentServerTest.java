package io.saltunnel.netty;

import static io.saltunnel.netty.LoopbackSockets.listen;
import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.metrics.TunnelEvents;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that keep a connection, and never prove the key: the client goes to another one when its time is up. */
@Tag("jdk-independent") // it waits for seconds
@Timeout(60)
class SilentServerTest {
    private static LoopbackTunnel tunnelBehind(ServerSocket first, Queue<HandshakeFailedException.Reason> failures)
            throws IOException {
        TunnelEvents listener = new TunnelEvents() {
            @Override
            public void handshakeFailed(HandshakeFailedException cause) {
                failures.add(cause.reason());
            }
        };
        return LoopbackTunnel.behind(client -> client.events(listener), first);
    }

    /** One hangs, as a process that is stopped; its system takes connections. The other one is another program. */
    @Test
    void aServerThatIsSilentOrGivesAWrongAnswerIsReplacedByAnother() throws Exception {
        Queue<HandshakeFailedException.Reason> ofHanging = new ConcurrentLinkedQueue<>();
        Queue<HandshakeFailedException.Reason> ofWrong = new ConcurrentLinkedQueue<>();
        try (ServerSocket hanging = listen();
                ServerSocket wrong = listen();
                LoopbackTunnel one = tunnelBehind(hanging, ofHanging);
                LoopbackTunnel other = tunnelBehind(wrong, ofWrong);
                Socket first = one.connect();
                Socket second = other.connect();
                Socket answering = wrong.accept()) {
            answering.getOutputStream().write(new byte[8 * Frame.SIZE]);
            try (Socket target = one.accept()) {
                LoopbackTunnel.echo(first, target);
            }
            try (Socket target = other.accept()) {
                LoopbackTunnel.echo(second, target);
            }
            assertThat(ofHanging).containsExactly(HandshakeFailedException.Reason.TIMED_OUT);
            assertThat(ofWrong).containsExactly(HandshakeFailedException.Reason.REFUSED);
        }
    }
}
