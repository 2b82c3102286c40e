package io.saltunnel.it.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Starts saltunnel processes for a test, or for all tests of a class, and always ends them afterwards.
 *
 * <pre>
 *   &#64;RegisterExtension
 *   final Processes processes = Processes.perTest();
 * </pre>
 */
final class Processes
        implements BeforeAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                AfterAllCallback,
                TestExecutionExceptionHandler,
                AutoCloseable {

    static final int KEY_BYTES = 32;

    private static final Path LOGS = Path.of("target", "process-logs");
    private static final AtomicInteger STARTED = new AtomicInteger();

    private final boolean wholeClass;
    private final List<SaltunnelProcess> running = new ArrayList<>();
    private final Map<List<String>, Scene> scenes = new HashMap<>();
    private String owner = "";
    private @Nullable Path folder;
    private @Nullable Path keyFile;

    private Processes(boolean wholeClass) {
        this.wholeClass = wholeClass;
    }

    /** For an instance field: every test has its own processes. */
    static Processes perTest() {
        return new Processes(false);
    }

    /** For a static field: the tests of a class share processes. */
    static Processes perClass() {
        return new Processes(true);
    }

    /** For a program that is no test: it has to close this. */
    static Processes untilClosed() {
        return new Processes(true);
    }

    // ---- starting

    /** Starts a server with the key and the given options, and waits until it listens. */
    SaltunnelProcess server(InetSocketAddress target, String... options) throws IOException {
        return start("server", "127.0.0.1:0", text(target), options);
    }

    /** Starts a client with the key and the given options, and waits until it listens. */
    SaltunnelProcess client(InetSocketAddress server, String... options) throws IOException {
        return start("client", "127.0.0.1:0", text(server), options);
    }

    /**
     * Starts a server that forwards to the target and a client that forwards to that server, both with the given
     * options.
     */
    TunnelPair tunnel(InetSocketAddress target, String... options) throws IOException {
        SaltunnelProcess server = server(target, options);
        return new TunnelPair(client(server.address(), options), server);
    }

    /** A tunnel to a listening socket; the same one for the same options, while the processes live. */
    Scene scene(String... options) throws IOException {
        Scene known = scenes.get(List.of(options));
        if (known != null) {
            return known;
        }
        ServerSocket target = Sockets.listen();
        Scene scene = new Scene(target, tunnel(Sockets.address(target), options));
        scenes.put(List.of(options), scene);
        return scene;
    }

    /** Starts a client or a server with the key, and waits until it listens. */
    SaltunnelProcess start(String role, String from, String to, String... options) throws IOException {
        return startBy(List.of(), role, from, to, options);
    }

    /** The same by another command, which executes the program elsewhere: in a network namespace, for one. */
    SaltunnelProcess startBy(List<String> prefix, String role, String from, String to, String... options)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(role, "-k", keyFile().toString()));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(from, to));
        List<String> command = new ArrayList<>(prefix);
        command.addAll(Program.command(arguments));
        SaltunnelProcess process = start(role, command);
        process.startLine();
        return process;
    }

    /** Starts a client or a server by its launcher, with more options for the virtual machine; returns at once. */
    SaltunnelProcess launch(String role, InetSocketAddress to, String jvmOptions, String... options)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(role, "-k", keyFile().toString(), "127.0.0.1:0", text(to)));
        arguments.addAll(List.of(options));
        return start(role, Program.launch(arguments, jvmOptions));
    }

    /** Starts any command as a client or server; returns at once. */
    SaltunnelProcess start(String name, List<String> command) throws IOException {
        Files.createDirectories(LOGS);
        Path log = LOGS.resolve("%s-%03d-%s.log".formatted(owner, STARTED.incrementAndGet(), name));
        SaltunnelProcess process = new SaltunnelProcess(name, command, log);
        running.add(process);
        return process;
    }

    // ---- files

    /** A directory for the test's files. */
    Path folder() throws IOException {
        if (folder == null) {
            folder = Files.createTempDirectory("saltunnel-it-");
        }
        return folder;
    }

    /** The key file that client and server share. */
    Path keyFile() throws IOException {
        if (keyFile == null) {
            byte[] key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            keyFile = keyFile("key", key);
        }
        return keyFile;
    }

    /** Another key file. */
    Path keyFile(String name, byte[] key) throws IOException {
        Path file = folder().resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.write(file, key);
    }

    /** An address as users write it. */
    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    // ---- life

    @Override
    public void beforeAll(ExtensionContext context) {
        owner = context.getRequiredTestClass().getSimpleName();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!wholeClass) {
            owner = context.getRequiredTestClass().getSimpleName() + "-"
                    + context.getRequiredTestMethod().getName();
        }
    }

    /** The report includes the output of the processes. */
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        running.forEach(process -> failure.addSuppressed(new AssertionError(process.toString())));
        throw failure;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!wholeClass) {
            end();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        end();
    }

    /** Ends all of them. */
    @Override
    public void close() {
        end();
    }

    private void end() {
        running.forEach(SaltunnelProcess::close);
        running.clear();
        try {
            for (Scene scene : scenes.values()) {
                scene.target().close();
            }
            if (folder != null) {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
