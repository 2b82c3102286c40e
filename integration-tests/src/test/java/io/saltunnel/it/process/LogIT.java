package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.Sockets.Ending;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Goal: an operator finds in the log what happened, in the format that the reader of the log wants. */
@Tag("jdk-independent")
class LogIT {

    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) ";

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @Test
    void aLineHasTheTimeWithItsZoneAndTheNumberOfItsConnection() throws Exception {
        SaltunnelProcess client = processes.client(Sockets.closedPort());
        assertThat(client.startLine()).matches(TIME + "saltunnel: listening on .*");
        assertThat(Sockets.endingOf(client.address())).isEqualTo(Ending.RESET);
        assertThat(client.awaitLine("can't connect"))
                .matches(TIME + "saltunnel: warning: 127\\.0\\.0\\.1:\\d+ #1: can't connect to .*: connection refused");
    }

    @Test
    void aServerSaysAtTheDefaultLevelThatItRefusesAnotherKey() throws Exception {
        byte[] other = new byte[Processes.KEY_BYTES];
        Arrays.fill(other, 1, other.length, (byte) 7);
        String otherKey = processes.keyFile("other", other).toString();
        SaltunnelProcess server = processes.server(Sockets.closedPort());
        SaltunnelProcess client = processes.start(
                "client",
                Program.command(List.of(
                        "client",
                        "-k",
                        otherKey,
                        "--handshake-timeout",
                        "0.5",
                        "127.0.0.1:0",
                        Processes.text(server.address()))));
        assertThat(Sockets.endingOf(client.address())).isEqualTo(Ending.RESET);
        assertThat(server.awaitLine("refused: "))
                .matches(TIME + "saltunnel: 127\\.0\\.0\\.1:\\d+ #1: refused: .*the peer has another key.*");
    }

    @Test
    void underTheJournalLinesHavePrioritiesAndNoTime() throws Exception {
        List<String> journal = List.of(
                "sh",
                "-c",
                "JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2); export JOURNAL_STREAM; exec \"$@\"",
                "sh");
        SaltunnelProcess client =
                processes.startBy(journal, "client", "127.0.0.1:0", Processes.text(Sockets.closedPort()));
        assertThat(client.startLine()).startsWith("<6>listening on ");
        assertThat(Sockets.endingOf(client.address())).isEqualTo(Ending.RESET);
        assertThat(client.awaitLine("can't connect")).startsWith("<4>127.0.0.1:");
    }

    @Test
    void jsonIsAnObjectALineErrorsIncluded() throws Exception {
        SaltunnelProcess client = processes.client(Sockets.closedPort(), "--log-format", "json");
        assertThat(client.startLine())
                .matches("\\{\"timestamp\":\\d{13},\"level\":\"INFO\",.*\"formattedMessage\":\"listening on [^\"]*\"}");
        try (ServerSocket taken = Sockets.listen()) {
            Finished failed = Program.run(
                    "server",
                    "-k",
                    processes.keyFile().toString(),
                    "--log-format",
                    "json",
                    Processes.text(Sockets.address(taken)),
                    "127.0.0.1:80");
            assertThat(failed.errors().strip())
                    .matches(
                            "\\{.*\"level\":\"ERROR\",.*\"formattedMessage\":\"cannot listen on .*: the port is in use\"}");
            assertThat(failed.exitCode()).isOne();
        }
    }

    @Test
    void theStackTraceOfAFailureIsJsonToo() throws Exception {
        try (ServerSocket taken = Sockets.listen()) {
            Finished failed = Program.run(
                    "server",
                    "-vv",
                    "-k",
                    processes.keyFile().toString(),
                    "--log-format",
                    "json",
                    Processes.text(Sockets.address(taken)),
                    "127.0.0.1:80");
            assertThat(failed.errors().strip().lines()).allMatch(line -> line.matches("\\{.*}"));
            assertThat(failed.errors()).contains("\"stepArray\"");
        }
    }

    @Test
    void linesOfATunnelBeginWithItsName() throws Exception {
        Path file = Files.writeString(
                processes.folder().resolve("saltunnel.toml"),
                "[process]\nverbosity = \"verbose\"\n[[tunnel]]\nname = \"web\"\nmode = \"client\"\nlisten = \"127.0.0.1:0\"\nto = \""
                        + Processes.text(Sockets.closedPort()) + "\"\nkey = \"" + processes.keyFile() + "\"\n");
        List<String> command = new ArrayList<>(Program.command(List.of("run", "-c", file.toString())));
        SaltunnelProcess program = processes.start("run", command);
        try (Socket application = Sockets.connect(program.address())) {
            assertThat(application.isConnected()).isTrue();
            assertThat(program.awaitLine("can't connect"))
                    .matches(TIME + "WARN  tunnel web: 127\\.0\\.0\\.1:\\d+ #1: can't connect to .*");
        }
    }
}
