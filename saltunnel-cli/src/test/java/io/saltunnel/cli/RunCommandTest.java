package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps the tunnels of a file from starting; how they run, the whole-process tests show. */
class RunCommandTest {

    @TempDir
    private Path directory;

    @Test
    void startsNoneIfOneCantBeStartedAndSaysEachReason() throws IOException {
        try (ServerSocket one = listen(0);
                ServerSocket other = listen(0)) {
            int freePort = freePort();
            Path file = ConfigFolder.in(directory)
                    .main("[process]\nverbosity = \"quiet\"\n" + tunnel("a", one.getLocalPort()) + tunnel("b", freePort)
                            + tunnel("c", other.getLocalPort()));
            CommandRun run = CommandRun.of("run", "-c", file.toString());
            assertThat(run.err().lines())
                    .containsExactly(
                            "saltunnel: tunnel a: cannot listen on 127.0.0.1:" + one.getLocalPort()
                                    + ": the port is in use",
                            "saltunnel: tunnel c: cannot listen on 127.0.0.1:" + other.getLocalPort()
                                    + ": the port is in use");
            assertThat(run.exitCode()).isEqualTo(1);
            listen(freePort).close(); // its tunnel has ended too
        }
    }

    @Test
    void saysAllThatIsWrongWithTheFile() throws IOException {
        Path file = ConfigFolder.in(directory).main("[[tunnel]]\nname = 3\n");
        CommandRun run = CommandRun.of("run", "--config", file.toString());
        assertThat(run.err().lines())
                .containsExactly(
                        "saltunnel: " + file + ":1:1: this tunnel has no 'mode', no 'listen', no 'to', no 'key'",
                        "saltunnel: " + file + ":2:8: the name of a tunnel has 1 to 64 letters, digits, dots, dashes"
                                + " and underscores, in quotes");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = listen(0)) {
            return socket.getLocalPort();
        }
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    private static String tunnel(String name, int port) {
        return "[[tunnel]]\nname = \"%s\"\nlisten = \"127.0.0.1:%d\"\nto = \"127.0.0.1:9\"\n".formatted(name, port)
                + ConfigFolder.CLIENT;
    }
}
