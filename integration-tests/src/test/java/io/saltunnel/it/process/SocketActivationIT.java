package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: tunnels listen on sockets of a service manager, and a restart drops no connection attempt. */
@Tag("jdk-independent")
class SocketActivationIT {

    private static final String BOTH =
            tunnel("in", "server", "systemd:wire", "%s") + tunnel("out", "client", "systemd:web", "%s");

    private static final int CLIENTS = 8;

    private enum Side {
        CLIENT,
        SERVER
    }

    @RegisterExtension
    final Processes processes = Processes.perTest();

    private EchoTarget target;

    @BeforeEach
    void startTarget() throws IOException {
        target = EchoTarget.start();
    }

    @AfterEach
    void endTarget() throws IOException {
        target.close();
    }

    // ---- data

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "[::1]:0"})
    void bothSidesListenOnTcpSockets(String address) throws Exception {
        try (PythonServiceManager manager = manager("web=" + address, "wire=" + address)) {
            write(BOTH.formatted(Processes.text(target.address()), Processes.text(manager.address("wire"))));
            startUntilReady(manager);
            manager.awaitLog("tunnel out: listening on " + address.replaceAll("0$", "")
                    + manager.address("web").getPort() + ",");
            echo(manager.address("web"));
        }
    }

    @Test
    void bothSidesListenOnUnixSocketsWhoseFilesStay() throws Exception {
        Path web = processes.folder().resolve("web.sock");
        try (PythonServiceManager manager =
                manager("web=" + web, "wire=" + processes.folder().resolve("wire.sock"))) {
            write(BOTH.formatted(Processes.text(target.address()), "unix:wire.sock"));
            startUntilReady(manager);
            manager.awaitLog("tunnel out: listening on unix:" + web + ",");
            try (SocketChannel application = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                application.connect(UnixDomainSocketAddress.of(web));
                application.write(ByteBuffer.wrap(new byte[] {7}));
                ByteBuffer answer = ByteBuffer.allocate(1);
                application.read(answer);
                assertThat(answer.get(0)).isEqualTo((byte) 7);
            }
            stop(manager);
            assertThat(web).exists();
        }
    }

    @Test
    void aSingleTunnelListensOnASocket() throws Exception {
        try (PythonServiceManager manager = new PythonServiceManager(
                notifySocket(),
                0,
                List.of("wire=127.0.0.1:0"),
                Program.launch(
                        List.of(
                                "server",
                                "-k",
                                processes.keyFile().toString(),
                                "systemd:wire",
                                Processes.text(target.address())),
                        ""),
                log())) {
            startUntilReady(manager);
            echo(processes.client(manager.address("wire")).address());
        }
    }

    // ---- restarts

    @Test
    void connectionsMadeWhileNothingRunsAreServedByTheNextRun() throws Exception {
        try (PythonServiceManager manager = manager("web=127.0.0.1:0", "wire=127.0.0.1:0")) {
            write(BOTH.formatted(Processes.text(target.address()), Processes.text(manager.address("wire"))));
            try (Socket before = Sockets.connect(manager.address("web"))) {
                before.getOutputStream().write(7);
                startUntilReady(manager);
                assertThat(before.getInputStream().read()).isEqualTo(7);
            }
            stop(manager);
            try (Socket between = Sockets.connect(manager.address("web"))) {
                between.getOutputStream().write(8);
                startUntilReady(manager);
                assertThat(between.getInputStream().read()).isEqualTo(8);
            }
        }
    }

    /** The system made it before the program could set an option for all connections of the socket. */
    @Test
    void aConnectionMadeBeforeTheStartIsResetWhenTheProgramIsKilled() throws Exception {
        try (PythonServiceManager manager = manager("web=127.0.0.1:0", "wire=127.0.0.1:0")) {
            write(BOTH.formatted(Processes.text(target.address()), Processes.text(manager.address("wire"))));
            try (Socket before = Sockets.connect(manager.address("web"))) {
                before.getOutputStream().write(7);
                startUntilReady(manager);
                assertThat(before.getInputStream().read()).isEqualTo(7);
                manager.signal("KILL");
                assertThatExceptionOfType(SocketException.class)
                        .isThrownBy(() -> before.getInputStream().read());
            }
        }
    }

    /** The other end of the tunnel is another process, which isn't restarted. */
    @ParameterizedTest
    @EnumSource
    void aRestartUnderLoadLosesNoConnection(Side restarted) throws Exception {
        try (PythonServiceManager manager = manager("web=127.0.0.1:0")) {
            InetSocketAddress web = manager.address("web");
            InetSocketAddress first = switch (restarted) {
                case CLIENT -> {
                    InetSocketAddress server =
                            processes.server(target.address()).address();
                    write(tunnel("out", "client", "systemd:web", Processes.text(server)));
                    yield web;
                }
                case SERVER -> {
                    // Without a memory of the last run, a hello from before the start would get no answer.
                    write("[process]\nreplays = \"replays\"\n"
                            + tunnel("in", "server", "systemd:web", Processes.text(target.address())));
                    yield processes.client(web).address();
                }
            };
            startUntilReady(manager);
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger served = new AtomicInteger();
            List<Task<Integer>> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> Task.start(() -> {
                        while (!over.get()) {
                            echo(first);
                            served.incrementAndGet();
                        }
                        return i;
                    }))
                    .toList();
            awaitMore(served);
            stop(manager);
            startUntilReady(manager);
            awaitMore(served);
            over.set(true);
            for (Task<Integer> client : clients) {
                client.result(); // throws if a connection was lost
            }
        }
    }

    private static void awaitMore(AtomicInteger served) {
        int before = served.get();
        Patience.await("connections are served").until(() -> served.get() >= before + 10 * CLIENTS);
    }

    @Test
    void aConnectionThatIsntConnectedYetAtTheStopIsServedByTheRunThatAcceptedIt() throws Exception {
        InetSocketAddress server = Sockets.closedPort();
        try (PythonServiceManager manager = manager("web=127.0.0.1:0")) {
            write("connect-patience = \"20s\"\n" + tunnel("out", "client", "systemd:web", Processes.text(server)));
            startUntilReady(manager);
            try (Socket application = Sockets.connect(manager.address("web"))) {
                application.getOutputStream().write(7);
                manager.await("notify STATUS=1 open", 0);
                manager.signal("TERM");
                manager.await("notify STOPPING=1|STATUS=1 open, stopping", 0);
                processes.start("server", Processes.text(server), Processes.text(target.address()));
                assertThat(application.getInputStream().read()).isEqualTo(7);
            }
            manager.await("exited 0", 0);
        }
    }

    // ---- reloads

    @Test
    void aReloadKeepsASocketOrMovesItToAnotherTunnel() throws Exception {
        try (PythonServiceManager manager = manager("web=127.0.0.1:0", "wire=127.0.0.1:0")) {
            String wire = Processes.text(manager.address("wire"));
            String echo = Processes.text(target.address());
            write(BOTH.formatted(echo, wire));
            startUntilReady(manager);
            InetSocketAddress web = manager.address("web");
            try (Socket open = Sockets.connect(web)) {
                echo(open);
                // another tunnel of the same side takes the socket over
                write(tunnel("in", "server", "systemd:wire", echo) + tunnel("renamed", "client", "systemd:web", wire));
                reload(manager);
                echo(open);
                echo(web);
                // a tunnel of the other side follows on each socket
                write(tunnel("a", "server", "systemd:web", echo)
                        + tunnel("b", "client", "systemd:wire", Processes.text(web)));
                reload(manager);
                echo(open);
                echo(manager.address("wire"));
                // no tunnel listens there: connections wait for the next one
                write(tunnel("b", "client", "127.0.0.1:0", Processes.text(web)));
                reload(manager);
                try (Socket waiting = Sockets.connect(manager.address("wire"))) {
                    waiting.getOutputStream().write(9);
                    write(tunnel("a", "server", "systemd:web", echo)
                            + tunnel("b", "client", "systemd:wire", Processes.text(web)));
                    reload(manager);
                    assertThat(waiting.getInputStream().read()).isEqualTo(9);
                }
            }
        }
    }

    @Test
    void aReloadThatNamesNoSocketChangesNothing() throws Exception {
        try (PythonServiceManager manager = manager("web=127.0.0.1:0", "wire=127.0.0.1:0")) {
            String wire = Processes.text(manager.address("wire"));
            String echo = Processes.text(target.address());
            write(BOTH.formatted(echo, wire));
            startUntilReady(manager);
            write(tunnel("in", "client", "systemd:wire", echo) + tunnel("out", "client", "systemd:wen", wire));
            int mark = manager.mark();
            manager.signal("HUP");
            manager.await("notify READY=1", mark);
            manager.awaitLog(
                    "not reloaded: tunnel out: can't listen on systemd:wen: there is none among the sockets that the"
                            + " service manager has passed, which are named web, wire");
            echo(manager.address("web"));
        }
    }

    // ---- faults

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web=127.0.0.1:0 other=127.0.0.1:0|systemd:wen|epoll|named other, web",
                "web=127.0.0.1:0|systemd:web|nio|the transport nio can't listen on systemd:web, only epoll can",
            })
    void aSocketThatCantBeListenedOnIsAnErrorInOneLine(String sockets, String listen, String transport, String reason)
            throws Exception {
        try (PythonServiceManager manager = manager(sockets.split(" "))) {
            write("[process]\ntransport = \"" + transport + "\"\n", tunnel("in", "server", listen, "127.0.0.1:9"));
            manager.start();
            manager.await("exited 1", 0);
            assertThat(manager.log().lines())
                    .singleElement()
                    .asString()
                    .startsWith("saltunnel: tunnel in: ")
                    .contains(reason);
        }
    }

    @Test
    void twoTunnelsCantHaveOneSocket() throws Exception {
        write(tunnel("one", "server", "systemd:web", "127.0.0.1:9")
                + tunnel("two", "client", "systemd:web", "127.0.0.1:9"));
        Finished check = Program.run("check", file().toString());
        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.errors() + check.output()).contains("tunnel 'one' listens on systemd:web already");
    }

    @Test
    void onlyTunnelsListenOnASocket() throws Exception {
        write("[process]\nstatus = \"systemd:web\"\n", tunnel("one", "server", "127.0.0.1:0", "systemd:web"));
        Finished check = Program.run("check", file().toString());
        assertThat(check.errors() + check.output())
                .contains(":2:10: 'systemd:web': only tunnels listen on a socket of the service manager")
                .contains("'systemd:web' can only be listened on");
    }

    // ---- rigs

    private Path file() throws IOException {
        return processes.folder().resolve("saltunnel.toml");
    }

    private Path log() throws IOException {
        return processes.folder().resolve("program.log");
    }

    private String notifySocket() throws IOException {
        return processes.folder().resolve("notify.sock").toString();
    }

    private PythonServiceManager manager(String... sockets) throws IOException {
        return new PythonServiceManager(
                notifySocket(),
                0,
                List.of(sockets),
                Program.launch(List.of("run", "-c", file().toString()), ""),
                log());
    }

    private void write(String tunnels) throws IOException {
        write("", tunnels);
    }

    private void write(String process, String tunnels) throws IOException {
        Files.writeString(file(), process + "[defaults]\nkey = \"" + processes.keyFile() + "\"\n" + tunnels);
    }

    private static String tunnel(String name, String mode, String listen, String to) {
        return "[[tunnel]]\nname = \"%s\"\nmode = \"%s\"\nlisten = \"%s\"\nto = \"%s\"\n"
                .formatted(name, mode, listen, to);
    }

    private static void startUntilReady(PythonServiceManager manager) throws IOException {
        int mark = manager.mark();
        manager.start();
        manager.await("notify READY=1", mark);
    }

    private static void stop(PythonServiceManager manager) throws IOException {
        int mark = manager.mark();
        manager.signal("TERM");
        manager.await("exited 0", mark);
    }

    private static void reload(PythonServiceManager manager) throws IOException {
        int mark = manager.mark();
        manager.signal("HUP");
        assertThat(manager.await("notify READY=1", mark)).doesNotContain("not reloaded");
    }

    private static void echo(InetSocketAddress address) throws IOException {
        try (Socket application = Sockets.connect(address)) {
            echo(application);
        }
    }

    private static void echo(Socket application) throws IOException {
        application.getOutputStream().write(7);
        assertThat(application.getInputStream().read()).isEqualTo(7);
    }
}
