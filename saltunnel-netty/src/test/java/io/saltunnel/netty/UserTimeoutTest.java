package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.saltunnel.netty.internal.transport.SystemOption;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: a connection is given up because its path is dead, never because an application pauses. */
@Timeout(60)
class UserTimeoutTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(6);
    private static final int MORE_THAN_ALL_SOCKETS_HOLD = 64 << 20;

    /** Linux would count a closed window as unacknowledged time even if the peer answers. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void isOffWhileTheOtherEndTakesNothingButAnswers(Transport transport) throws Exception {
        TunnelSockets sockets = new TunnelSockets();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.transport(transport),
                        server ->
                                server.transport(transport).userTimeout(TIMEOUT).stage(sockets));
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
            Channel wire = sockets.at("SERVER WIRE_SOCKET");
            assertThat(SystemOption.USER_TIMEOUT.get(wire)).hasValue((int) TIMEOUT.toMillis());

            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> fill(target));
            Await.until("the window to be seen closed", () -> userTimeout(wire) == 0);
            assertThat(drain(application)).isEqualTo(MORE_THAN_ALL_SOCKETS_HOLD);
            sent.get(30, TimeUnit.SECONDS);
            Await.until("the window to be seen open", () -> userTimeout(wire) == TIMEOUT.toMillis());
        }
    }

    private static int userTimeout(Channel wire) {
        assertThat(wire.isOpen()).isTrue();
        return SystemOption.USER_TIMEOUT.get(wire).orElseThrow();
    }

    private static void fill(Socket target) {
        try {
            target.getOutputStream().write(new byte[MORE_THAN_ALL_SOCKETS_HOLD]);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static int drain(Socket application) throws IOException {
        return application.getInputStream().readNBytes(MORE_THAN_ALL_SOCKETS_HOLD).length;
    }
}
