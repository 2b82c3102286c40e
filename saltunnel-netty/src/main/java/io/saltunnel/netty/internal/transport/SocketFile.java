package io.saltunnel.netty.internal.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.AttributeKey;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.UnixPath;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of a listening UNIX domain socket.
 *
 * <p>The socket is bound in a directory that only this user can enter. There the file gets its permissions, and only
 * then its final name, so that nobody can connect before the permissions are set. It gets the name by a hard link,
 * which never replaces a file: if two processes start at once, one fails.
 *
 * <pre>
 *   /run/.x7k2q      rwx------     made first, removed once the socket is linked
 *   /run/.x7k2q/3f9ab              bound, chmod
 *   /run/app.sock ── hard link ──▶ the same socket; removed when the channel closes, if it is still this one
 * </pre>
 *
 * <p>A socket that refuses connections was left behind by a process that has ended, and is replaced.
 */
public final class SocketFile implements Listening {
    private static final AttributeKey<SocketFile> FILE = AttributeKey.valueOf(SocketFile.class, "file");

    /**
     * The number of attempts. A file that vanishes and reappears this often belongs to other processes that are
     * starting.
     */
    private static final int ATTEMPTS = 3;

    private static final int TYPE_BITS = 0170000;
    private static final int SOCKET_TYPE = 0140000;

    private final UnixPath endpoint;
    private final DomainSockets sockets;
    private @Nullable PrivateDirectory directory;
    private @Nullable Path path;

    /** The device and the number of the socket's file, which no other file has while the socket is open. */
    private @Nullable Object identity;

    /**
     * A socket file that doesn't exist yet.
     *
     * @param endpoint the path that peers connect to
     * @param sockets the transport's UNIX domain sockets
     */
    public SocketFile(UnixPath endpoint, DomainSockets sockets) {
        this.endpoint = endpoint;
        this.sockets = sockets;
    }

    /**
     * The file that a listening channel's peers connect to.
     *
     * @param listener any channel
     * @return the configured path, or null if the channel isn't that of an opened socket file
     */
    static @Nullable UnixPath pathOf(Channel listener) {
        SocketFile file = listener.attr(FILE).get();
        return file == null ? null : file.endpoint;
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public boolean isUnix() {
        return true;
    }

    @Override
    public ChannelFuture listen(ServerBootstrap bootstrap) throws IOException {
        return bootstrap.bind(prepare());
    }

    /** Finds or makes the address to bind to, of the type that the transport understands. */
    SocketAddress prepare() throws IOException {
        try {
            Path wanted = Path.of(endpoint.path());
            path = wanted;
            refuseUnlessReplaceable(wanted);
            directory = PrivateDirectory.beside(wanted);
            return sockets.address(directory.socket().toString());
        } catch (InvalidPathException e) {
            throw failure("the locale of this process can't express the path", e);
        } catch (UnsupportedOperationException e) {
            throw failure("this system has no file permissions that would protect the socket", e);
        } catch (NoSuchFileException e) {
            throw failure("there is no directory " + Path.of(endpoint.path()).getParent(), e);
        } catch (FileSystemException e) {
            throw failure(e.getReason() == null ? e.toString() : e.getReason(), e);
        }
    }

    @Override
    public Endpoint opened(Channel listener) throws IOException {
        Path name = Objects.requireNonNull(path);
        try (PrivateDirectory made = Objects.requireNonNull(directory)) {
            Files.setPosixFilePermissions(made.socket(), permissions(endpoint.mode()));
            Object key = keyOf(made.socket());
            link(made, name);
            identity = key;
        } catch (FileSystemException e) {
            throw failure(e.getReason() == null ? e.toString() : e.getReason(), e);
        }
        listener.attr(FILE).set(this);
        listener.pipeline().addLast(new Remover());
        listener.closeFuture().addListener(closed -> remove());
        return endpoint;
    }

    @Override
    public void abandon() {
        if (directory != null) {
            directory.close();
        }
    }

    private void link(PrivateDirectory made, Path name) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Files.createLink(name, made.socket());
                return;
            } catch (FileAlreadyExistsException e) {
                if (attempt == ATTEMPTS) {
                    throw failure("others are starting to listen there, too", e);
                }
                moveAside(made, name);
            } catch (UnsupportedOperationException | FileSystemException e) {
                Files.move(made.socket(), name, StandardCopyOption.ATOMIC_MOVE); // no hard links in this file system
                return;
            }
        }
    }

    /**
     * Removes a socket that was left behind. If another socket has taken its name meanwhile, that socket gets the name
     * back.
     */
    private void moveAside(PrivateDirectory made, Path name) throws IOException {
        Object stale = refuseUnlessReplaceable(name);
        if (stale == null) {
            return;
        }
        try {
            Files.move(name, made.aside(), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return; // removed meanwhile
        }
        if (!stale.equals(keyOf(made.aside()))) {
            Files.createLink(name, made.aside());
            throw failure("another process has begun to listen there", null);
        }
    }

    /**
     * Refuses to replace a socket in use, or a file that isn't a socket.
     *
     * @return the identity of the socket that was left behind; null if there is no file
     */
    private @Nullable Object refuseUnlessReplaceable(Path name) throws IOException {
        try {
            int mode = (Integer) Files.getAttribute(name, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if ((mode & TYPE_BITS) != SOCKET_TYPE) {
                throw failure("the file there is no socket; remove it, or choose another path", null);
            }
            Object key = keyOf(name);
            if (isListenedOn(name)) {
                throw failure("it is already listened on", null);
            }
            return key;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /**
     * Whether a process listens on the socket. Only a refused connection means that none does; a full queue or a lack
     * of permission doesn't.
     */
    private static boolean isListenedOn(Path name) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(name));
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            return Files.exists(name, LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static Object keyOf(Path file) throws IOException {
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

    /** Removes the file if it still belongs to this socket. Calling it again does nothing. */
    private synchronized void remove() {
        Object mine = identity;
        identity = null;
        Path name = path;
        try {
            if (mine != null && name != null && mine.equals(keyOf(name))) {
                Files.deleteIfExists(name);
            }
        } catch (IOException e) {
            // Removed by another process, or in a directory that can't be changed any more: the next start replaces it.
        }
    }

    private IOException failure(String reason, @Nullable Throwable cause) {
        BindException failure = new BindException("can't listen on " + endpoint + ": " + reason);
        failure.initCause(cause);
        return failure;
    }

    /**
     * Removes the file before the channel closes: while the socket is open, no other file can get its inode number. If
     * the event loops close the channel without its handlers, the file is removed after that.
     */
    private final class Remover extends ChannelOutboundHandlerAdapter {
        @Override
        public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
            remove();
            ctx.close(promise);
        }
    }
}
