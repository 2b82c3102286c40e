package io.saltunnel.it.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program's messages and exit codes, as its users see them. */
@Tag("jdk-independent")
class CommandLineIT {

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    client -k KEY -m 0 127.0.0.1:0 127.0.0.1:80     | 2 | less than 1
                    client -k KEY -t -1 127.0.0.1:0 127.0.0.1:80    | 2 | less than 0 seconds
                    client -k KEY 127.0.0.1:65536 127.0.0.1:80      | 2 | not between 0 and 65535
                    client -k KEY 127.0.0.1:0 127.0.0.1:0           | 2 | port 0
                    server -k KEY 127.0.0.1:0 nonsense              | 2 | has no port
                    client -k KEY 127.0.0.1:0                       | 2 | missing: <toip>:<toport>
                    client 127.0.0.1:0 127.0.0.1:80                 | 2 | missing: -k <keyfile>
                    fly                                             | 2 | unknown command 'fly'
                    client -k /nonexistent/key 127.0.0.1:0 127.0.0.1:80 | 1 | /nonexistent/key
                    client -k /tmp 127.0.0.1:0 127.0.0.1:80         | 1 | /tmp
                    client -k KEY 192.0.2.1:7000 127.0.0.1:80       | 1 | cannot listen on 192.0.2.1:7000
                    """)
    void everyMistakeHasItsMessage(String arguments, int exitCode, String message) throws Exception {
        Finished finished = Program.run(
                arguments.replace("KEY", processes.keyFile().toString()).split(" "));
        assertThat(finished.errors())
                .startsWith("saltunnel: ")
                .contains(message)
                .doesNotContain("\tat ");
        assertThat(finished.output()).isEmpty();
        assertThat(finished.exitCode()).isEqualTo(exitCode);
        assertThat(finished.errors().contains("Usage:")).isEqualTo(exitCode == 2);
        if (exitCode == 1) {
            assertThat(finished.errors().lines()).hasSize(1);
        }
    }

    @Test
    void aPortInUse() throws Exception {
        try (ServerSocket taken = Sockets.listen()) {
            Finished finished = Program.run(
                    "server",
                    "-k",
                    processes.keyFile().toString(),
                    Processes.text(Sockets.address(taken)),
                    "127.0.0.1:80");
            assertThat(finished.errors().strip().lines())
                    .singleElement()
                    .asString()
                    .contains("the port is in use");
            assertThat(finished.exitCode()).isOne();
        }
    }

    /** The shell makes the bytes: the test may have no locale either. */
    @Test
    void aPathThatTheLocaleHasNoCharactersForIsExplained() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "key=$1; shift; exec env LC_ALL=C \"$@\" client -k \"$key\" \"unix:/tmp/$(printf '\\303\\251').sock\" 127.0.0.1:9",
                "sh",
                processes.keyFile().toString()));
        command.addAll(Program.command(List.of()));
        Finished finished = Program.runToEnd(command, "");
        assertThat(finished.errors())
                .contains("has characters that the locale doesn't have: set LC_ALL=C.UTF-8")
                .doesNotContain("internal error");
        assertThat(finished.exitCode()).isEqualTo(2);
    }

    @Test
    void keysAreMadeShownAndReadWithoutNetty() throws Exception {
        Path key = processes.folder().resolve("made");
        Path classes = processes.folder().resolve("classes");
        String logClasses = "-Xlog:class+load:file=" + classes;

        Finished made = Program.runToEnd(Program.command(List.of("key", "generate", key.toString()), logClasses), "");
        assertThat(made).isEqualTo(new Finished(0, "", ""));
        byte[] bytes = Files.readAllBytes(key);
        assertThat(bytes).hasSize(Processes.KEY_BYTES);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(classes)).contains("io.saltunnel.cli").doesNotContain("io.netty");

        Finished again = Program.run("key", "generate", key.toString());
        assertThat(again.exitCode()).isOne();
        assertThat(again.errors().lines()).singleElement().asString().contains("exists already");
        assertThat(Files.readAllBytes(key)).isEqualTo(bytes);

        Finished shown = Program.run("key", "export", key.toString());
        String checksum = "Checksum: "
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        assertThat(shown.output().strip()).matches("([0-9A-F]{4}-){15}[0-9A-F]{4}");
        assertThat(shown.errors().strip()).isEqualTo(checksum);

        Path copy = processes.folder().resolve("copy");
        String typed = shown.output().toLowerCase(Locale.ROOT).replaceFirst("-", " ");
        Finished read = Program.runToEnd(Program.command(List.of("key", "import", copy.toString())), typed);
        assertThat(read).isEqualTo(new Finished(0, "", checksum + System.lineSeparator()));
        assertThat(Files.readAllBytes(copy)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:0", "localhost:0", "[::1]:0", ":0", "0.0.0.0:0", "[::]:0"})
    void everyWayToWriteAnAddressToListenOn(String from) throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.start("server", from, Processes.text(target.address()));
            assertThat(server.address().getPort()).isPositive();
            String name = from.startsWith("[::") ? "[::1]" : "localhost";
            SaltunnelProcess client = processes.start(
                    "client", "127.0.0.1:0", name + ":" + server.address().getPort());
            try (Socket application = Sockets.connect(client.address())) {
                application.getOutputStream().write(4);
                assertThat(application.getInputStream().read()).isEqualTo(4);
            }
        }
    }

    @Test
    void noSecretIsToldHoweverMuchIsAskedFor() throws Exception {
        String secret = "the quick brown secret";
        try (EchoTarget target = EchoTarget.start()) {
            TunnelPair tunnel = processes.tunnel(target.address(), "-vv");
            try (Socket application = tunnel.connect()) {
                application.getOutputStream().write(secret.getBytes(UTF_8));
                application.shutdownOutput();
                assertThat(application.getInputStream().readAllBytes())
                        .asString()
                        .isEqualTo(secret);
            }
            tunnel.client().awaitLine("done");
            String key = HexFormat.of().formatHex(Files.readAllBytes(processes.keyFile()));
            String said = String.join("\n", tunnel.client().lines())
                    + String.join("\n", tunnel.server().lines());
            assertThat(said).doesNotContain(secret);
            assertThat(said.toLowerCase(Locale.ROOT).replaceAll("[^0-9a-f]", ""))
                    .doesNotContain(key.substring(0, 24));
        }
    }
}
