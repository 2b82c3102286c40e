package io.saltunnel.it.secrets;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** A client or a server under test, with a key that the test knows. */
final class Subject implements AutoCloseable {

    /** The long-term key's name among needles. */
    static final String LONG_TERM_KEY = "long-term key";

    private final Role role;
    private final Version version;
    private final Mark key;
    private final Path keyFile;
    private final ServerSocket listener;
    private final ScannedProcess process;
    private final InetSocketAddress address;

    private Subject(Role role, Version version, int lockLimit, String javaOptions, String... options)
            throws IOException, InterruptedException {
        this.role = role;
        this.version = version;
        this.key = Mark.random(LONG_TERM_KEY, 32);
        this.keyFile = Files.createTempFile(
                "saltunnel-it-",
                ".key",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(keyFile, key.bytes());
        this.listener = Role.listen();
        this.process =
                ScannedProcess.start(lockLimit, javaOptions, role.arguments(version, keyFile, listener, options));
        this.address = process.address();
        process.awaitKernels();
    }

    static Subject start(Role role, Version version, String javaOptions, String... options)
            throws IOException, InterruptedException {
        return new Subject(role, version, ScannedProcess.USUAL_LOCK_LIMIT, javaOptions, options);
    }

    static Subject startLimited(int lockLimit, Role role, String... options) throws IOException, InterruptedException {
        return new Subject(role, Version.V2, lockLimit, "", options);
    }

    ScannedProcess process() {
        return process;
    }

    byte[] key() {
        return key.bytes();
    }

    /** One at a time: connections are distinguished by their order. */
    synchronized TunnelConnection connect() throws IOException {
        return role.connect(version, address, listener, key.bytes());
    }

    /** Connects to the process. */
    Socket dial() throws IOException {
        return new Socket(address.getAddress(), address.getPort());
    }

    /** Accepts a connection of the process. */
    Socket accept() throws IOException {
        return listener.accept();
    }

    synchronized Map<String, byte[]> failHandshake() throws IOException {
        return role.failHandshake(version, address, listener, key.bytes());
    }

    MemoryScan scan(Needles needles) throws IOException, InterruptedException {
        return process.scan(needles);
    }

    static Needles needlesFor(Map<String, byte[]> secrets, Mark... marks) {
        Needles needles = new Needles();
        secrets.forEach(needles::add);
        List.of(marks).forEach(mark -> mark.addTo(needles));
        return needles;
    }

    @Override
    public void close() throws IOException {
        process.close();
        listener.close();
        Files.deleteIfExists(keyFile);
    }
}
