package io.saltunnel.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: a program whose log isn't read continues, and ends with the first signal. */
class StuckLogReaderIT {

    /** Some lines of 150 bytes fill a pipe of 64 KiB; these are several times as many. */
    private static final int CONNECTIONS = 3000;

    @TempDir
    private Path directory;

    private Path key;

    @BeforeEach
    void makeKey() throws IOException {
        key = Files.writeString(directory.resolve("key"), "0123456789abcdef".repeat(2));
    }

    @Test
    void tunnelsGoOnAndTheFirstSignalEndsTheProgram() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Muted server = new Muted(CliProcess.command(
                        "server",
                        "--access-log",
                        "--grace",
                        "0",
                        "-k",
                        key.toString(),
                        "127.0.0.1:0",
                        "127.0.0.1:" + target.getLocalPort()));
                CliProcess client =
                        CliProcess.start("client", "-k", key.toString(), "127.0.0.1:0", "127.0.0.1:" + server.port);
                Socket application = new Socket(InetAddress.getLoopbackAddress(), client.awaitPort())) {
            target.setSoTimeout((int) (CliProcess.PATIENCE_SECONDS * 1000));
            application.setSoTimeout((int) (CliProcess.PATIENCE_SECONDS * 1000));
            application.getOutputStream().write(1);
            try (Socket accepted = target.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo(1);
                for (int i = 0; i < CONNECTIONS; i++) {
                    new Socket(InetAddress.getLoopbackAddress(), server.port).close();
                }
                accepted.getOutputStream().write(2);
                assertThat(application.getInputStream().read()).isEqualTo(2);
                assertThat(server.exitCodeAfter("TERM")).isZero();
            }
        }
    }

    /** A program whose standard error is read up to the line with the address that it listens on, and no further. */
    private static final class Muted implements AutoCloseable {
        final Process process;
        final int port;

        Muted(ProcessBuilder command) throws IOException {
            process = command.start();
            InputStream errors = process.getErrorStream();
            StringBuilder said = new StringBuilder();
            while (said.indexOf("forwarding") < 0 || said.charAt(said.length() - 1) != '\n') {
                int next = errors.read();
                assertThat(next).as(said.toString()).isNotEqualTo(-1);
                said.append((char) next);
            }
            port = Integer.parseInt(said.toString().replaceAll("(?s).*listening on \\S+:(\\d+),.*", "$1"));
        }

        int exitCodeAfter(String signal) throws IOException, InterruptedException {
            Process kill = new ProcessBuilder("sh", "-c", "kill -s " + signal + " " + process.pid()).start();
            assertThat(kill.waitFor()).isZero();
            assertThat(process.waitFor(CliProcess.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
