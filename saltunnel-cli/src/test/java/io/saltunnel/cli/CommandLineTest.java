package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every mistake has its own message, with usage and 2; help and version are answered everywhere, with 0. */
class CommandLineTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    ""                                          | no command given
                    -v                                          | no command given
                    key                                         | no command given
                    serve                                       | unknown command 'serve': did you mean 'server'?
                    key make                                    | unknown command 'make'
                    --quit                                      | unknown option '--quit': did you mean '--quiet'?
                    client                                      | missing: -k <keyfile>, <fromip>:<fromport>, <toip>:<toport>
                    client -k k                                 | missing: <fromip>:<fromport>
                    client -k k :1                              | missing: <toip>:<toport>
                    server :1 b:2                               | missing: -k <keyfile>
                    server -k k :1 b:2 c:3                      | unexpected argument 'c:3'
                    server -k                                   | option '-k' needs a value: <keyfile>
                    server -t 1 -t 2 -k k :1 b:2                 | option '-t' is given more than once
                    client -x                                   | unknown option '-x'
                    client --frobnicate -k k :1 b:2             | unknown option '--frobnicate'
                    client -k k -m 0 :1 b:2                     | invalid value for option '-m': '0' is less than 1
                    client -k k -m -5 :1 b:2                    | invalid value for option '-m': '-5' is less than 1
                    client -k k -m many :1 b:2                  | invalid value for option '-m': 'many' is not a whole number
                    client -k k -m 1.5 :1 b:2                   | invalid value for option '-m': '1.5' is not a whole number
                    client -k k -m 99999999999 :1 b:2           | invalid value for option '-m': '99999999999' is more than 1000000
                    client -k k -t -1 :1 b:2                    | invalid value for option '-t': '-1' is less than 0 seconds
                    client -k k -t 0 :1 b:2                     | invalid value for option '-t': '0' is not more than 0 seconds
                    client -k k -t soon :1 b:2                  | invalid value for option '-t': 'soon' is not a number of seconds, nor a time such as 500ms, 30s, 5m or 1h
                    client -k k --grace -1 :1 b:2               | invalid value for option '--grace': '-1' is less than 0 seconds
                    client -k k --handshake-timeout 0 :1 b:2    | invalid value for option '--handshake-timeout': '0' is not more than 0 seconds
                    client -k k --transport tcp :1 b:2          | 'tcp' is not a transport: choose among auto, epoll, io_uring, kqueue, nio
                    client -k k --protocol any :1 b:2           | 'any' is not a version of the protocol that a client speaks: choose 1 or 2
                    server -k k --protocol 3 :1 b:2             | '3' is not a version of the protocol that a server takes: choose any, 1 or 2
                    client -k k --first-bytes ascii :1 b:2      | 'ascii' is nothing that a connection can begin with: choose random or printable
                    server -k k --first-bytes printable :1 b:2  | --first-bytes is an option of 'saltunnel client', 'saltunnel pipe' and 'saltunnel ping'
                    client -k k --keepalive 60,15 :1 b:2        | invalid value for option '--keepalive': '60,15' is not <idle> or <idle>,<interval>,<probes>, such as 60 or 1m,15s,4
                    client -k k --user-timeout -1 :1 b:2        | invalid value for option '--user-timeout': '-1' is less than 0 seconds
                    client -k k --idle-timeout 0 :1 b:2         | invalid value for option '--idle-timeout': '0' is not more than 0 seconds
                    client -k k --bandwidth fast :1 b:2         | invalid value for option '--bandwidth': 'fast' is not a number of bytes a second, such as 500k or 20M
                    client -k k --pace slow :1 b:2              | invalid value for option '--pace': 'slow' is not a number of bytes a second, such as 500k or 20M
                    client -k k --pad frames :1 b:2             | 'frames' can't be padded: bursts can
                    client -k k --pace 100 :1 b:2               | a pace must be from 512 to 100000000 bytes a second, not 100
                    client -k k --pace 64k --pad bursts :1 b:2  | a pace hides what padded bursts hide, and more: use only one of pace and pad
                    client -k k --pace 64k --protocol 1 :1 b:2  | version 1 of the protocol has no padding, which pace and pad need: use version 2 only, or leave them out
                    server -k k --pad bursts --protocol any :1 b:2 | version 1 of the protocol has no padding, which pace and pad need: use version 2 only, or leave them out
                    client -k k --total-bandwidth 0 :1 b:2      | invalid value for option '--total-bandwidth': '0' is less than 1 byte a second
                    client -k k --stage                         | option '--stage' needs a value: <name>[=<argument>]
                    client -k k --bandwith 3 :1 b:2             | unknown option '--bandwith': did you mean '--bandwidth'?
                    client -k k --transport epol :1 b:2         | 'epol' is not a transport: did you mean 'epoll'?
                    client --config a.conf                      | --config is an option of 'saltunnel run' only: describe this tunnel in a TOML file, as a [[tunnel]] with name, mode, listen, to and key, and start it by 'saltunnel run -c <file>'
                    client -k k :1 b:2 --config a.conf          | --config is an option of 'saltunnel run' only: describe this tunnel in a TOML file, as a [[tunnel]] with name, mode, listen, to and key, and start it by 'saltunnel run -c <file>'
                    server --config=a.conf -k k :1 b:2          | --config is an option of 'saltunnel run' only: describe this tunnel in a TOML file, as a [[tunnel]] with name, mode, listen, to and key, and start it by 'saltunnel run -c <file>'
                    run now                                     | unexpected argument 'now'
                    check a b                                   | unexpected argument 'b'
                    client -k k 127.0.0.1 b:2                   | '127.0.0.1' has no port: write host:port
                    client -k k 127.0.0.1: b:2                  | the port is missing after ':'
                    client -k k 127.0.0.1:http b:2              | port 'http' is not a number
                    client -k k 127.0.0.1:-1 b:2                | port '-1' is not a number
                    client -k k 127.0.0.1:65536 b:2             | port 65536 is not between 0 and 65535
                    client -k k 127.0.0.256:1 b:2               | '127.0.0.256' is neither an IP address nor a host name
                    client -k k [::g]:1 b:2                     | '::g' is not an IPv6 address
                    client -k k ::1:1 b:2                       | '::1:1' is ambiguous: write an IPv6 address in brackets, as in [::1]:80
                    client -k k :1 b:0                          | 'b:0' has port 0: nothing can be forwarded there, only listened on
                    client -k k :1 b:65536                      | port 65536 is not between 0 and 65535
                    client -k k :1 :2                           | ':2' has no host to forward to
                    client -k k unix:/a;mode=9 b:2              | ';mode=9' is not understood: write ;mode= and three octal digits, as in unix:/path;mode=0660
                    client -k k unix:/a/ b:2                    | '/a/' names a directory, no socket
                    client -k k :1 unix:/b;mode=0660            | 'unix:/b;mode=0660' has a mode: only a path to listen on can
                    client -k k tcp://a:1 b:2                   | 'tcp://a:1' is a URL: write host and port alone, without tcp://, as in a:1
                    client -k k :1 http://u:p@b:80/x?y=1        | 'http://u:p@b:80/x?y=1' is a URL: write host and port alone, without http://, as in b:80
                    client -k k :1 https://b/                   | 'https://b/' is a URL: write host and port alone, without https://
                    client -k k /run/app.sock b:2               | '/run/app.sock' is a path: write unix:/run/app.sock for a UNIX domain socket
                    client -k k unix:app.sock b:2               | 'unix:app.sock' names no UNIX domain socket: write its whole path, as in unix:/run/app.sock
                    client -k k unix:~/app.sock b:2             | 'unix:~/app.sock' names no UNIX domain socket: write its whole path, as in unix:/run/app.sock
                    client -k k unix: b:2                       | 'unix:' names no UNIX domain socket: write its whole path, as in unix:/run/app.sock
                    client -k k 127.0.0.1:7 localhost:7         | this tunnel would connect to itself: it listens on 127.0.0.1:7
                    client -k k :7 127.0.0.1:7                  | this tunnel would connect to itself: it listens on :7
                    server -k k unix:/a unix:/b/../a            | this tunnel would connect to itself: it listens on unix:/a
                    key generate                                | missing: <keyfile>
                    key import a b                              | unexpected argument 'b'
                    pipe -k k                                   | missing: <toip>:<toport>
                    pipe -k k b:0                               | 'b:0' has port 0: nothing can be forwarded there, only listened on
                    pipe -k k b:2 c:3                           | unexpected argument 'c:3'
                    pipe -k k --pace 64k --pad bursts b:2       | a pace hides what padded bursts hide, and more: use only one of pace and pad
                    pipe -k k --pad bursts --protocol 1 b:2     | version 1 of the protocol has no padding, which pace and pad need: use version 2 only, or leave them out
                    pipe -k k --pace 100 b:2                    | a pace must be from 512 to 100000000 bytes a second, not 100
                    ping -k k --pace 64k b:2                    | unknown option '--pace'
                    ping -k k -c 0 b:2                          | invalid value for option '-c': '0' is less than 1
                    demo now                                    | unexpected argument 'now'
                    doctor a b                                  | unexpected argument 'b'
                    """)
    void namesTheMistakeAndShowsTheUsage(String arguments, String message) {
        CommandRun run = CommandRun.of(arguments.isEmpty() ? new String[0] : arguments.split(" +", -1));
        assertThat(run.firstErrorLine()).isEqualTo("saltunnel: " + message);
        assertThat(run.err()).contains("Usage: saltunnel", " --help' for more.").doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(2);
    }

    static Stream<String> commands() {
        return Stream.of(
                "",
                "client",
                "server",
                "run",
                "check",
                "top",
                "pipe",
                "ping",
                "key",
                "key generate",
                "key import",
                "key export",
                "demo",
                "doctor");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpsEverywhere(String command) {
        for (String option : new String[] {"--help", "-h"}) {
            CommandRun run = CommandRun.of((command + " " + option).strip().split(" ", -1));
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).startsWith("Usage: saltunnel " + command);
            assertThat(run.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void tellsItsVersionEverywhere(String command) {
        CommandRun run = CommandRun.of((command + " --version").strip().split(" ", -1));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("saltunnel ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client -k /missing -t 0.5 -m 7 127.0.0.1:0 [::1]:2",
                "client 127.0.0.1:0 [::1]:2 -m7 -t .5 -k /missing",
                "client 127.0.0.1:0 -k=/missing --grace=0 example.org:2 --no-keepalive --self-test",
                "client 127.0.0.1:0 --keepalive 30,5,3 -k=/missing --user-timeout 0 example.org:2",
                "client --key /missing --timeout 500ms --max-connections 7 --grace 5m --verbose 127.0.0.1:0 a.b:1",
                "client -k /missing --connect-patience 5s --failover rr 127.0.0.1:0 a.b:1,c.d:2",
                "client -k /missing --keepalive 1m,15s,4 --user-timeout 1h 127.0.0.1:0 a.b:1",
                "client -k /missing --protocol 1 127.0.0.1:0 example.org:2",
                "client -k /missing --protocol 2 --name mail 127.0.0.1:0 example.org:2",
                "server -k /missing --protocol any --name mail 127.0.0.1:0 example.org:2",
                "client 127.0.0.1:0 --keepalive=30 -k=/missing --user-timeout=90.5 example.org:2",
                "server -q :0 -k /missing --transport nio --require-mlock --handshake-timeout 2.5 a.b:65535",
            })
    void takesOptionsBeforeAndAfterTheAddresses(String arguments) {
        CommandRun run = CommandRun.of(arguments.split(" ", -1));
        assertThat(run.err()).isEqualTo("saltunnel: key file /missing does not exist" + System.lineSeparator());
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"help, saltunnel", "help client, saltunnel client", "help check, saltunnel check"})
    void helpIsACommandToo(String arguments, String command) {
        CommandRun run = CommandRun.of(arguments.split(" "));
        assertThat(run.out()).startsWith("Usage: " + command + " ");
        assertThat(run.exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\" | the name of the file is empty",
                "~/a.key | '~/a.key' begins with a tilde that no shell has replaced"
            })
    void saysWhichNamesAreNoneOfAKeyFile(String name, String message) {
        assertThat(CommandRun.of("key", "generate", name).firstErrorLine()).contains(message);
        CommandRun run = CommandRun.of("client", "--key=" + name, ":0", "a:1");
        assertThat(run.firstErrorLine()).startsWith("saltunnel: invalid value for option '-k': " + message);
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void keepsAMessageToOneLineWhateverIsInAName() {
        CommandRun run = CommandRun.of("key", "export", "/missing\n\u001b[31m");
        assertThat(run.err()).isEqualTo("saltunnel: key file /missing??[31m does not exist" + System.lineSeparator());
    }

    @Test
    void showsTheStackOfAnErrorOnlyWhenEverythingIsToBeSaid() {
        assertThat(CommandRun.of("key", "export", "/missing", "-v").err()).doesNotContain("\tat ");
        assertThat(CommandRun.of("key", "export", "/missing", "-vv").err())
                .startsWith("saltunnel: key file /missing does not exist")
                .contains("\tat io.saltunnel.");
    }

    @Test
    void takesAnArgumentWithAnAtSignForAName() {
        assertThat(CommandRun.of("key", "export", "@missing").firstErrorLine())
                .isEqualTo("saltunnel: key file @missing does not exist");
    }
}
