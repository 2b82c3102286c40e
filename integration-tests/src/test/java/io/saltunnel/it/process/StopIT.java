package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.Payload.Checksum;
import io.saltunnel.it.process.Sockets.Ending;
import io.saltunnel.it.process.Sockets.Rest;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After the signal to stop, a program accepts nothing more, gives connections time to finish, and ends. */
class StopIT {

    private static final int CONNECTIONS = 10;
    private static final long BYTES = 2_000_000;

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void underLoadWithGrace(String signal) throws Exception {
        try (ServerSocket listener = Sockets.listen()) {
            TunnelPair tunnel = processes.tunnel(Sockets.address(listener), "--grace", "600");
            List<Socket> applications = new ArrayList<>();
            List<Task<Checksum>> received = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                Socket application = tunnel.connect();
                applications.add(application);
                application.getOutputStream().write(0);
                Socket target = Sockets.accept(listener);
                assertThat(target.getInputStream().read()).isZero();
                received.add(Task.start(() -> {
                    try (target) {
                        return Payload.readFrom(target.getInputStream());
                    }
                }));
            }
            tunnel.client().signal(signal);
            tunnel.server().signal(signal);
            tunnel.client().awaitLine("stopping");
            tunnel.server().awaitLine("stopping");
            Patience.await("connections are refused").until(() -> isRefused(tunnel));

            Payload payload = new Payload(5, BYTES);
            for (Socket application : applications) {
                payload.writeTo(application.getOutputStream());
                application.shutdownOutput();
                assertThat(application.getInputStream().read()).isEqualTo(-1);
                application.close();
            }
            for (Task<Checksum> each : received) {
                assertThat(each.result()).isEqualTo(payload.checksum());
            }
            assertThat(tunnel.client().exitCode()).isZero();
            assertThat(tunnel.server().exitCode()).isZero();
        }
    }

    @Test
    void connectionsThatAreLeftAfterTheGraceTimeAreReset() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            TunnelPair tunnel = processes.tunnel(target.address(), "--grace", "0.1");
            try (Socket application = tunnel.connect()) {
                application.getOutputStream().write(1);
                assertThat(application.getInputStream().read()).isOne();
                tunnel.client().signal("TERM");
                assertThat(Sockets.readToEnd(application))
                        .extracting(Rest::ending)
                        .isEqualTo(Ending.RESET);
                assertThat(tunnel.client().exitCode()).isZero();
                assertThat(tunnel.client().linesWith("stop"))
                        .extracting(line -> line.replaceFirst("^\\S+ ", "")) // the time
                        .containsExactly(
                                "saltunnel: stopping; 1 connection has 0.1 s to finish",
                                "saltunnel: warning: stopped; 1 connection was cut off, which had not finished in time");
            }
        }
    }

    @Test
    void aSecondSignalEndsItAtOnce() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            TunnelPair tunnel = processes.tunnel(target.address(), "--grace", "600");
            try (Socket application = tunnel.connect()) {
                application.getOutputStream().write(1);
                assertThat(application.getInputStream().read()).isOne();
                tunnel.client().signal("TERM");
                tunnel.client().awaitLine("stopping");
                assertThat(tunnel.client().isAlive()).isTrue();
                tunnel.client().signal("TERM");
                assertThat(tunnel.client().exitCode()).isEqualTo(128 + 15);
            }
        }
    }

    private static boolean isRefused(TunnelPair tunnel) throws Exception {
        try {
            tunnel.connect().close();
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (SocketException e) {
            assertThat(Sockets.isReset(e)).as("%s", e).isTrue();
            return false; // it still listened
        }
    }
}
