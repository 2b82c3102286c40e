package io.saltunnel.it.secrets;

import io.saltunnel.it.reference.ReferenceFrames.Keys;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A client or a server under test, with a key that the test knows. */
final class Subject implements AutoCloseable {

    /** The long-term key's name among needles. */
    static final String LONG_TERM_KEY = "long-term key";

    private final Role role;
    private final Mark key;
    private final Path keyFile;
    private final ServerSocket listener;
    private final ScannedProcess process;
    private final InetSocketAddress address;

    private Subject(Role role, int lockLimit, String javaOptions, String... options)
            throws IOException, InterruptedException {
        this.role = role;
        this.key = Mark.random(LONG_TERM_KEY, 32);
        this.keyFile = Files.createTempFile(
                "saltunnel-it-",
                ".key",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(keyFile, key.bytes());
        this.listener = Role.listen();
        this.process = ScannedProcess.start(lockLimit, javaOptions, role.arguments(keyFile, listener, options));
        this.address = process.address();
        process.awaitKernels();
    }

    static Subject start(Role role, String javaOptions, String... options) throws IOException, InterruptedException {
        return new Subject(role, ScannedProcess.USUAL_LOCK_LIMIT, javaOptions, options);
    }

    static Subject startLimited(int lockLimit, Role role, String... options) throws IOException, InterruptedException {
        return new Subject(role, lockLimit, "", options);
    }

    ScannedProcess process() {
        return process;
    }

    byte[] key() {
        return key.bytes();
    }

    /** One at a time: connections are distinguished by their order. */
    synchronized TunnelConnection connect() throws IOException {
        return role.connect(address, listener, key.bytes());
    }

    synchronized Keys failHandshake() throws IOException {
        return role.failHandshake(address, listener, key.bytes());
    }

    /** Scans the process at one moment: it is stopped meanwhile. */
    MemoryScan scan(Needles needles) throws IOException, InterruptedException {
        process.suspend();
        try {
            return MemoryScan.of(process.pid(), needles);
        } finally {
            process.resume();
        }
    }

    static Needles needlesFor(Keys keys, Mark... marks) {
        Needles needles = new Needles();
        addTo(needles, "", keys);
        List.of(marks).forEach(mark -> mark.addTo(needles));
        return needles;
    }

    static void addTo(Needles needles, String suffix, Keys keys) {
        needles.add("client key" + suffix, keys.client())
                .add("server key" + suffix, keys.server())
                .add("shared secret" + suffix, keys.shared());
    }

    @Override
    public void close() throws IOException {
        process.close();
        listener.close();
        Files.deleteIfExists(keyFile);
    }
}
