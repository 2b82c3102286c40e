package io.saltunnel.cli.status;

import io.saltunnel.netty.address.UnixPath;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of the status server's UNIX domain socket. It is bound in a directory that only this user can enter, gets its
 * mode there, and only then its name. A socket that nobody listens on is replaced; any other file is left alone. One
 * thread.
 */
final class UnixSocketFile {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final int TYPE_BITS = 0170000;
    private static final int SOCKET_TYPE = 0140000;

    private final UnixPath wanted;
    private final Path directory;
    private final Path socket;
    private @Nullable Object identity;

    private UnixSocketFile(UnixPath wanted, Path directory) {
        this.wanted = wanted;
        this.directory = directory;
        this.socket = directory.resolve("s");
    }

    static UnixSocketFile prepare(UnixPath wanted) throws IOException {
        Path path = Path.of(wanted.path()).toAbsolutePath();
        refuseUnlessReplaceable(path);
        try {
            return new UnixSocketFile(
                    wanted, Files.createTempDirectory(Objects.requireNonNull(path.getParent()), ".s", OWNER_ONLY));
        } catch (FileSystemException e) {
            throw failure("can't make a directory beside it: " + (e.getReason() == null ? e : e.getReason()));
        }
    }

    /** Where to bind. */
    SocketAddress address() {
        return UnixDomainSocketAddress.of(socket);
    }

    /** Gives the bound socket its mode and its name. */
    void publish() throws IOException {
        Files.setPosixFilePermissions(socket, permissions(wanted.mode()));
        identity = identityOf(socket);
        Files.move(socket, Path.of(wanted.path()), StandardCopyOption.ATOMIC_MOVE);
        Files.delete(directory);
    }

    /** Removes what {@link #prepare} made, after a failure. */
    void abandon() {
        for (Path each : new Path[] {socket, directory}) {
            try {
                Files.deleteIfExists(each);
            } catch (IOException e) {
                // An empty directory of this user's stays behind.
            }
        }
    }

    /** Removes the file if it is still this one. Does nothing the second time: another file may have its number then. */
    void remove() {
        Path path = Path.of(wanted.path());
        Object own = identity;
        identity = null;
        try {
            if (own != null && own.equals(identityOf(path))) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // Removed already, or no longer ours: the next start replaces it.
        }
    }

    private static void refuseUnlessReplaceable(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & TYPE_BITS) != SOCKET_TYPE) {
            throw failure("the file there is no socket; remove it, or choose another path");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            throw failure("it is already listened on");
        } catch (ConnectException e) {
            // Left behind by a process that is gone.
        }
    }

    private static Object identityOf(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromTheLeft = PosixFilePermission.values();
        for (int i = 0; i < fromTheLeft.length; i++) {
            if ((mode >> (fromTheLeft.length - 1 - i) & 1) != 0) {
                permissions.add(fromTheLeft[i]);
            }
        }
        return permissions;
    }

    private static BindException failure(String reason) {
        return new BindException(reason);
    }
}
