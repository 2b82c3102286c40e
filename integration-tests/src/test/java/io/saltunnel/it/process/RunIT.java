package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Goal: one process runs all tunnels of a configuration file, and a signal ends them in order. */
class RunIT {

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @Test
    void allTunnelsOfAFileCarryDataAndOneSignalEndsThem() throws Exception {
        try (ServerSocket target = Sockets.listen()) {
            Path more = Files.createDirectory(processes.folder().resolve("conf.d"));
            Files.writeString(
                    more.resolve("clients.toml"),
                    tunnel("one", "client", "127.0.0.1:0", "unix:../wire.sock")
                            + tunnel("two", "client", "127.0.0.1:0", "unix:../wire.sock"));
            SaltunnelProcess program = run("[defaults]\ngrace = \"1h\"\nkey = \"" + processes.keyFile() + "\"\n"
                    + tunnel("in", "server", "unix:wire.sock", Processes.text(Sockets.address(target))));
            int one = portOf(program, "one");
            int two = portOf(program, "two");
            try (Socket first = connect(one);
                    Socket firstAccepted = greeted(first, target);
                    Socket second = connect(two);
                    Socket secondAccepted = greeted(second, target)) {
                program.signal("TERM");
                program.awaitLine("stopping; 4 connections have 3600.0 s to finish");
                // Both connections continue while the program waits for their ends.
                echo(first, firstAccepted);
                echo(second, secondAccepted);
            }
            assertThat(program.exitCode()).isZero();
        }
    }

    @Test
    void aSecondSignalSomeTimeAfterTheFirstEndsItAtOnce() throws Exception {
        try (ServerSocket target = Sockets.listen()) {
            SaltunnelProcess program = run("[defaults]\ngrace = \"1h\"\nkey = \"" + processes.keyFile() + "\"\n"
                    + tunnel("in", "server", "unix:wire.sock", Processes.text(Sockets.address(target)))
                    + tunnel("out", "client", "127.0.0.1:0", "unix:wire.sock"));
            try (Socket application = connect(portOf(program, "out"));
                    Socket accepted = greeted(application, target)) {
                program.signal("TERM");
                program.awaitLine("stopping");
                echo(application, accepted);
                assertThat(program.signalUntilItEnds("TERM")).isEqualTo(128 + 15);
            }
        }
    }

    @Test
    void noneRunsIfOneCantAndEachReasonIsSaid() throws Exception {
        try (ServerSocket taken = Sockets.listen()) {
            String address = Processes.text(Sockets.address(taken));
            SaltunnelProcess program = run("[defaults]\nkey = \"" + processes.keyFile() + "\"\n"
                    + tunnel("good", "client", "127.0.0.1:0", "127.0.0.1:9")
                    + tunnel("bad", "client", address, "127.0.0.1:9"));
            assertThat(program.exitCode()).isEqualTo(1);
            assertThat(program.lines())
                    .containsOnly("saltunnel: tunnel bad: cannot listen on " + address + ": the port is in use");
        }
    }

    private SaltunnelProcess run(String text) throws IOException {
        Path file = Files.writeString(processes.folder().resolve("saltunnel.toml"), text);
        return processes.start("run", Program.command(List.of("run", "-c", file.toString())));
    }

    private static String tunnel(String name, String mode, String listen, String to) {
        return "[[tunnel]]\nname = \"%s\"\nmode = \"%s\"\nlisten = \"%s\"\nto = \"%s\"\n"
                .formatted(name, mode, listen, to);
    }

    private static int portOf(SaltunnelProcess program, String tunnel) {
        String line = program.awaitLine("tunnel " + tunnel + ": listening on");
        return Integer.parseInt(line.replaceAll(".*listening on 127\\.0\\.0\\.1:(\\d+),.*", "$1"));
    }

    private static Socket connect(int port) throws IOException {
        return Sockets.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Accepts the connection that an application's first byte makes, so that both are the same one. */
    private static Socket greeted(Socket application, ServerSocket target) throws IOException {
        application.getOutputStream().write(1);
        Socket accepted = Sockets.accept(target);
        assertThat(accepted.getInputStream().read()).isEqualTo(1);
        return accepted;
    }

    private static void echo(Socket application, Socket accepted) throws IOException {
        application.getOutputStream().write(7);
        assertThat(accepted.getInputStream().read()).isEqualTo(7);
        accepted.getOutputStream().write(8);
        assertThat(application.getInputStream().read()).isEqualTo(8);
    }
}
