package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a configuration file, where, and what would be right. */
class CheckCommandTest {

    @TempDir
    private Path directory;

    private ConfigFolder folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = ConfigFolder.in(directory);
    }

    @Test
    void tellsEverythingAtOnceSortedByPlace() throws IOException {
        folder.file("conf.d/a.toml", """
                [process]
                verbosity = "quiet"
                [[tunnel]]
                name = "other"
                mode = "server"
                listen = "[::]:9002"
                to = "localhost:80"
                key = "../a.key"
                """);
        folder.main("""
                stray = 1
                [proces]
                [process]
                transport = "epol"
                self-test = "yes"
                timeout = 5
                [defaults]
                listen = ":1"
                key = "missing.key"
                idle-timeout = 30s
                grace = "soon"
                allow-from = ["10/8"]

                [[tunnel]]
                name = "web"
                mode = "client"
                listen = "localhost:9002"
                to = "127.0.0.1:9002"
                bandwith = "3M"
                transport = "nio"
                stage = ["frobnicate=1"]
                protocol = "3"

                [[tunnel]]
                name = "web"
                mode = "serve"
                listen = 8000
                from = "x:1"
                """);
        assertThat(folder.check()).isEqualTo("""
                conf.d/a.toml:1:1: [process] stands in the main file only; here are tunnels
                conf.d/a.toml:6:10: tunnel 'web' listens on localhost:9002 already: choose another port or address
                saltunnel.toml:1:1: 'stray' stands outside the tables: put it below a line [[tunnel]]
                saltunnel.toml:2:1: there is no table 'proces': did you mean 'process'?
                saltunnel.toml:4:13: 'epol' is not a transport: did you mean 'epoll'?
                saltunnel.toml:5:13: 'self-test' is true or false, without quotes
                saltunnel.toml:6:1: 'timeout' belongs to a tunnel: put it below [[tunnel]] or [defaults]
                saltunnel.toml:8:1: 'listen' differs for each tunnel: put it below [[tunnel]]
                saltunnel.toml:9:7: key file missing.key does not exist
                saltunnel.toml:10:18: text needs quotes: idle-timeout = "30s"
                saltunnel.toml:11:9: 'soon' is not a number of seconds, nor a time such as 500ms, 30s, 5m or 1h
                saltunnel.toml:12:14: '10/8' is not a network: write 192.0.2.0/24, 2001:db8::/32 or an address
                saltunnel.toml:18:6: this tunnel would connect to itself: it listens on localhost:9002
                saltunnel.toml:19:1: there is no option 'bandwith': did you mean 'bandwidth'?
                saltunnel.toml:20:1: 'transport' belongs to the process: put it below [process]
                saltunnel.toml:21:9: there is no stage 'frobnicate'; none is on the path
                saltunnel.toml:22:12: '3' is not a version of the protocol that a client speaks: choose 1 or 2
                saltunnel.toml:25:8: the name 'web' is taken by the tunnel at saltunnel.toml:14:1: give each tunnel its own
                saltunnel.toml:26:8: 'serve' is no mode of a tunnel: did you mean 'server'?
                saltunnel.toml:27:10: 'listen' needs an address in quotes, such as "127.0.0.1:80"
                saltunnel.toml:28:1: there is no option 'from': did you mean 'listen'?
                """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            timeout = 30s                | 6:13: text needs quotes: timeout = "30s"
            timeout: 30                  | 6:8: a key and its value are joined by '=', as in timeout = "..."
            timeout 30                   | 6:9: Unexpected '30', expected . or =
            timeout =                    | 6:10: 'timeout' needs a value
            timeout = "30                | 6:14: the quotes are not closed
            timeout = “30”               | 6:11: quotes are the straight ones here: " or '
            access-log = yes             | 6:14: write true
            access-log                   | 6:11: 'access-log' needs a value, as in access-log = true
            key = "C:\\key"              | 6:10: Invalid escape sequence '\\k': put text with backslashes in single quotes, '...'
            mode = "server"              | 6:1: mode previously defined at line 4, column 1
            [process                     | 6:9: the name of a table ends with ']', that of a tunnel with ']]'
            [process] self-test = true   | 6:11: the keys of a table stand on lines of their own, below [process]
            timeout = 0                  | 6:11: '0' is not more than 0 seconds
            timeout = "5 m"              | 6:11: '5 m' is not a number of seconds, nor a time such as 500ms, 30s, 5m or 1h
            timeout = true               | 6:11: 'timeout' needs a text in quotes
            timeout = [1, 2]             | 6:11: 'timeout' needs one value, not a list
            timeout = 2026-11-30         | 6:11: 'timeout' needs a text in quotes
            max-connections = 1.5        | 6:19: '1.5' is not a whole number
            allow-from = [1, true]       | 6:14: 'allow-from' needs a list of texts, such as ["one", "two"]
            allow-from = "10.0.0.0/33"   | 6:14: '10.0.0.0/33' is not a network: its prefix is not between 0 and 32
            access-log = "true"          | 6:14: 'access-log' is true or false, without quotes
            keepalive = "40000"          | 6:13: the keepalive idle time must be from 1 s to 32767 s, in whole seconds, not 40000 s
            failover = "random"          | 6:12: 'random' is no order of failover: choose prio or rr
            first-bytes = "ascii"        | 6:15: 'ascii' is nothing that a connection can begin with: choose random or printable
            connect-patience = -1        | 6:20: '-1' is less than 0 seconds
            accept-proxy = true          | 6:16: a PROXY protocol header is believed, so it can't be accepted from everywhere
            t = 3                        | 6:1: there is no option 't': did you mean 'timeout'?
            m = 3                        | 6:1: there is no option 'm': did you mean 'max-connections'?
            help = true                  | 6:1: there is no option 'help'
            """)
    void explainsALine(String line, String problem) throws IOException {
        folder.main("[[tunnel]]\nlisten = \":1\"\nto = \"a:2\"\n" + ConfigFolder.CLIENT.replace("key", "# key") + line
                + "\n");
        assertThat(folder.check().lines())
                .anySatisfy(told -> assertThat(told).startsWith(ConfigFolder.MAIN_FILE + ":" + problem));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ""              | the name of the file is empty
            "~/a.key"       | '~/a.key' begins with a tilde that no shell has replaced: write the whole path, or leave out the quotes
            "."             | key file short.key must have exactly 32 bytes, but has 3 bytes
            "short.key"     | key file short.key must have exactly 32 bytes, but has 3 bytes
            32              | 'key' needs a text in quotes
            """)
    void saysWhatIsWrongWithAKey(String key, String problem) throws IOException {
        folder.file("short.key", "abc");
        folder.main("[[tunnel]]\nname = \"a\"\nlisten = \":1\"\nto = \"a:2\"\nmode = \"server\"\nkey = " + key + "\n");
        assertThat(folder.check().replace(directory.toString(), "."))
                .isEqualTo(ConfigFolder.MAIN_FILE + ":6:7: " + problem + "\n");
    }

    @Test
    void takesWhatOtherEditorsAndOtherPeopleWrite() throws IOException {
        folder.main(
                "\uFEFF# all of it\r\n[[tunnel]] # one\r\nname = 'a'\r\nlisten = \":1\" # all addresses\r\nto = 'a:2'\r\n"
                        + "allow-from = [\" 192.0.2.0/24\", \"::1 \"]\r\n" + ConfigFolder.CLIENT);
        assertThat(folder.check()).isEqualTo("saltunnel.toml: ok, 1 tunnel\n");
        folder.main(
                "[[tunnel]]\nname = 'a'\nlisten = \":1\"\nto = 'a:2'\nallow-from = \"10.0.0.0/8, 192.0.2.0/24 ,::1\"\n"
                        + ConfigFolder.CLIENT);
        assertThat(folder.check()).isEqualTo("saltunnel.toml: ok, 1 tunnel\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            UTF-8        | \uFEFFLINES          | ` ok, 1 tunnel`
            UTF-8        | \uFEFF# a note;LINES | ` ok, 1 tunnel`
            UTF-8        | # Schl\u00fcssel;LINES    | ` ok, 1 tunnel`
            ISO-8859-1   | # Schl\u00fcssel;LINES    | 1: this is not text in UTF-8
            UTF-16LE     | \uFEFFLINES          | 1: this is text in UTF-16: save the file as UTF-8
            UTF-16BE     | \uFEFFLINES          | 1: this is text in UTF-16: save the file as UTF-8
            """)
    void takesUtf8AsEditorsOnWindowsSaveItAndNamesWhatElseItIs(Charset charset, String text, String answer)
            throws IOException {
        String lines = "[[tunnel]];name\t=\t'a';listen = ':1';to = 'a:2';mode = 'client';key = 'a.key'";
        byte[] bytes = text.replace("LINES", lines).replace(";", "\r\n").getBytes(charset);
        Files.write(directory.resolve(ConfigFolder.MAIN_FILE), bytes);
        assertThat(folder.check()).isEqualTo(ConfigFolder.MAIN_FILE + ":" + answer + "\n");
    }

    @Test
    void saysWhatATunnelLacks() throws IOException {
        folder.main("[[tunnel]]\nname = \"a\"\n");
        assertThat(folder.check())
                .isEqualTo("saltunnel.toml:1:1: this tunnel has no 'mode', no 'listen', no 'to', no 'key'\n");
    }

    @Test
    void findsNothingMissingWhereALineIsUnreadable() throws IOException {
        folder.main("[[tunnel]]\nname = \"a\"\nlisten = :80\n");
        assertThat(folder.check()).isEqualTo("saltunnel.toml:3:10: text needs quotes: listen = \":80\"\n");
    }

    @Test
    void refusesOnAServerWhatOnlyAClientHas() throws IOException {
        String rest = "listen = ':1'\nto = 'a:2'\nkey = 'a.key'\n";
        folder.main("[[tunnel]]\nname = 'a'\nmode = 'server'\nfirst-bytes = 'printable'\n" + rest);
        assertThat(folder.check())
                .isEqualTo("saltunnel.toml:4:1: 'first-bytes' is no option of this side of a tunnel\n");
        folder.main("[defaults]\nfirst-bytes = 'printable'\n[[tunnel]]\nname = 'a'\nmode = 'server'\n" + rest);
        assertThat(folder.check())
                .as("a default is for the tunnels that have it")
                .isEqualTo("saltunnel.toml: ok, 1 tunnel\n");
    }

    @Test
    void saysThatAFileHasNoTunnel() throws IOException {
        folder.main("# nothing\n");
        assertThat(folder.check())
                .isEqualTo("saltunnel.toml: there is no tunnel in this file: each begins with a line [[tunnel]]\n");
        folder.main("[tunnel]\nname = \"a\"\n");
        assertThat(folder.check()).startsWith("saltunnel.toml:1:1: a tunnel has two brackets: write [[tunnel]]\n");
    }

    @Test
    void saysWhyAFileCantBeRead() throws IOException {
        assertThat(folder.check()).isEqualTo("saltunnel.toml: this file does not exist\n");
        Files.write(
                directory.resolve(ConfigFolder.MAIN_FILE),
                "a = 1\nb = '\u00e4'\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(folder.check()).isEqualTo("saltunnel.toml:2: this is not text in UTF-8\n");
        Files.delete(directory.resolve(ConfigFolder.MAIN_FILE));
        Files.createDirectory(directory.resolve(ConfigFolder.MAIN_FILE));
        assertThat(folder.check()).isEqualTo("saltunnel.toml: this is a directory, not a file\n");
    }

    @Test
    void endsWithOneIfThereIsAProblemAndWithZeroIfNot() throws IOException {
        Path file = folder.main("[[tunnel]]\nname = \"a\"\nlisten = \":1\"\nto = \"a:2\"\n" + ConfigFolder.CLIENT);
        CommandRun good = CommandRun.of("check", file.toString());
        assertThat(good.out()).isEqualTo(file + ": ok, 1 tunnel" + System.lineSeparator());
        assertThat(good.exitCode()).isZero();
        folder.main("tunnel = 1\n");
        assertThat(CommandRun.of("check", file.toString()).exitCode()).isEqualTo(1);
    }

    @Test
    void warnsOfAKeyThatOthersCanReadAndIsContent() throws IOException {
        folder.main("[[tunnel]]\nname = \"a\"\nlisten = \":1\"\nto = \"a:2\"\n" + ConfigFolder.CLIENT);
        Files.setPosixFilePermissions(directory.resolve("a.key"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(folder.check())
                .startsWith("saltunnel.toml:6:7: warning: ")
                .endsWith("saltunnel.toml: ok, 1 tunnel\n");
    }
}
