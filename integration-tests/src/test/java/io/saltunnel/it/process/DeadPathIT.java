package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.netns.NetworkNamespace;
import io.saltunnel.it.netns.PacketPipe.Faults;
import io.saltunnel.it.netns.TwoNamespaces;
import io.saltunnel.it.process.Sockets.Ending;
import io.saltunnel.it.process.Sockets.Rest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: when every packet between client and server is lost, without any notice, each of the two ends its half of a
 * tunnel by itself. The only slot is free again when the path is back.
 */
@Execution(ExecutionMode.CONCURRENT)
@Tag("jdk-independent")
class DeadPathIT {

    @RegisterExtension
    static final TwoNamespaces NETWORK = new TwoNamespaces();

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring", "nio"})
    void keepaliveEndsAnIdleTunnel(String transport) throws Exception {
        try (Path path = new Path("--transport", transport, "--keepalive", "1,1,2", "--user-timeout", "0");
                Socket application = path.connect();
                Socket target = path.accept()) {
            exchange(application, target);
            path.awaitSilence();

            NETWORK.cable().set(Faults.CUT);

            assertReset(application);
            assertReset(target);
            assertServesAnother(path);
        }
    }

    /** Only the sending half ends: the other half is idle, and its first probe is due only after 60 s. */
    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring"})
    void theUserTimeoutEndsAClientThatSends(String transport) throws Exception {
        try (Path path = new Path("--transport", transport, "--user-timeout", "2");
                Socket application = path.connect();
                Socket target = path.accept()) {
            exchange(application, target);

            NETWORK.cable().set(Faults.CUT);
            application.getOutputStream().write(3);

            assertReset(application);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring"})
    void theUserTimeoutEndsAServerThatSends(String transport) throws Exception {
        try (Path path = new Path("--transport", transport, "--user-timeout", "2");
                Socket application = path.connect();
                Socket target = path.accept()) {
            exchange(application, target);

            NETWORK.cable().set(Faults.CUT);
            target.getOutputStream().write(3);

            assertReset(target);
            Sockets.reset(application);
            assertServesAnother(path);
        }
    }

    private static void exchange(Socket application, Socket target) throws IOException {
        application.getOutputStream().write(1);
        assertThat(target.getInputStream().read()).isEqualTo(1);
        target.getOutputStream().write(2);
        assertThat(application.getInputStream().read()).isEqualTo(2);
    }

    private static void assertServesAnother(Path path) throws Exception {
        NETWORK.cable().set(Faults.NONE);
        try (Socket application = path.connect();
                Socket target = path.accept()) {
            exchange(application, target);
        }
    }

    private static void assertReset(Socket socket) throws IOException {
        assertThat(Sockets.readToEnd(socket)).extracting(Rest::ending).isEqualTo(Ending.RESET);
    }

    /** A near application and client, a far server with one slot, and a far target. */
    private final class Path implements AutoCloseable {
        private final ServerSocket target = NETWORK.far().inside(Sockets::listen);
        private final SaltunnelProcess server;
        private final SaltunnelProcess client;

        Path(String... options) throws Exception {
            String far = NETWORK.far().address();
            server = start(NETWORK.far(), "server", far + ":0", Sockets.address(target), options);
            client = start(NETWORK.near(), "client", "127.0.0.1:0", server.address(), options);
        }

        private SaltunnelProcess start(
                NetworkNamespace at, String role, String listen, InetSocketAddress to, String... options)
                throws IOException {
            List<String> all = new ArrayList<>(List.of("-m", "1"));
            all.addAll(Arrays.asList(options));
            return processes.startBy(at.prefix(), role, listen, Processes.text(to), all.toArray(String[]::new));
        }

        Socket connect() throws Exception {
            return NETWORK.near().inside(() -> Sockets.connect(client.address()));
        }

        /** Waits until no data is unacknowledged: the system would send it again and again instead of probing. */
        void awaitSilence() {
            Patience.await("everything is acknowledged")
                    .until(() -> client.status().unacknowledgedBytes()
                                    + server.status().unacknowledgedBytes()
                            == 0);
        }

        Socket accept() throws IOException {
            return Sockets.accept(target);
        }

        @Override
        public void close() throws IOException {
            target.close();
        }
    }
}
