package io.saltunnel.core.handshake;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Carries the replay windows of all keys from one process to the next, in a file. Without it, a server refuses the
 * hellos from before its start, and a hello that a former process admitted in that second can be admitted once more.
 * With it, a restart is no different from a pause: hellos that were sent meanwhile are admitted, and none twice.
 *
 * <p>The file is empty while a process uses it, and locked. It is written when the process ends in order. After any
 * other end it stays empty, and the next process starts as without it. The same applies if the file is damaged, or was
 * written before the machine was started: the monotonic clock then doesn't fit the other one. So a file that a power
 * cut brings back is not believed.
 *
 * <p>The file has no secrets: nonces, as on the wire, and the checksums of the keys. Another user who could change it
 * could have hellos admitted again, so it must not be writable by others. {@code docs/decisions/restart.md} gives the
 * reasons. One thread at a time; the windows may be used by others meanwhile.
 */
public final class ReplayFile implements AutoCloseable {

    /** Says which format this is. */
    private static final long FORMAT = 0x7361_6c74_7265_7031L;

    /**
     * How much the two clocks may differ since the file was written, in milliseconds. It is less than a machine takes
     * to start.
     */
    private static final long MAX_DRIFT_MILLIS = 3000;

    private static final FileAttribute<?>[] FOR_OWNER_ONLY = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };

    private static final Set<OpenOption> OPTIONS = Set.of(
            StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS);

    /** What a file held when it was opened. */
    public enum Found {
        /** Nothing: it is new, or the process that had it before did not end in order. */
        NOTHING,
        /** The windows of the process before. */
        WINDOWS,
        /** Something that can't be used: it is damaged, or from before the machine was started. */
        UNUSABLE
    }

    private final FileChannel channel;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final KeyWindows<ReplayWindow> windows;
    private final Found found;

    private ReplayFile(
            FileChannel channel,
            InstantSource clock,
            LongSupplier nanoTime,
            int capacity,
            KeyWindows<ReplayWindow> windows)
            throws IOException {
        this.channel = channel;
        this.windows = windows;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.found = take(capacity);
    }

    /**
     * Takes over what the process before has left in a file, and empties it. Call it before the first server starts: a
     * key that has a window already keeps it.
     *
     * @param file is made if it isn't there, for its owner only. It should be in a directory that doesn't outlive the
     *     machine's start, as below {@code /run}
     * @param clock the clock of the servers
     * @param nanoTime {@link System#nanoTime()}
     * @param capacity the most nonces to take over, of all keys together, 1 to {@link ReplayWindow#MAX_CAPACITY}. If
     *     there are more, the oldest seconds of all are forgotten. It is also the capacity of each window until a
     *     server of its key sets another
     * @return the file, which must be closed after all servers have ended
     * @throws IOException with a message for the user, if the file can't be made or read, isn't a regular file, can be
     *     changed by others, or is in use by another process
     * @throws IllegalArgumentException if the capacity is out of bounds
     */
    public static ReplayFile open(Path file, InstantSource clock, LongSupplier nanoTime, int capacity)
            throws IOException {
        return open(file, clock, nanoTime, capacity, ReplayWindow.OF_PROCESS);
    }

    static ReplayFile open(
            Path file, InstantSource clock, LongSupplier nanoTime, int capacity, KeyWindows<ReplayWindow> windows)
            throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(nanoTime, "nanoTime");
        ReplayWindow.checkCapacity(capacity);
        if (Files.isSymbolicLink(file)) {
            throw new FileSystemException(file.toString(), null, "a symbolic link");
        }
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileChannel channel = FileChannel.open(file, OPTIONS, posix ? FOR_OWNER_ONLY : new FileAttribute<?>[0]);
        try {
            check(file, posix);
            lock(file, channel);
            return new ReplayFile(channel, clock, nanoTime, capacity, windows);
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    private static void check(Path file, boolean posix) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(file.toString(), null, "not a regular file");
        }
        if (posix) {
            String permissions =
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
            if (permissions.charAt(4) == 'w' || permissions.charAt(7) == 'w') {
                throw new FileSystemException(file.toString(), null, "other users may change it (" + permissions + ")");
            }
        }
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

    private Found take(int capacity) throws IOException {
        if (channel.size() == 0) {
            return Found.NOTHING;
        }
        Map<String, ReplayWindow> found;
        try {
            found = read(capacity);
        } catch (DamagedException | EOFException | UTFDataFormatException e) {
            return Found.UNUSABLE;
        } finally {
            channel.truncate(0);
            channel.force(true); // a power cut must not bring it back
        }
        windows.add(found);
        return Found.WINDOWS;
    }

    /**
     * What the file held when it was opened.
     *
     * @return whether there were windows, and they are in use now
     */
    public Found found() {
        return found;
    }

    private Map<String, ReplayWindow> read(int capacity) throws IOException {
        MessageDigest digest = sha256();
        DataInputStream in = new DataInputStream(
                new DigestInputStream(new BufferedInputStream(Channels.newInputStream(channel)), digest));
        if (in.readLong() != FORMAT) {
            throw new DamagedException();
        }
        long millis = clock.millis() - in.readLong();
        long writtenNanos = in.readLong();
        long nanos = nanoTime.getAsLong() - writtenNanos;
        if (nanos < 0 || Math.abs(millis - nanos / 1_000_000) > MAX_DRIFT_MILLIS) {
            throw new DamagedException();
        }
        WindowReader windows = new WindowReader(in, capacity);
        for (int count = in.readInt(); count > 0; count--) {
            windows.read(firstSecond -> new ServerStart(clock, nanoTime, firstSecond, writtenNanos));
        }
        byte[] expected = digest.digest();
        if (!Arrays.equals(in.readNBytes(expected.length), expected) || in.read() >= 0) {
            throw new DamagedException();
        }
        return windows.forget(clock.instant().getEpochSecond());
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
            channel.position(0);
            MessageDigest digest = sha256();
            DataOutputStream out = new DataOutputStream(
                    new BufferedOutputStream(new DigestOutputStream(Channels.newOutputStream(channel), digest)));
            out.writeLong(FORMAT);
            out.writeLong(clock.millis());
            out.writeLong(nanoTime.getAsLong());
            Map<String, ReplayWindow> all = windows.all();
            out.writeInt(all.size());
            for (var each : all.entrySet()) {
                each.getValue().writeTo(out);
                out.writeUTF(each.getKey());
            }
            out.flush();
            out.write(digest.digest());
            out.flush();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has it", e);
        }
    }

    /** The file can't be believed. */
    private static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1;
    }
}
