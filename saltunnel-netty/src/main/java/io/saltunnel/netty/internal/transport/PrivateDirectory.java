package io.saltunnel.netty.internal.transport;

import io.saltunnel.netty.address.UnixPath;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/**
 * A directory that only this user can enter. A socket is bound there before it gets its permissions and its final name.
 *
 * <p>The socket's name in it is random, too. When Netty closes a socket, it removes the file that the socket was bound
 * to. By then another user may have made a directory with the name of this one, but can't guess the name of the file.
 */
final class PrivateDirectory implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final int NAME_LENGTH = 5;
    private static final int RADIX = Character.MAX_RADIX;

    private final Path directory;
    private final Path socket;

    private PrivateDirectory(Path directory, Path socket) {
        this.directory = directory;
        this.socket = socket;
    }

    /**
     * Makes a directory.
     *
     * @param file the final name of the socket, which decides where the directory is made
     * @return an empty directory next to that name
     * @throws IOException if it can't be made
     */
    static PrivateDirectory beside(Path file) throws IOException {
        SecureRandom random = new SecureRandom();
        while (true) {
            Path directory = file.resolveSibling("." + name(random));
            Path socket = directory.resolve(name(random));
            int surplus = socket.toString().getBytes(StandardCharsets.UTF_8).length - UnixPath.MAX_BYTES;
            if (surplus > 0) {
                throw new BindException("can't listen on unix:" + file + ": the path of its directory is " + surplus
                        + " bytes too long to make a socket there");
            }
            try {
                Files.createDirectory(directory, OWNER_ONLY);
                return new PrivateDirectory(directory, socket);
            } catch (FileAlreadyExistsException e) {
                // The name is taken by another process: tries another one.
            }
        }
    }

    private static String name(SecureRandom random) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < NAME_LENGTH; i++) {
            name.append(Character.forDigit(random.nextInt(RADIX), RADIX));
        }
        return name.toString();
    }

    /** The path to bind the socket to. */
    Path socket() {
        return socket;
    }

    /** The path to which a file is moved before it is removed. */
    Path aside() {
        return directory.resolve("old");
    }

    /** Removes the directory and its contents. */
    @Override
    public void close() {
        for (Path each : new Path[] {socket, aside(), directory}) {
            try {
                Files.deleteIfExists(each);
            } catch (IOException e) {
                // An empty directory that belongs to this user is left behind.
            }
        }
    }
}
