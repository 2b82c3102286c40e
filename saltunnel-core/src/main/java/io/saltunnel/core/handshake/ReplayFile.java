package io.saltunnel.core.handshake;

import io.saltunnel.core.key.ForeignAccess;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Carries the replay windows of all keys from one process to the next, in a file. Without it, a server refuses the
 * hellos from before its start, and a hello that a former process admitted in that second can be admitted once more.
 * With it, hellos that were sent meanwhile are admitted, and none twice, if the next process starts within five minutes
 * and no other has served the keys in between.
 *
 * <p>The file is empty while a process uses it, and locked. It is written when the process ends in order. After any
 * other end it stays empty, and the next process starts as without it. If the file is damaged, from before the machine
 * was started or its clock was set, or too old, the next process also accepts only hellos from its own start on; unless
 * the file is damaged, it still refuses those that the file names.
 *
 * <p>The file has no secrets: nonces, as on the wire, and the checksums of the keys. Another user who could change it
 * could have hellos admitted again, so no other may be able to change or replace it. {@code docs/decisions/restart.md}
 * gives the reasons. One thread at a time; the windows may be used by others meanwhile.
 */
public final class ReplayFile implements AutoCloseable {

    private static final FileAttribute<?>[] FOR_OWNER_ONLY = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };

    private static final Set<OpenOption> OPTIONS =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    /**
     * The files that are open, by what the system knows them by. Guarded by itself. POSIX systems drop all locks of a
     * process on a file when it closes one of its descriptors, so a file must not even be opened a second time.
     */
    private static final Set<Object> OPEN = new HashSet<>();

    private final FileChannel channel;
    private final Object id;
    private final StoredWindows.Clocks clocks;
    private final KeyWindows<ReplayWindow> windows;
    private final FoundReplays found;

    private ReplayFile(
            FileChannel channel,
            Object id,
            StoredWindows.Clocks clocks,
            KeyWindows<ReplayWindow> windows,
            FoundReplays found) {
        this.channel = channel;
        this.id = id;
        this.clocks = clocks;
        this.windows = windows;
        this.found = found;
    }

    /**
     * Takes over what the process before has left in a file, and empties it. Call it before the first server starts: a
     * key that has a window already keeps it.
     *
     * @param file is made if it isn't there, for its owner only. A file with any other content is refused, and left as
     *     it is
     * @param clock the clock of the servers
     * @param nanoTime {@link System#nanoTime()}
     * @param capacity the most nonces to take over, of all keys together, 1 to {@link ReplayWindow#MAX_CAPACITY}. If
     *     there are more, the oldest seconds of all are forgotten. It is also the capacity of each window until a
     *     server of its key sets another
     * @return the file, which must be closed after all servers have ended
     * @throws IOException with a message for the user, if the file can't be made or read, isn't a regular file, isn't a
     *     file of replays, can be changed or replaced by others, or is in use
     * @throws IllegalArgumentException if the capacity is out of bounds
     */
    public static ReplayFile open(Path file, InstantSource clock, LongSupplier nanoTime, int capacity)
            throws IOException {
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(nanoTime, "nanoTime");
        return open(file, StoredWindows.Clocks.ofMachine(clock, nanoTime), capacity, ReplayWindow.OF_PROCESS);
    }

    static ReplayFile open(Path file, StoredWindows.Clocks clocks, int capacity, KeyWindows<ReplayWindow> windows)
            throws IOException {
        Objects.requireNonNull(file, "file");
        ReplayWindow.checkCapacity(capacity);
        synchronized (OPEN) {
            create(file);
            Object id = check(file);
            if (OPEN.contains(id)) {
                throw new FileSystemException(file.toString(), null, "in use by this process already");
            }
            FileChannel channel = FileChannel.open(file, OPTIONS);
            try {
                lock(file, channel);
                FoundReplays found = take(file, channel, clocks, capacity, windows);
                OPEN.add(id);
                return new ReplayFile(channel, id, clocks, windows, found);
            } catch (Throwable e) {
                channel.close();
                throw e;
            }
        }
    }

    private static void create(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        try {
            Files.createFile(file, posix ? FOR_OWNER_ONLY : new FileAttribute<?>[0]);
        } catch (FileAlreadyExistsException e) {
            // Another process was first.
        }
    }

    /**
     * Checks it before it is opened: no other user can put another file in its place after that.
     *
     * @return what the system knows the file by, under all its names
     */
    private static Object check(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink()) {
            throw new FileSystemException(file.toString(), null, "a symbolic link");
        }
        if (!attributes.isRegularFile()) {
            throw new FileSystemException(file.toString(), null, "not a regular file");
        }
        Optional<String> refusal = ForeignAccess.to(file);
        if (refusal.isPresent()) {
            throw new FileSystemException(file.toString(), null, refusal.get());
        }
        Object key = attributes.fileKey();
        return key != null ? key : file.toRealPath();
    }

    private static void lock(Path file, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock(); // until the channel is closed
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new FileSystemException(file.toString(), null, "in use by another process");
        }
    }

    private static FoundReplays take(
            Path file, FileChannel channel, StoredWindows.Clocks clocks, int capacity, KeyWindows<ReplayWindow> windows)
            throws IOException {
        if (channel.size() == 0) {
            return FoundReplays.NOTHING;
        }
        if (StoredWindows.isForeign(channel)) {
            throw new FileSystemException(
                    file.toString(),
                    null,
                    "it isn't a file of replays, and stays as it is; name a file that doesn't exist yet");
        }
        StoredWindows stored = StoredWindows.read(channel, clocks, capacity);
        channel.truncate(0);
        channel.force(true); // a power cut must not bring it back
        windows.add(stored.windows());
        return stored.found();
    }

    /**
     * What the file held when it was opened.
     *
     * @return whether there were windows, and whether they go on
     */
    public FoundReplays found() {
        return found;
    }

    /**
     * Leaves what all windows remember to the next process, and gives the file free.
     *
     * @throws IOException if it can't be written; the next process then starts as without it
     */
    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        try (channel) {
            StoredWindows.write(windows.all(), channel, clocks);
        } finally {
            synchronized (OPEN) {
                OPEN.remove(id);
            }
        }
    }
}
