package io.saltunnel.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A process of valkey-server or redis-server on loopback, which can be killed, started again and paused. */
final class Redis implements AutoCloseable {
    private static final String PROGRAM = Stream.of("/usr/bin/valkey-server", "/usr/bin/redis-server")
            .filter(path -> Files.isExecutable(Path.of(path)))
            .findFirst()
            .orElse("redis-server");

    final int port;
    private final Path directory;
    private final List<String> options;
    private Process process;

    private Redis(int port, List<String> options) throws IOException {
        this.port = port;
        this.options = options;
        this.directory = Files.createTempDirectory("saltunnel-redis");
        start();
    }

    static Redis with(String... options) throws IOException {
        return new Redis(freePort(), List.of(options));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        if (!options.isEmpty() && options.get(0).endsWith(".conf")) {
            command.addAll(options);
        } else {
            command.addAll(List.of("--save", "", "--appendonly", "no"));
            command.addAll(options);
        }
        command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1", "--dir", directory.toString()));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Awaitility.await("the store to listen").atMost(20, TimeUnit.SECONDS).until(this::listens);
    }

    private boolean listens() {
        assertThat(process.isAlive()).as(log()).isTrue();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String address() {
        return "redis://127.0.0.1:" + port;
    }

    /** Sends a command, inline, and returns the first line of the answer. */
    String ask(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            StringBuilder line = new StringBuilder();
            for (int c = socket.getInputStream().read();
                    c >= 0 && c != '\r';
                    c = socket.getInputStream().read()) {
                line.append((char) c);
            }
            return line.toString();
        }
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Override
    public void close() throws IOException {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
