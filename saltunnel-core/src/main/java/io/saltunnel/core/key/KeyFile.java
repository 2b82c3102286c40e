package io.saltunnel.core.key;

import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A key file: the key's {@value LongTermKey#BYTES} bytes and nothing else, readable only by its owner.
 *
 * <p>Any thread except an event loop: reading and writing files blocks.
 *
 * <p>A new key in a new file:
 *
 * {@snippet lang="java" :
 * try (LongTermKey key = LongTermKey.random()) {
 *     KeyFile.create(keyFile, key); // for the owner's eyes only; never over a file that is there
 * }
 * }
 */
public final class KeyFile {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private KeyFile() {}

    /**
     * The content of a key file.
     *
     * @param key the key, which the caller owns and closes; in its own memory unless the caller passed one
     * @param warning one line for the user if others may read the file, or a group may replace it
     */
    public record Loaded(LongTermKey key, Optional<String> warning) {}

    /**
     * Reads a key file into the key's own memory, which the key closes.
     *
     * @param file as for {@link #load(Path, SecretMemory)}
     * @return the key and a warning, if one is due
     * @throws KeyFileException as {@link #load(Path, SecretMemory)} does
     * @throws IllegalStateException never in practice: no other code can close the key's own memory meanwhile
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static Loaded load(Path file) throws KeyFileException {
        Objects.requireNonNull(file, "file");
        try (KeyFileReader reader = KeyFileReader.open(file)) {
            return new Loaded(LongTermKey.read(reader), reader.warning());
        }
    }

    /**
     * Reads a key file, straight into locked memory. Symbolic links are followed, because secrets are often mounted as
     * such. Length, owner and permissions are those of the opened file, even if its name points to another file
     * meanwhile.
     *
     * <p>A file is refused if a user other than root and this program's user could have put it there. That is so if
     * another user owns the file or a directory above it, or if others may write to either. A directory with the sticky
     * bit may be open to all. A directory that only a group may write to causes a warning.
     *
     * @param file the file; may be a pipe
     * @param memory where the key will live; must outlive it
     * @return the key and a warning, if one is due
     * @throws KeyFileException if the file is missing, unreadable, a directory, not exactly {@value LongTermKey#BYTES}
     *     bytes long, {@value LongTermKey#BYTES} times the same byte, or if others may change or replace it; the bytes
     *     read are then wiped
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static Loaded load(Path file, SecretMemory memory) throws KeyFileException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(memory, "memory");
        try (KeyFileReader reader = KeyFileReader.open(file)) {
            return new Loaded(LongTermKey.read(reader, memory), reader.warning());
        }
    }

    /**
     * Writes a key to a new file that only its owner may read, and forces it to the disk.
     *
     * @param file the file, which must not exist; a symbolic link counts as existing
     * @param key the key, which the caller still owns
     * @throws KeyFileException if the file exists or can't be written; no new file is left behind then
     * @throws IllegalStateException if the key is closed; no new file is left behind then
     */
    public static void create(Path file, LongTermKey key) throws KeyFileException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(key, "key");
        create(file, channel -> write(key, channel));
    }

    /**
     * Reads what a key file holds from a channel, such as standard input.
     *
     * @param bytes the channel, blocking; read to its end, and closed by the caller. One that reads straight into direct
     *     buffers leaves no copy
     * @param memory where the key will live; must outlive it
     * @return a key that the caller owns and closes
     * @throws KeyFileException if there are not exactly {@value LongTermKey#BYTES} bytes, or they are all the same
     * @throws IOException if reading fails
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static LongTermKey read(ReadableByteChannel bytes, SecretMemory memory) throws IOException {
        Objects.requireNonNull(bytes, "bytes");
        Objects.requireNonNull(memory, "memory");
        try (SecretBytes next = memory.allocate(1)) {
            return LongTermKey.<IOException>create(memory, target -> {
                ByteBuffer unread = target.duplicate();
                while (unread.hasRemaining() && bytes.read(unread) >= 0) {}
                if (unread.hasRemaining() || bytes.read(next.buffer().duplicate()) >= 0) {
                    throw new KeyFileException("the input must have exactly " + LongTermKey.BYTES + " bytes, but has "
                            + (unread.hasRemaining() ? unread.position() + " bytes" : "more"));
                }
                if (KeyBytes.areConstant(target)) {
                    throw new KeyFileException("the input is the same byte " + LongTermKey.BYTES
                            + " times, which is no key; one is made by: saltunnel key generate");
                }
            });
        }
    }

    /**
     * Writes what a key file holds to a channel, such as standard output.
     *
     * @param key the key; stays the caller's
     * @param bytes the channel, which the caller closes; one that writes straight from direct buffers leaves no copy
     * @throws IOException if writing fails; part of the key may be written then
     * @throws IllegalStateException if the key is closed
     */
    public static void write(LongTermKey key, WritableByteChannel bytes) throws IOException {
        ByteBuffer unwritten = key.bytes().buffer().duplicate();
        while (unwritten.hasRemaining()) {
            bytes.write(unwritten);
        }
        key.bytes().checkOpen();
    }

    /** Takes the content as a function, so that tests can make the writing fail. */
    static void create(Path file, Content content) throws KeyFileException {
        boolean created = false;
        boolean complete = false;
        try (FileChannel channel = openNew(file)) {
            created = true;
            content.writeTo(channel);
            channel.force(true);
            syncDirectory(file);
            complete = true;
        } catch (FileAlreadyExistsException e) {
            throw new KeyFileException("key file " + file + " exists already, and is never overwritten", e);
        } catch (NoSuchFileException e) {
            throw new KeyFileException("cannot create key file " + file + ": its directory does not exist", e);
        } catch (AccessDeniedException e) {
            throw new KeyFileException("cannot create key file " + file + ": permission denied", e);
        } catch (IOException e) {
            throw new KeyFileException("cannot write key file " + file + ": " + KeyFileException.reason(e), e);
        } finally {
            if (created && !complete) {
                deleteQuietly(file);
            }
        }
    }

    private static FileChannel openNew(Path file) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        // The call that creates the file sets its mode too, so others can't open it even for a moment.
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                : FileChannel.open(file, options, new FileAttribute<?>[0]);
    }

    /**
     * Syncs the directory, because a new file survives a power failure only if its directory entry does. Not all
     * systems can sync a directory; the file is valid anyway.
     */
    private static void syncDirectory(Path file) {
        try (FileChannel channel = FileChannel.open(directory(file), StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // This system can't sync a directory.
        }
    }

    private static Path directory(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file : parent;
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The first failure is the one to report.
        }
    }

    /** Writes the content of a new file. */
    @FunctionalInterface
    interface Content {

        /** Writes everything, or throws. */
        void writeTo(FileChannel channel) throws IOException;
    }
}
