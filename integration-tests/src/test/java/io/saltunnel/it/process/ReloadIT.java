package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Goal: SIGHUP changes what the configuration file changes, and nothing else. */
class ReloadIT {

    @RegisterExtension
    final Processes processes = Processes.perTest();

    /** A target, and a configuration file whose text the tests write. */
    private SaltunnelProcess program;

    private int reloads;

    private void run(String... tunnels) throws IOException {
        write(tunnels);
        program = processes.start("run", Program.command(List.of("run", "-c", file().toString())));
        program.awaitLines("listening on", tunnels.length);
    }

    private Path file() throws IOException {
        return processes.folder().resolve("saltunnel.toml");
    }

    private void write(String... tunnels) throws IOException {
        Files.writeString(
                file(),
                "[defaults]\ngrace = \"1h\"\nkey = \"" + processes.keyFile() + "\"\n" + String.join("", tunnels));
    }

    private String reload(String... tunnels) throws Exception {
        write(tunnels);
        program.signal("HUP");
        reloads++;
        return program.awaitLines("reloaded", reloads).get(reloads - 1);
    }

    private static String tunnel(String name, String mode, String listen, String to) {
        return "[[tunnel]]\nname = \"%s\"\nmode = \"%s\"\nlisten = \"%s\"\nto = \"%s\"\n"
                .formatted(name, mode, listen, to);
    }

    private static String server(ServerSocket target) {
        return tunnel("in", "server", "unix:wire.sock", Processes.text(Sockets.address(target)));
    }

    private static String client(String name) {
        return tunnel(name, "client", "127.0.0.1:0", "unix:wire.sock");
    }

    private Socket connect(String name) throws IOException {
        String line = program.awaitLine("tunnel " + name + ": listening on");
        int port = Integer.parseInt(line.replaceAll(".*listening on 127\\.0\\.0\\.1:(\\d+),.*", "$1"));
        return Sockets.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

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

    @Test
    void whatIsTheSameStaysWhatIsNewStartsAndWhatIsGoneFinishesItsConnections() throws Exception {
        try (ServerSocket target = Sockets.listen()) {
            run(server(target), client("stays"), client("goes"));
            try (Socket stays = connect("stays");
                    Socket itsTarget = greeted(stays, target);
                    Socket goes = connect("goes");
                    Socket another = greeted(goes, target)) {
                assertThat(reload(server(target), client("stays"), client("comes")))
                        .endsWith("saltunnel.toml: 1 tunnel started, 0 changed, 1 stopped, 2 as before");
                program.awaitLine("tunnel goes: stopped listening on 127.0.0.1:");
                echo(stays, itsTarget);
                echo(goes, another);
                try (Socket comes = connect("comes");
                        Socket third = greeted(comes, target)) {
                    echo(comes, third);
                }
            }
            program.signal("TERM");
            assertThat(program.exitCode()).isZero();
        }
    }

    @Test
    void aTunnelThatChangesKeepsItsSocketAndItsConnections() throws Exception {
        try (ServerSocket target = Sockets.listen();
                ServerSocket next = Sockets.listen()) {
            run(server(target), client("out"));
            try (Socket before = connect("out");
                    Socket itsTarget = greeted(before, target)) {
                assertThat(reload(server(next), client("out") + "access-log = true\n"))
                        .endsWith("0 tunnels started, 2 changed, 0 stopped, 0 as before");
                try (Socket after = connect("out");
                        Socket another = greeted(after, next)) {
                    echo(after, another);
                    echo(before, itsTarget);
                }
                program.awaitLine("outcome=completed");
            }
        }
    }

    @Test
    void aKeyFileWithAnotherKeyIsAChange() throws Exception {
        try (ServerSocket target = Sockets.listen()) {
            run(server(target), client("out"));
            try (Socket before = connect("out");
                    Socket itsTarget = greeted(before, target)) {
                byte[] key = new byte[Processes.KEY_BYTES];
                new SecureRandom().nextBytes(key);
                Files.write(processes.keyFile(), key);
                assertThat(reload(server(target), client("out"))).endsWith("2 changed, 0 stopped, 0 as before");
                try (Socket after = connect("out");
                        Socket another = greeted(after, target)) {
                    echo(after, another);
                }
                echo(before, itsTarget);
            }
            assertThat(reload(server(target), client("out"))).endsWith("0 changed, 0 stopped, 2 as before");
        }
    }

    @Test
    void aBrokenFileChangesNothingAndSaysWhy() throws Exception {
        try (ServerSocket target = Sockets.listen()) {
            run(server(target), client("out"));
            assertThat(reload(server(target).replace("mode", "mood"), client("new") + "max-connections = 0\n"))
                    .contains("not reloaded: " + file() + ":4:1: this tunnel has no 'mode'");
            assertThat(program.awaitLines("not reloaded", 3))
                    .anyMatch(line -> line.contains(":6:1: there is no option 'mood'"));
            try (Socket application = connect("out");
                    Socket accepted = greeted(application, target)) {
                echo(application, accepted);
            }
            assertThat(program.linesWith("tunnel new")).isEmpty();
        }
    }

    @Test
    void ifATunnelCanNotListenEverythingStaysAsItWas() throws Exception {
        try (ServerSocket target = Sockets.listen();
                ServerSocket taken = Sockets.listen()) {
            run(server(target), client("out"));
            String address = Processes.text(Sockets.address(taken));
            assertThat(reload(server(taken), client("fresh"), tunnel("bad", "client", address, "unix:wire.sock")))
                    .contains("not reloaded: tunnel bad: cannot listen on " + address + ": the port is in use");
            try (Socket application = connect("out");
                    Socket accepted = greeted(application, target)) {
                echo(application, accepted);
            }
        }
    }

    /** The new tunnel needs an address that the removed one listens on. */
    @Test
    void anAddressIsHandedOnToATunnelOfTheOtherSide() throws Exception {
        try (ServerSocket target = Sockets.listen()) {
            run(server(target), client("out"), tunnel("turn", "client", "unix:turn.sock", "unix:wire.sock"));
            assertThat(reload(
                            server(target),
                            tunnel("out", "client", "127.0.0.1:0", "unix:turn.sock"),
                            tunnel(
                                    "turn",
                                    "server",
                                    "unix:turn.sock;mode=0660",
                                    Processes.text(Sockets.address(target)))))
                    .endsWith("1 tunnel started, 1 changed, 1 stopped, 1 as before");
            try (Socket application = connect("out");
                    Socket accepted = greeted(application, target)) {
                echo(application, accepted);
            }
        }
    }
}
