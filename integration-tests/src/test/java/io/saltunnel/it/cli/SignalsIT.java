package io.saltunnel.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: the first signal ends a program in order and with 0, the second at once and with the signal's code. */
@EnabledOnOs(OS.LINUX)
class SignalsIT {

    /** The process that runs the tests may ignore some signals, as under nohup, and its children would inherit that. */
    private static final List<String> ALL_SIGNALS = List.of("env", "--default-signal=INT,HUP");

    @TempDir
    private Path directory;

    private Path key;

    @BeforeEach
    void makeKey() throws IOException {
        key = Files.writeString(directory.resolve("key"), "0123456789abcdef".repeat(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void theFirstSignalStopsAnIdleProgram(String signal) throws Exception {
        try (CliProcess client = CliProcess.startWith(
                ALL_SIGNALS, List.of(), "client", "-k", key.toString(), "127.0.0.1:0", "127.0.0.1:9")) {
            client.awaitPort();
            client.signal(signal);
            assertThat(client.awaitExit()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void theSecondSignalEndsABusyProgramAtOnce(String signal, int exitCode) throws Exception {
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                CliProcess server = CliProcess.start(
                        "server", "-k", key.toString(), "127.0.0.1:0", "127.0.0.1:" + target.getLocalPort());
                CliProcess client = CliProcess.startWith(
                        ALL_SIGNALS,
                        List.of(),
                        "client",
                        "--grace",
                        "3600",
                        "-k",
                        key.toString(),
                        "127.0.0.1:0",
                        "127.0.0.1:" + server.awaitPort());
                Socket application = new Socket(InetAddress.getLoopbackAddress(), client.awaitPort())) {
            application.getOutputStream().write(1);
            target.setSoTimeout((int) (CliProcess.PATIENCE_SECONDS * 1000));
            try (Socket accepted = target.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo(1);
                client.signal(signal);
                client.awaitErrorLine("stopping");
                // The connection continues while the program waits for its end.
                application.getOutputStream().write(2);
                assertThat(accepted.getInputStream().read()).isEqualTo(2);
                client.signal(signal);
                assertThat(client.awaitExit()).isEqualTo(exitCode);
            }
        }
    }

    /** SIGUSR2 is HotSpot's own, unless the environment names another signal, as the launcher does. */
    @ParameterizedTest
    @CsvSource({"USR1,", "USR2,", "USR2, 16"})
    void aUserSignalEndsNothing(String signal, String signalOfHotSpot) throws Exception {
        List<String> prefix = signalOfHotSpot == null
                ? List.of("env", "-u", "_JAVA_SR_SIGNUM")
                : List.of("env", "_JAVA_SR_SIGNUM=" + signalOfHotSpot);
        try (CliProcess client =
                CliProcess.startWith(prefix, List.of(), "client", "-k", key.toString(), "127.0.0.1:0", "127.0.0.1:9")) {
            int port = client.awaitPort();
            client.signal(signal);
            if (signal.equals("USR1") || signalOfHotSpot != null) {
                client.awaitErrorLine("1 tunnel, 0 connections open, up for 0 d 00:0");
                client.awaitErrorLine("client on 127.0.0.1:" + port + " to 127.0.0.1:9: 0 of 100 open, 0 finished");
            }
            client.signal(signal);
            client.signal("TERM");
            assertThat(client.awaitExit()).isZero();
        }
    }

    @Test
    void theProgramEndsByItselfWhenItsConnectionsHave() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                CliProcess server = CliProcess.start(
                        "server", "-k", key.toString(), "127.0.0.1:0", "127.0.0.1:" + target.getLocalPort());
                CliProcess client = CliProcess.startWith(
                        ALL_SIGNALS,
                        List.of(),
                        "client",
                        "--grace",
                        "3600",
                        "-k",
                        key.toString(),
                        "127.0.0.1:0",
                        "127.0.0.1:" + server.awaitPort());
                Socket application = new Socket(InetAddress.getLoopbackAddress(), client.awaitPort())) {
            application.getOutputStream().write(1);
            target.setSoTimeout((int) (CliProcess.PATIENCE_SECONDS * 1000));
            Socket accepted = target.accept();
            assertThat(accepted.getInputStream().read()).isEqualTo(1);
            client.signal("TERM");
            client.awaitErrorLine("stopping");
            application.shutdownOutput();
            assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            accepted.close();
            assertThat(client.awaitExit()).isZero();
        }
    }
}
