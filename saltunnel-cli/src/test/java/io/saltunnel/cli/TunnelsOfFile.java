package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.cli.config.Problems;
import io.saltunnel.cli.status.StatusServer;
import io.saltunnel.cli.status.Tallies;
import io.saltunnel.netty.TunnelEnvironment;
import io.saltunnel.netty.address.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The tunnels of a configuration file, running inside the test, and one target. The test changes the file. */
final class TunnelsOfFile implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 30_000;
    private static final int KEY_BYTES = 32;

    final KeyRing keys = new KeyRing();
    final TunnelEnvironment environment = TunnelEnvironment.builder().build();
    final RunningTunnels running = new RunningTunnels(new TunnelHost(environment, Optional.empty()));
    final StatusView view = new StatusView(running, HangUp.STOP, List.of(), Optional.empty());
    final ServerSocket target = listen(0);
    private final StatusServer status = StatusServer.start(Endpoint.parse("127.0.0.1:0"), view);
    private final Tallies tallies = Tallies.kept(System::nanoTime);
    private final ConfigFolder folder;
    private final List<Socket> sockets = new ArrayList<>();

    TunnelsOfFile(Path directory) throws IOException {
        folder = ConfigFolder.in(directory);
    }

    static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = listen(0)) {
            return socket.getLocalPort();
        }
    }

    /** Makes a key file {@code NAME.key}. */
    void key(String name) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Path file = Files.write(folder.path().resolve(name + ".key"), key);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** The text of a tunnel with the key {@code a.key}. */
    static String tunnel(String name, String mode, String listen, String to) {
        return tunnel(name, mode, listen, to, "key = \"a.key\"");
    }

    /** The text of a tunnel. */
    static String tunnel(String name, String mode, String listen, String to, String more) {
        return "[[tunnel]]\nname = \"%s\"\nmode = \"%s\"\nlisten = \"%s\"\nto = \"%s\"\n%s\n"
                .formatted(name, mode, listen, to, more);
    }

    String targetAddress() {
        return "127.0.0.1:" + target.getLocalPort();
    }

    /** Reads a file with these tunnels, without starting them. */
    PreparedTunnels prepare(String... tunnels) throws IOException {
        Problems problems = new Problems();
        ConfiguredTunnels configured = ConfiguredTunnels.read(folder.main(String.join("", tunnels)), problems);
        PreparedTunnels prepared = configured.prepare(keys, tallies);
        assertThat(problems.all()).isEmpty();
        return prepared;
    }

    /** Changes the file and reloads it; returns the failures. */
    List<String> changeTo(String... tunnels) throws IOException {
        return running.replaceBy(prepare(tunnels)).failures();
    }

    RunningTunnel running(String name) {
        return running.current().stream()
                .filter(each -> each.plan().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Connects an application through a tunnel to the target. */
    Connection connect(String name) throws IOException {
        return connect(running(name).tunnel().boundPort());
    }

    private Connection connect(int port) throws IOException {
        Socket application = opened(new Socket());
        application.connect(new InetSocketAddress(target.getInetAddress(), port), PATIENCE_MILLIS);
        application.getOutputStream().write(0);
        target.setSoTimeout(PATIENCE_MILLIS);
        Socket accepted = opened(target.accept());
        assertThat(accepted.getInputStream().read()).isZero();
        return new Connection(application, accepted);
    }

    /** The metrics, as a scrape gets them. */
    List<String> metrics() throws IOException {
        URL url = URI.create("http://" + status.address() + "/metrics").toURL();
        try (InputStream answer = url.openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    /** The value of one series, which is there once. */
    long metric(String series) throws IOException {
        List<String> lines =
                metrics().stream().filter(line -> line.startsWith(series + " ")).toList();
        assertThat(lines).as(series).hasSize(1);
        return (long) Double.parseDouble(lines.get(0).substring(series.length() + 1));
    }

    /** Waits until no series matches an expression. */
    void awaitNoMetric(String expression) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (metrics().stream().anyMatch(line -> line.matches(expression))) {
            assertThat(System.nanoTime()).as(expression).isLessThan(deadline);
        }
    }

    private Socket opened(Socket socket) throws SocketException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        sockets.add(socket);
        return socket;
    }

    /** A connection from the application to the target. */
    record Connection(Socket application, Socket accepted) {

        /** Sends a byte each way. */
        void echo() throws IOException {
            application.getOutputStream().write(7);
            assertThat(accepted.getInputStream().read()).isEqualTo(7);
            accepted.getOutputStream().write(8);
            assertThat(application.getInputStream().read()).isEqualTo(8);
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        target.close();
        status.close();
        environment.close();
        keys.close();
    }
}
