package io.saltunnel.it.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A server in a separate process, from the executable jar that the property {@code saltunnel.jar} names, and the
 * system's data about it.
 */
final class MeasuredServer implements AutoCloseable {
    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final byte[] key = BadInput.random(32);
    private final Path keyFile;
    private final InetSocketAddress address = new InetSocketAddress(LOOPBACK, freePort());
    private final Process process;

    /** Starts it with these options, and returns once it listens. */
    MeasuredServer(InetSocketAddress target, String... options) throws IOException, InterruptedException {
        keyFile = Files.createTempFile("measured", ".key");
        Files.write(keyFile, key);
        List<String> command = saltunnel("server", "-k", keyFile.toString());
        command.addAll(Arrays.asList(options));
        command.addAll(List.of(text(address), text(target)));
        process = new ProcessBuilder(command).inheritIO().start();
        try {
            awaitListening();
        } catch (IOException | InterruptedException e) {
            close();
            throw e;
        }
    }

    private void awaitListening() throws IOException, InterruptedException {
        for (int i = 0; i < 200 && process.isAlive(); i++) {
            try (Socket socket = new Socket(LOOPBACK, address.getPort())) {
                socket.setSoLinger(true, 0);
                return;
            } catch (IOException e) {
                Thread.sleep(50);
            }
        }
        throw new IOException("the server does not listen");
    }

    /** The command that runs the program with these arguments. */
    static List<String> saltunnel(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                java(), "-XX:+DisableAttachMechanism", "-Xmx256m", "-jar", System.getProperty("saltunnel.jar")));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    /** The machine and the Java runtime, for the table. */
    static String surroundings() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            String model = lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 2))
                    .orElse("unknown");
            return model + ", " + Runtime.getRuntime().availableProcessors() + " of its cores seen, Linux "
                    + System.getProperty("os.version") + ", JDK " + Runtime.version() + ", "
                    + LocalDate.now(ZoneOffset.UTC);
        }
    }

    byte[] key() {
        return key.clone();
    }

    Path keyFile() {
        return keyFile;
    }

    InetSocketAddress address() {
        return address;
    }

    static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** The processor time of all its threads so far. */
    long cpuNanos() throws IOException {
        long sum = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            for (Path thread : threads.toList()) {
                sum += Long.parseLong(
                        Files.readString(thread.resolve("schedstat")).split(" ", 2)[0]);
            }
        }
        return sum;
    }

    /** A field of its status in kB. */
    long status(String field) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith(field + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
            Files.delete(keyFile);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
