package io.saltunnel.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: if too little memory may be locked, the program says so and what to do, and the tunnel works; with
 * {@code --require-mlock} it doesn't start.
 */
@EnabledOnOs(OS.LINUX)
class MemoryLockIT {

    private static final String ADVICE =
            "2162688 bytes are wanted, 65536 are allowed; raise the limit with `ulimit -l 2112` (shell), "
                    + "`LimitMEMLOCK=2162688` (systemd) or `--ulimit memlock=2162688` (docker)";

    private static final int CONNECTIONS = 60;

    @TempDir
    private Path directory;

    private Path key;

    @BeforeEach
    void makeKey() throws IOException {
        key = Files.writeString(directory.resolve("key"), "0123456789abcdef".repeat(2));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void warnsAndWorksAtALowLimit() throws Exception {
        List<String> limit = CliProcess.lockLimit(64);
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                CliProcess server = CliProcess.startWith(
                        limit,
                        List.of(),
                        "server",
                        "-k",
                        key.toString(),
                        "127.0.0.1:0",
                        "127.0.0.1:" + target.getLocalPort())) {
            assertThat(server.awaitErrorLine("warning"))
                    .contains(" saltunnel: warning: ")
                    .endsWith(ADVICE);
            int serverPort = server.awaitPort();
            try (CliProcess client = CliProcess.startWith(
                            limit,
                            List.of(),
                            "client",
                            "-k",
                            key.toString(),
                            "127.0.0.1:0",
                            "127.0.0.1:" + serverPort);
                    Socket application = new Socket(InetAddress.getLoopbackAddress(), client.awaitPort())) {
                application.getOutputStream().write("over unlocked memory".getBytes(StandardCharsets.US_ASCII));
                application.shutdownOutput();
                target.setSoTimeout((int) (CliProcess.PATIENCE_SECONDS * 1000));
                try (Socket accepted = target.accept()) {
                    accepted.setSoTimeout((int) (CliProcess.PATIENCE_SECONDS * 1000));
                    assertThat(accepted.getInputStream().readAllBytes())
                            .asString()
                            .isEqualTo("over unlocked memory");
                }
            }
        }
    }

    @Test
    void refusesToStartWhereLocksAreRequired() throws Exception {
        try (CliProcess server = CliProcess.startWith(
                CliProcess.lockLimit(64),
                List.of(),
                "server",
                "--require-mlock",
                "-k",
                key.toString(),
                "127.0.0.1:0",
                "127.0.0.1:9")) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.error())
                    .startsWith("saltunnel: ")
                    .endsWith(ADVICE)
                    .doesNotContain("\n");
        }
    }

    /** The target never reads, so data for it stays in the server until locked memory is used up. */
    @Test
    void saysThatConnectionsAreRefusedWhereLocksAreRequiredAndNotEnough() throws Exception {
        List<Socket> applications = new ArrayList<>();
        try (ServerSocket target = new ServerSocket(0, CONNECTIONS, InetAddress.getLoopbackAddress());
                CliProcess server = CliProcess.startWith(
                        CliProcess.lockLimit(2560),
                        List.of(),
                        "server",
                        "--require-mlock",
                        "-k",
                        key.toString(),
                        "127.0.0.1:0",
                        "127.0.0.1:" + target.getLocalPort());
                CliProcess client = CliProcess.start(
                        "client", "-k", key.toString(), "127.0.0.1:0", "127.0.0.1:" + server.awaitPort())) {
            int port = client.awaitPort();
            for (int i = 0; i < CONNECTIONS; i++) {
                Socket application = new Socket(InetAddress.getLoopbackAddress(), port);
                applications.add(application);
                Thread sender = new Thread(() -> sendUntilItFails(application), "application " + i);
                sender.setDaemon(true);
                sender.start();
            }
            assertThat(server.awaitErrorLine("refused or cut off"))
                    .contains("(--require-mlock)", "2621440 are allowed", "ulimit -l ", "-m")
                    .doesNotContain("may be swapped");
        } finally {
            for (Socket application : applications) {
                application.close();
            }
        }
    }

    private static void sendUntilItFails(Socket application) {
        try {
            byte[] much = new byte[64 << 10];
            while (!application.isClosed()) {
                application.getOutputStream().write(much);
            }
        } catch (IOException e) {
            assertThat(application).isNotNull(); // it was refused, or the test is over
        }
    }

    @Test
    void startsWhereLocksAreRequiredAndAllowed() throws Exception {
        try (CliProcess server = CliProcess.startWith(
                CliProcess.lockLimit(4096),
                List.of(),
                "server",
                "--require-mlock",
                "-k",
                key.toString(),
                "127.0.0.1:0",
                "127.0.0.1:9")) {
            assertThat(server.awaitPort()).isPositive();
        }
    }
}
