package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.Sockets.Ending;
import io.saltunnel.it.process.Sockets.Rest;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: a process that ends in the middle of a transfer, and has no time left to reset its connections, still leaves
 * resets behind. Nothing is unread anywhere, so that nothing but the process's own doing can cause them.
 */
@Tag("jdk-independent")
class ForcedEndIT {

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @ParameterizedTest
    @CsvSource({
        "client, KILL, epoll",
        "server, KILL, epoll",
        "client, KILL, nio",
        "server, KILL, nio",
        "client, KILL, io_uring",
        "server, KILL, io_uring",
        "client, TERM TERM, auto",
        "server, TERM TERM, auto",
        "client, TERM HUP, auto",
        "server, TERM HUP, auto"
    })
    void neitherEndTakesItsStreamForAWholeOne(String ended, String signals, String transport) throws Exception {
        try (ServerSocket listener = Sockets.listen()) {
            TunnelPair tunnel = processes.tunnel(Sockets.address(listener), "--grace", "600", "--transport", transport);
            try (Socket application = tunnel.connect();
                    Socket target = Sockets.accept(listener)) {
                application.getOutputStream().write(1);
                assertThat(target.getInputStream().read()).isOne();
                target.getOutputStream().write(2);
                assertThat(application.getInputStream().read()).isEqualTo(2);

                end(ended.equals("client") ? tunnel.client() : tunnel.server(), signals.split(" "));

                assertReset(application);
                assertReset(target);
            }
        }
    }

    private static void end(SaltunnelProcess process, String... signals) throws Exception {
        process.signal(signals[0]);
        if (signals.length > 1) {
            process.awaitLine("stopping");
            process.signal(signals[1]);
        }
        process.exitCode();
    }

    private static void assertReset(Socket socket) throws Exception {
        assertThat(Sockets.readToEnd(socket)).extracting(Rest::ending).isEqualTo(Ending.RESET);
    }
}
