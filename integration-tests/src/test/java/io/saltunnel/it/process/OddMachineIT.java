package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.netns.TwoNamespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: the program follows the configuration of its machine. Needs root, to make unusual machines. */
@Tag("jdk-independent")
class OddMachineIT {

    @RegisterExtension
    static final TwoNamespaces NETWORK = new TwoNamespaces();

    @RegisterExtension
    final Processes processes = Processes.perTest();

    /** By default Netty looks for a network card's address, and warns if there is none. */
    @Test
    void aMachineWithoutANetworkCardIsServedWithoutAWarning() throws Exception {
        try (ServerSocket target = NETWORK.near().inside(Sockets::listen)) {
            List<String> here = NETWORK.near().prefix();
            SaltunnelProcess server =
                    processes.startBy(here, "server", "127.0.0.1:0", Processes.text(Sockets.address(target)));
            SaltunnelProcess client =
                    processes.startBy(here, "client", "127.0.0.1:0", Processes.text(server.address()));
            try (Socket application = NETWORK.near().inside(() -> Sockets.connect(client.address()));
                    Socket accepted = Sockets.accept(target)) {
                application.getOutputStream().write(1);
                assertThat(accepted.getInputStream().read()).isOne();
            }
            assertThat(client.lines()).containsExactly(client.startLine());
            assertThat(server.lines()).containsExactly(server.startLine());
        }
    }

    /** A name's addresses are tried in the order that the system's own resolver gives, whichever that is. */
    @ParameterizedTest
    @ValueSource(strings = {"::1 both.test\n127.0.0.1 both.test\n", "127.0.0.1 both.test\n::1 both.test\n"})
    void addressesAreTriedInTheSystemsOrder(String hosts) throws Exception {
        Path file = Files.writeString(processes.folder().resolve("hosts"), "127.0.0.1 localhost\n" + hosts);
        List<String> there = withHosts(file);
        InetAddress first = firstAddress(there);
        try (ServerSocket six = listen("::1", 0);
                ServerSocket four = listen("127.0.0.1", six.getLocalPort())) {
            SaltunnelProcess server =
                    processes.startBy(there, "server", "127.0.0.1:0", "both.test:" + six.getLocalPort());
            SaltunnelProcess client = processes.client(server.address());
            ServerSocket expected = first.equals(six.getInetAddress()) ? six : four;
            try (Socket application = Sockets.connect(client.address());
                    Socket accepted = Sockets.accept(expected)) {
                application.getOutputStream().write(1);
                assertThat(accepted.getInputStream().read()).isOne();
            }
        }
    }

    /** The command that runs another one with this file as the machine's own hosts. */
    private static List<String> withHosts(Path file) {
        return List.of(
                "unshare",
                "-m",
                "--propagation",
                "private",
                "sh",
                "-c",
                "mount --bind '" + file + "' /etc/hosts && exec \"$@\"",
                "sh");
    }

    private static InetAddress firstAddress(List<String> there) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(there);
        command.addAll(List.of("getent", "ahosts", "both.test"));
        Finished asked = Program.runToEnd(command, "");
        assertThat(asked.exitCode()).as(asked.errors()).isZero();
        return InetAddress.getByName(asked.output().split("\\s")[0]);
    }

    private static ServerSocket listen(String address, int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.setSoTimeout((int) Patience.LIMIT.toMillis());
        listener.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        return listener;
    }
}
