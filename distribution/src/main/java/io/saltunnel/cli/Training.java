package io.saltunnel.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntPredicate;

/**
 * Does in one process what the program's users do, so that the ahead-of-time cache has the classes for it, and the
 * compiler the profiles. It is in the distribution's jar, because a cache is only valid for the jar it was made with.
 *
 * <p>All traffic is on loopback. A single process has both ends of the tunnels, the applications and the target.
 */
final class Training {

    private static final int STREAM_BYTES = 256 << 20;
    private static final int PARALLEL = 8;
    private static final int CONNECTIONS = 300;
    private static final int ECHOES = 3000;
    private static final int SMALL = 100;
    private static final int PATIENCE_SECONDS = 30;

    private final Path directory;
    private final TrainingTarget target = new TrainingTarget();
    private final int server = freePort();
    private final int serverOfAddition = freePort();
    private final int client = freePort();
    private final int clientOfVersion1 = freePort();
    private final int status = freePort();

    private Training(Path directory) throws IOException {
        this.directory = directory;
    }

    /**
     * Trains, and ends the process.
     *
     * @param arguments a directory that only this user can access
     */
    public static void main(String[] arguments) throws Exception {
        new Training(Path.of(arguments[0])).all();
        LogQueue.flushStandardError();
        System.exit(0);
    }

    private void all() throws Exception {
        String key = directory.resolve("tunnel.key").toString();
        String strangersKey = directory.resolve("other.key").toString();
        succeed("--version");
        succeed("--help");
        succeed("key", "generate", key);
        succeed("key", "generate", strangersKey);
        succeed("key", "fingerprint", key);
        execute("doctor");
        Path file = directory.resolve("saltunnel.toml");
        Files.writeString(file, configuration());
        succeed("check", file.toString());

        Thread run = start(client, "run", "-c", file.toString());
        work(client, 2);
        work(clientOfVersion1, 1);
        strangers(key, strangersKey);
        page("/");
        page("/metrics");
        page("/readyz");
        reload(file);
        signal("USR1");
        stop(run);

        stop(start(server, "server", "-k", key, address(server), address(target.port())));
        stop(start(client, "client", "-k", key, address(client), address(server)));
    }

    private String configuration() {
        return """
                [process]
                status = "%s"
                [defaults]
                key = "tunnel.key"
                handshake-timeout = "2s"
                [[tunnel]]
                name = "server"
                mode = "server"
                listen = "%s"
                to = "%s"
                [[tunnel]]
                name = "client"
                mode = "client"
                listen = "%s"
                to = "%s"
                [[tunnel]]
                name = "old-client"
                mode = "client"
                protocol = "1"
                listen = "%s"
                to = "%s"
                """.formatted(
                        address(status),
                        address(server),
                        address(target.port()),
                        address(client),
                        address(server),
                        address(clientOfVersion1),
                        address(server));
    }

    private static int execute(String... arguments) {
        return Program.commandLine(StandardStreams.ofProcess()).execute(arguments);
    }

    private static void succeed(String... arguments) {
        check(execute(arguments), exitCode -> exitCode == 0);
    }

    /** Starts a command that runs until a signal; returns when it listens. */
    private static Thread start(int port, String... arguments) throws InterruptedException {
        Thread thread = new Thread(() -> execute(arguments), arguments[0]);
        thread.start();
        await(port, thread);
        return thread;
    }

    private static void await(int port, Thread thread) throws InterruptedException {
        for (int tries = 0; tries < PATIENCE_SECONDS * 20 && thread.isAlive(); tries++) {
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException e) {
                Thread.sleep(50); // nothing listens yet
            }
        }
        throw new IllegalStateException("nothing listens on " + address(port));
    }

    private static void stop(Thread command) throws IOException, InterruptedException {
        signal("TERM");
        command.join(PATIENCE_SECONDS * 1000L);
        if (command.isAlive()) {
            throw new IllegalStateException(command.getName() + " doesn't end");
        }
    }

    private static void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder(
                        "kill",
                        "-" + name,
                        Long.toString(ProcessHandle.current().pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Streams both ways, many connections, and echoes; less of each for the older version of the protocol. */
    private static void work(int port, int weight) throws Exception {
        for (int i = 0; i < CONNECTIONS * weight; i++) {
            echo(port, 1, SMALL);
        }
        echo(port, ECHOES * weight, SMALL);
        send(port, STREAM_BYTES * weight);
        receive(port, STREAM_BYTES * weight);
        inParallel(() -> send(port, STREAM_BYTES / PARALLEL));
        inParallel(() -> receive(port, STREAM_BYTES / PARALLEL));
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void inParallel(Work work) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        Queue<Exception> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < PARALLEL; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    work.run();
                } catch (IOException | RuntimeException e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.peek());
        }
    }

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static void echo(int port, int times, int bytes) throws IOException {
        try (Socket socket = connect(port)) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(TrainingTarget.ECHO);
            byte[] message = new byte[bytes];
            for (int i = 0; i < times; i++) {
                socket.getOutputStream().write(message);
                check(socket.getInputStream().readNBytes(bytes).length, length -> length == bytes);
            }
        }
    }

    private static void send(int port, int bytes) throws IOException {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(TrainingTarget.SINK);
            TrainingTarget.pour(socket.getOutputStream(), bytes);
            socket.shutdownOutput();
            check(socket.getInputStream().read(), end -> end == TrainingTarget.DONE);
        }
    }

    private static void receive(int port, int bytes) throws IOException {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(TrainingTarget.SOURCE);
            socket.getOutputStream().write(bytes >> 20);
            socket.getOutputStream().write(bytes >> 28);
            check(Math.toIntExact(TrainingTarget.drain(socket.getInputStream())), length -> length == bytes);
        }
    }

    private static void check(int value, IntPredicate expected) {
        if (!expected.test(value)) {
            throw new IllegalStateException("training: unexpected " + value);
        }
    }

    /** Connections without the key and with another one, which are refused, and pings. */
    private void strangers(String key, String strangersKey) throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            try (Socket socket = connect(server)) {
                byte[] noise = new byte[2048];
                random.nextBytes(noise);
                socket.getOutputStream()
                        .write(i % 2 == 0 ? noise : "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
        succeed("ping", "-c", "3", "-k", key, address(server));
        execute("ping", "-c", "1", "-k", strangersKey, address(server));
    }

    private void page(String path) throws IOException {
        try (Socket socket = connect(status)) {
            socket.getOutputStream()
                    .write("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                            .formatted(path, address(status))
                            .getBytes(StandardCharsets.US_ASCII));
            TrainingTarget.drain(socket.getInputStream());
        }
    }

    /** Adds a tunnel to the running program. */
    private void reload(Path file) throws IOException, InterruptedException {
        Files.writeString(file, configuration() + """
                        [[tunnel]]
                        name = "added"
                        mode = "server"
                        listen = "%s"
                        to = "%s"
                        """.formatted(address(serverOfAddition), address(target.port())));
        signal("HUP");
        await(serverOfAddition, Thread.currentThread());
    }

    private static String address(int port) {
        return "127.0.0.1:" + port;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
