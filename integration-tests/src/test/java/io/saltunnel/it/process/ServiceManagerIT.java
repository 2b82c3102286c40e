package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Goal: a service manager knows when the program is ready, reloads and stops, and whether it hangs. */
class ServiceManagerIT {

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @Test
    void readinessReloadsAndTheStopAreTold() throws Exception {
        try (ServerSocket target = Sockets.listen();
                PythonServiceManager manager = start(socketFile(), 0, configuration(target, ""))) {
            assertThat(manager.await("notify", 0)).isEqualTo("notify READY=1|STATUS=0 open");
            manager.awaitLog("tunnel in: listening");
            manager.awaitLog("tunnel out: listening");
            try (Socket application = Sockets.connect(addressOf(manager));
                    Socket accepted = Sockets.accept(target)) {
                manager.await("notify STATUS=2 open", 0);
                int mark = manager.mark();
                configuration(target, "max-connections = 5\n");
                manager.signal("HUP");
                assertThat(manager.await("notify RELOADING=1|MONOTONIC_USEC=", mark))
                        .matches("notify RELOADING=1\\|MONOTONIC_USEC=\\d+");
                assertThat(manager.await("notify READY=1", mark)).isEqualTo("notify READY=1|STATUS=2 open");
                assertThat(manager.lines().get(mark)).contains("RELOADING");

                int failing = manager.mark();
                configuration(target, "max-conections = 5\n");
                manager.signal("HUP");
                manager.await("notify RELOADING=1", failing);
                assertThat(manager.await("notify READY=1", failing))
                        .contains("|STATUS=2 open, not reloaded: ", "saltunnel.toml:", "max-conections");

                manager.signal("TERM");
                manager.await("notify STOPPING=1|STATUS=2 open, stopping", 0);
                application.getOutputStream().write(7);
                assertThat(accepted.getInputStream().read()).isEqualTo(7);
            }
            manager.await("exited 0", 0);
        }
    }

    @Test
    void aReloadIsToldWithATimeAfterItsRequest() throws Exception {
        try (ServerSocket target = Sockets.listen();
                PythonServiceManager manager = start(socketFile(), 0, configuration(target, ""))) {
            manager.await("notify READY=1", 0);
            long before = monotonicMicros();
            manager.signal("HUP");
            Matcher said = Pattern.compile("notify RELOADING=1\\|MONOTONIC_USEC=(\\d+)")
                    .matcher(manager.await("notify RELOADING=1", 0));
            assertThat(said.matches()).isTrue();
            assertThat(Long.parseLong(said.group(1))).isBetween(before, monotonicMicros());
        }
    }

    @Test
    void aProgramThatCantListenIsNeverReady() throws Exception {
        try (ServerSocket taken = Sockets.listen()) {
            Path file = Files.writeString(
                    processes.folder().resolve("saltunnel.toml"),
                    "[defaults]\nkey = \"" + processes.keyFile() + "\"\n"
                            + tunnel("good", "client", "127.0.0.1:0", "127.0.0.1:9")
                            + tunnel("bad", "client", Processes.text(Sockets.address(taken)), "127.0.0.1:9"));
            try (PythonServiceManager manager = start(socketFile(), 0, file)) {
                manager.await("exited 1", 0);
                assertThat(manager.lines()).noneMatch(line -> line.startsWith("notify"));
            }
        }
    }

    @Test
    void signsOfLifeGoToASocketWithoutAFile() throws Exception {
        try (ServerSocket target = Sockets.listen();
                PythonServiceManager manager =
                        start("@saltunnel-it-" + ProcessHandle.current().pid(), 200_000, configuration(target, ""))) {
            manager.await("notify READY=1", 0);
            manager.await("notify WATCHDOG=1", 0);
            manager.await("notify WATCHDOG=1", manager.lines().indexOf("notify WATCHDOG=1") + 1);
        }
    }

    @Test
    void childrenDontSeeTheServiceManagersVariables() throws Exception {
        try (ServerSocket target = Sockets.listen();
                PythonServiceManager manager = start(socketFile(), 5_000_000, configuration(target, ""))) {
            manager.await("notify READY=1", 0);
            String pid = manager.await("started ", 0).substring("started ".length());
            assertThat(new String(Files.readAllBytes(Path.of("/proc", pid, "environ")), StandardCharsets.UTF_8)
                            .split("\0"))
                    .noneMatch(variable -> variable.startsWith("NOTIFY_SOCKET=") || variable.startsWith("WATCHDOG_"));
        }
    }

    @Test
    void aServiceManagerThatCantBeToldIsNamedInOneLine() throws Exception {
        try (ServerSocket target = Sockets.listen()) {
            List<String> command = new ArrayList<>(Program.launch(
                    List.of(
                            "client",
                            "-k",
                            processes.keyFile().toString(),
                            "127.0.0.1:0",
                            Processes.text(Sockets.address(target))),
                    ""));
            command.add(1, "NOTIFY_SOCKET=vsock:2:1234");
            SaltunnelProcess client = processes.start("client", command);
            client.startLine();
            assertThat(client.linesWith("service manager"))
                    .singleElement()
                    .asString()
                    .contains("vsock:2:1234", "neither an absolute path nor @ and a name", "Type=exec");
        }
    }

    private String socketFile() throws IOException {
        return processes.folder().resolve("notify.sock").toString();
    }

    private PythonServiceManager start(String notifyAddress, long watchdogMicros, Path file) throws IOException {
        PythonServiceManager manager = new PythonServiceManager(
                notifyAddress,
                watchdogMicros,
                List.of(),
                Program.launch(List.of("run", "-c", file.toString()), ""),
                processes.folder().resolve("program.log"));
        manager.start();
        return manager;
    }

    private Path configuration(ServerSocket target, String more) throws IOException {
        return Files.writeString(
                processes.folder().resolve("saltunnel.toml"),
                "[defaults]\nkey = \"" + processes.keyFile() + "\"\n" + more
                        + tunnel("in", "server", "unix:wire.sock", Processes.text(Sockets.address(target)))
                        + tunnel("out", "client", "127.0.0.1:0", "unix:wire.sock"));
    }

    private static String tunnel(String name, String mode, String listen, String to) {
        return "[[tunnel]]\nname = \"%s\"\nmode = \"%s\"\nlisten = \"%s\"\nto = \"%s\"\n"
                .formatted(name, mode, listen, to);
    }

    private static InetSocketAddress addressOf(PythonServiceManager manager) throws IOException {
        manager.awaitLog("tunnel out: listening on ");
        Matcher said = Pattern.compile("tunnel out: listening on 127\\.0\\.0\\.1:(\\d+),")
                .matcher(manager.log());
        assertThat(said.find()).isTrue();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(said.group(1)));
    }

    /** HotSpot's nanoTime is this clock on Linux. */
    private static long monotonicMicros() {
        return System.nanoTime() / 1000;
    }
}
