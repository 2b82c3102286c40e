package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Goal: a key is replaced on a server and its clients, which go on connecting all the time, and no connection fails. */
class KeyRotationIT {

    private static final int LOADS_PER_CLIENT = 2;

    @RegisterExtension
    final Processes processes = Processes.perTest();

    /** One process with one tunnel, whose configuration file the test changes. */
    private final class End {
        private final String name;
        private final String tunnel;
        private final SaltunnelProcess program;
        private int reloads;

        End(String name, String mode, String listen, String to, String keys) throws IOException {
            this.name = name;
            this.tunnel = "[[tunnel]]\nname = \"%s\"\nmode = \"%s\"\nlisten = \"%s\"\nto = \"%s\"\naccess-log = true\n"
                    .formatted(name, mode, listen, to);
            write(keys);
            program = processes.start(name, Program.command(List.of("run", "-c", file().toString())));
            program.startLine();
        }

        private Path file() throws IOException {
            return processes.folder().resolve(name + ".toml");
        }

        private void write(String keys) throws IOException {
            Files.writeString(file(), tunnel + keys + "\n");
        }

        void change(String keys) throws Exception {
            write(keys);
            program.signal("HUP");
            reloads++;
            assertThat(program.awaitLines("reloaded", reloads).get(reloads - 1))
                    .endsWith("0 tunnels started, 1 changed, 0 stopped, 0 as before");
        }

        InetSocketAddress address() {
            String line = program.startLine();
            int port = Integer.parseInt(line.replaceAll(".*listening on 127\\.0\\.0\\.1:(\\d+),.*", "$1"));
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }

        void awaitKey(String key) {
            program.awaitLine(" key_name=" + key);
        }
    }

    /** Connections through a client, one after another. */
    private static final class Load {
        private final InetSocketAddress client;
        private final AtomicBoolean stop;
        private final AtomicLong done = new AtomicLong();
        private final Task<Void> task;

        Load(InetSocketAddress client, AtomicBoolean stop) {
            this.client = client;
            this.stop = stop;
            this.task = Task.start(this::run);
        }

        private Void run() throws IOException {
            while (!stop.get()) {
                byte[] sent = Long.toString(done.get()).getBytes(StandardCharsets.US_ASCII);
                try (Socket socket = Sockets.connect(client)) {
                    socket.getOutputStream().write(sent);
                    socket.shutdownOutput();
                    assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
                }
                done.incrementAndGet();
            }
            return null;
        }

        /** Waits for one that began after this call, and so after all earlier ones. */
        void awaitAnother() {
            long before = done.get();
            Patience.await("two more connections").until(() -> done.get() >= before + 2 || !isRunning());
        }

        private boolean isRunning() {
            return !task.isDone();
        }

        void end() throws Exception {
            task.result();
        }
    }

    private String key(String name) throws IOException {
        byte[] key = new byte[Processes.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        processes.keyFile(name + ".key", key);
        return "\"" + name + ".key\"";
    }

    @Test
    void noConnectionFailsWhileTwoClientsChangeFromOneKeyToAnother() throws Exception {
        String old = key("old");
        String next = key("new");
        try (EchoTarget target = EchoTarget.start()) {
            End server = new End(
                    "server", "server", "127.0.0.1:0", Processes.text(target.address()), "keys = [" + old + "]");
            String toServer = Processes.text(server.address());
            List<End> clients = List.of(
                    new End("one", "client", "127.0.0.1:0", toServer, "key = " + old),
                    new End("two", "client", "127.0.0.1:0", toServer, "key = " + old));
            AtomicBoolean stop = new AtomicBoolean();
            List<Load> loads = new ArrayList<>();
            for (End client : clients) {
                for (int i = 0; i < LOADS_PER_CLIENT; i++) {
                    loads.add(new Load(client.address(), stop));
                }
            }
            loads.forEach(Load::awaitAnother);
            server.change("keys = [" + next + ", " + old + "]");
            loads.forEach(Load::awaitAnother);
            for (End client : clients) {
                client.change("key = " + next);
                client.awaitKey("new");
                loads.forEach(Load::awaitAnother);
            }
            server.change("keys = [" + next + "]\nrevoke = \"now\"");
            assertThat(server.program.awaitLine("reset, because their keys were removed"))
                    .endsWith(": no connection");
            loads.forEach(Load::awaitAnother);
            stop.set(true);
            for (Load load : loads) {
                load.end();
            }
            for (SaltunnelProcess each : List.of(server.program, clients.get(0).program, clients.get(1).program)) {
                each.awaitLine(" key_name=new");
                assertThat(each.linesWith("outcome=")).allMatch(line -> line.contains("outcome=completed"));
                assertThat(each.linesWith("key_name=old")).isNotEmpty();
            }
        }
    }

    @Test
    void keysOfADirectoryAreRevokedWithTheirConnectionsAtOnceOrLater() throws Exception {
        Path keys = Files.createDirectory(processes.folder().resolve("keys.d"));
        List<String> names = List.of("kept", "leaked", "retired");
        List<String> settings = new ArrayList<>();
        for (String name : names) {
            settings.add("key = " + key(name));
            Files.copy(
                    processes.folder().resolve(name + ".key"),
                    keys.resolve(name + ".key"),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        String later = "keys = \"keys.d\"";
        String now = later + "\nrevoke = \"now\"";
        try (EchoTarget target = EchoTarget.start()) {
            End server = new End("server", "server", "127.0.0.1:0", Processes.text(target.address()), now);
            assertThat(server.program.startLine())
                    .matches(".*, keys kept [0-9a-f]{8}, leaked [0-9a-f]{8}, retired [0-9a-f]{8}");
            String toServer = Processes.text(server.address());
            List<End> clients = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                clients.add(new End(names.get(i), "client", "127.0.0.1:0", toServer, settings.get(i)));
            }
            try (Socket ofKept = Sockets.connect(clients.get(0).address());
                    Socket ofLeaked = Sockets.connect(clients.get(1).address());
                    Socket ofRetired = Sockets.connect(clients.get(2).address())) {
                echo(ofKept);
                echo(ofLeaked);
                echo(ofRetired);
                Files.delete(keys.resolve("leaked.key"));
                server.change(now);
                assertThat(Sockets.readToEnd(ofLeaked).ending()).isEqualTo(Sockets.Ending.RESET);
                Files.delete(keys.resolve("retired.key"));
                server.change(later);
                assertThat(server.program.awaitLine("open under removed keys: "))
                        .contains(": 1 of retired ");
                echo(ofRetired);
                server.change(now); // the key was removed by the change before
                assertThat(Sockets.readToEnd(ofRetired).ending()).isEqualTo(Sockets.Ending.RESET);
                echo(ofKept);
            }
            assertThat(server.program.awaitLines("outcome=reset key=", 2))
                    .noneMatch(line -> line.contains("key_name=kept"));
        }
    }

    private static void echo(Socket socket) throws IOException {
        socket.getOutputStream().write(9);
        assertThat(socket.getInputStream().read()).isEqualTo(9);
    }
}
