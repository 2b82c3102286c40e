package io.saltunnel.it.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A process of valkey-server or redis-server on loopback that keeps nothing on disk. */
final class StoreProcess implements AutoCloseable {

    private static final String PROGRAM = Stream.of("/usr/bin/valkey-server", "/usr/bin/redis-server")
            .filter(path -> Files.isExecutable(Path.of(path)))
            .findFirst()
            .orElse("redis-server");

    private final int port;
    private Process process;

    private StoreProcess(int port) throws IOException {
        this.port = port;
        start();
    }

    static StoreProcess begin() throws IOException {
        return new StoreProcess(freePort());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void start() throws IOException {
        process = new ProcessBuilder(List.of(
                        PROGRAM,
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        String.valueOf(port),
                        "--save",
                        "",
                        "--appendonly",
                        "no"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Patience.await("the store listens").until(this::listens);
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    String address() {
        return "redis://127.0.0.1:" + port;
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Sends a signal that doesn't end it. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        kill();
    }
}
