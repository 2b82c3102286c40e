package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** What a configuration file says, and what is said about it. */
class ConfigFileTest {

    @TempDir
    private Path directory;

    @Test
    void holdsEveryOptionOfATunnel() throws IOException {
        CommandSpec client = parsed("""
                # a client
                k = /etc/key
                from = 127.0.0.1:1
                to   = [::1]:2
                t = 2.5
                m = 7
                grace = 0
                handshake-timeout = 3
                transport = nio
                no-keepalive
                keepalive = 30,5,3
                user-timeout = 90
                require-mlock = false
                self-test

                allow-from = 10.0.0.0/8,::1
                allow-from = 192.0.2.1
                idle-timeout = 60
                bandwidth = 500k
                total-bandwidth = 2M
                access-log
                accept-proxy = true
                failover = rr
                connect-patience = 5
                proxy-header = true
                stage = banner=a, b
                stage = other
                """);
        client.options().stream()
                .filter(option -> !option.longestName().matches("--(help|version|config|verbose|quiet)"))
                .forEach(option -> assertThat(value(option))
                        .as(option.longestName())
                        .isNotEqualTo(option.longestName().equals("--require-mlock")));
        assertThat(value(client.findOption("-m"))).isEqualTo(7);
        assertThat(value(client.findOption("--allow-from"))).hasToString("[10.0.0.0/8, ::1, 192.0.2.1]");
        assertThat(value(client.findOption("--stage"))).hasToString("[banner=a, b, other]");
        assertThat(value(client.findOption("--no-keepalive"))).isEqualTo(true);
        assertThat(value(client.findOption("--keepalive")))
                .isEqualTo(new KeepAliveTimes(Duration.ofSeconds(30), Duration.ofSeconds(5), 3));
        assertThat(value(client.findOption("--user-timeout"))).isEqualTo(Duration.ofSeconds(90));
        assertThat(value(client.positionalParameters().get(0))).isEqualTo("127.0.0.1:1");
        assertThat(value(client.positionalParameters().get(1))).isEqualTo("[::1]:2");
    }

    @Test
    void mayBeginWithAByteOrderMarkAndEndLinesAsOnWindows() throws IOException {
        CommandSpec client = parsed("\uFEFFm = 7\r\nk = /a\r\nfrom = :1\r\nto = a:2");
        assertThat(value(client.findOption("-m"))).isEqualTo(7);
        assertThat(value(client.positionalParameters().get(1))).isEqualTo("a:2");
    }

    @Test
    void theCommandLineComesFirst() throws IOException {
        CommandSpec client = parsed(
                "k = /a\nm = 7\nfrom = :1\nto = a:2\naccess-log\nallow-from = 10.0.0.0/8\n",
                "-m",
                "8",
                "--access-log",
                "--allow-from=::1",
                "--proxy-header",
                ":3",
                "b:4");
        assertThat(value(client.findOption("-m"))).isEqualTo(8);
        assertThat(value(client.findOption("--access-log"))).isEqualTo(true);
        assertThat(value(client.findOption("--proxy-header"))).isEqualTo(true);
        assertThat(value(client.findOption("--allow-from"))).hasToString("[::1]");
        assertThat(value(client.positionalParameters().get(0))).isEqualTo(":3");
        assertThat(value(client.positionalParameters().get(1))).isEqualTo("b:4");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    grase = 3               | 1: unknown option 'grase'
                    -m = 3                  | 1: unknown option '-m'
                    help                    | 1: unknown option 'help'
                    config = other          | 1: unknown option 'config'
                    m                       | 1: option 'm' needs a value
                    m =                     | 1: option 'm' needs a value
                    access-log = yes        | 1: option 'access-log' needs true or false
                    m = 3;#;m = 4           | 3: option 'm' is given on line 1 already
                    """)
    void saysWhatIsWrongAndWhere(String lines, String message) throws IOException {
        Path file = Files.writeString(directory.resolve("config"), lines.replace(';', '\n'));
        CommandRun run = CommandRun.of("client", "--config", file.toString(), "-k", "k", ":1", "b:2");
        assertThat(run.firstErrorLine()).isEqualTo("saltunnel: " + file + ":" + message);
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void checksValuesAsOnTheCommandLine() throws IOException {
        Path file = Files.writeString(directory.resolve("config"), "m = many\n");
        CommandRun run = CommandRun.of("server", "--config=" + file, "-k", "k", ":1", "b:2");
        assertThat(run.firstErrorLine()).contains("'many' is not a whole number");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void saysWhatAStageOrANetworkIsNot() throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef".repeat(2));
        CommandRun network = CommandRun.of("client", "-q", "-k", key.toString(), "--allow-from=10/8", ":0", "a:1");
        assertThat(network.firstErrorLine()).startsWith("saltunnel: '10/8' is not a network");
        assertThat(network.exitCode()).isEqualTo(2);
        CommandRun stage = CommandRun.of("client", "-q", "-k", key.toString(), "--stage=frobnicate=1", ":0", "a:1");
        assertThat(stage.firstErrorLine()).isEqualTo("saltunnel: there is no stage 'frobnicate'; none is on the path");
        assertThat(stage.exitCode()).isEqualTo(2);
    }

    private static Object value(ArgSpec argument) {
        return argument.getValue();
    }

    private CommandSpec parsed(String content, String... more) throws IOException {
        Path file = Files.writeString(directory.resolve("config"), content);
        String[] arguments = new String[more.length + 3];
        arguments[0] = "client";
        arguments[1] = "--config";
        arguments[2] = file.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        CommandLine commandLine = Program.commandLine(StandardStreams.ofProcess(), arguments);
        return commandLine.parseArgs(arguments).subcommand().commandSpec();
    }
}
