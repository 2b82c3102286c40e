package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Makes the pictures of the status page in {@code docs/images}, from a real process with three tunnels and traffic. Not
 * a test of the build: it takes as long as the traffic that the chart shows. Reduced to 256 colours, a picture has 60 kB.
 * Run it by name:
 *
 * <pre>
 *   mvn -Dfast -pl integration-tests -am package -Dtest=StatusScreenshots -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
class StatusScreenshots {

    private static final Path IMAGES = Path.of("../docs/images");

    /** The chart shows the last five minutes. */
    private static final Duration TRAFFIC =
            Duration.ofSeconds(Integer.getInteger("saltunnel.screenshots.seconds", 300));

    private static final Duration PAUSE = Duration.ofMillis(500);

    @RegisterExtension
    final Processes processes = Processes.perTest();

    private final List<Socket> applications = new ArrayList<>();
    private int round;

    @Test
    void takesThem() throws Exception {
        try (ServerSocket target = Sockets.listen()) {
            Thread answers = new Thread(() -> answer(target), "target");
            answers.setDaemon(true);
            answers.start();
            SaltunnelProcess program =
                    processes.start("run", Program.command(List.of("run", "-c", file(Sockets.address(target)))));
            String line = program.awaitLine("status page on http://");
            URI page = URI.create(line.substring(line.indexOf("http://")));
            connect(portOf(program, "shop"), 3);
            connect(portOf(program, "mail"), 1);
            try (Browser browser =
                    Browser.start(Files.createDirectory(processes.folder().resolve("profile")))) {
                browser.emulate(1280, 800, "light");
                browser.open(page);
                carryTraffic();
                browser.run("document.querySelector('details').open = true");
                browser.screenshot(IMAGES.resolve("status-wide-light.png"));
                browser.emulate(1280, 800, "dark");
                browser.screenshot(IMAGES.resolve("status-wide-dark.png"));
                browser.run("document.querySelector('details').open = false");
                browser.emulate(360, 740, "light");
                browser.screenshot(IMAGES.resolve("status-narrow.png"));
            }
        } finally {
            for (Socket application : applications) {
                application.close();
            }
        }
    }

    private String file(InetSocketAddress target) throws IOException {
        String server = Processes.text(Sockets.closedPort());
        String text = "[process]\nstatus = \"127.0.0.1:0\"\n[defaults]\nkey = \"%s\"\n".formatted(processes.keyFile())
                + tunnel("all", "server", server, Processes.text(target))
                + tunnel("shop", "client", "127.0.0.1:0", server)
                + tunnel("mail", "client", "127.0.0.1:0", server);
        return Files.writeString(processes.folder().resolve("saltunnel.toml"), text)
                .toString();
    }

    private static String tunnel(String name, String mode, String listen, String to) {
        return "[[tunnel]]\nname = \"%s\"\nmode = \"%s\"\nlisten = \"%s\"\nto = \"%s\"\ntunnel-name = \"pictures\"\n"
                .formatted(name, mode, listen, to);
    }

    private static int portOf(SaltunnelProcess program, String tunnel) {
        String line = program.awaitLine("tunnel " + tunnel + ": listening on");
        return Integer.parseInt(line.replaceAll(".*listening on 127\\.0\\.0\\.1:(\\d+),.*", "$1"));
    }

    private void connect(int port, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            applications.add(Sockets.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
        }
    }

    /** More and less in turn, so that the charts have a shape. */
    private void carryTraffic() {
        long end = System.nanoTime() + TRAFFIC.toNanos();
        Awaitility.await().atMost(TRAFFIC.multipliedBy(2)).pollInterval(PAUSE).until(() -> {
            round++;
            for (int i = 0; i < applications.size(); i++) {
                int size = (int) (20_000 * (i + 1) * (2 + Math.sin(round / 40.0 + i) + Math.sin(round / 7.0)));
                exchange(applications.get(i), size, (int) (size * (0.4 + 0.3 * Math.cos(round / 25.0))));
            }
            return System.nanoTime() > end;
        });
    }

    /** Sends some bytes, and gets others: the target reads both numbers first. */
    private static void exchange(Socket application, int sent, int received) throws IOException {
        DataOutputStream out = new DataOutputStream(application.getOutputStream());
        out.writeInt(sent);
        out.writeInt(received);
        out.write(new byte[sent]);
        assertThat(application.getInputStream().readNBytes(received)).hasSize(received);
    }

    private static void answer(ServerSocket target) {
        while (true) {
            try {
                Socket connection = target.accept();
                Thread thread = new Thread(() -> answer(connection), "target");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return; // the end
            }
        }
    }

    private static void answer(Socket connection) {
        try (connection) {
            DataInputStream in = new DataInputStream(connection.getInputStream());
            while (true) {
                int size = in.readInt();
                byte[] answer = new byte[in.readInt()];
                in.skipNBytes(size);
                connection.getOutputStream().write(answer);
            }
        } catch (IOException e) {
            // The application has closed its connection.
        }
    }
}
