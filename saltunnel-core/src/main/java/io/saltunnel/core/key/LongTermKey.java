package io.saltunnel.core.key;

import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The secret that a client and a server share: 32 bytes in locked memory, wiped when the key is closed.
 *
 * <p>The key also has the {@link SecretMemory} for the secrets of the sessions under it. A key made without a memory
 * creates its own, and closes that memory when the key is closed. This aborts the connections that are still open under
 * the key, and the caller has nothing else to close. A key made with the caller's memory leaves that memory open.
 *
 * <p>Any thread may read the key until it is closed. A read during closing throws an {@link IllegalStateException}; it
 * never gets a wiped key.
 *
 * <p>Its whole life:
 *
 * {@snippet lang="java" :
 * try (LongTermKey key = LongTermKey.load(keyFile)) {
 *     program.accept(key); // lends it to servers and clients, and returns when they have ended
 * } // here it is wiped, and all that was derived from it
 * }
 */
public final class LongTermKey implements AutoCloseable {

    /** The length of a key. */
    public static final int BYTES = KeyBytes.COUNT;

    private static final int FINGERPRINT_CHARACTERS = 8;

    private final SecretBytes bytes;
    private final SecretMemory memory;
    private final MemoryOwner memoryOwner;
    private final String checksum;

    private LongTermKey(SecretBytes bytes, SecretMemory memory, MemoryOwner memoryOwner) {
        this.bytes = bytes;
        this.memory = memory;
        this.memoryOwner = memoryOwner;
        this.checksum = KeyChecksum.of(bytes.buffer(), memory);
        bytes.checkOpen();
    }

    /**
     * Copies a key from a buffer.
     *
     * @param source holds the key in the {@value #BYTES} bytes from its position; isn't changed, and the caller wipes
     *     it
     * @param memory where the key and the secrets of its sessions live; must outlive the key
     * @return a key that the caller owns and closes
     * @throws IllegalArgumentException if the buffer has another number of bytes remaining, or holds the same byte
     *     {@value #BYTES} times
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static LongTermKey of(ByteBuffer source, SecretMemory memory) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(memory, "memory");
        if (source.remaining() != BYTES) {
            throw new IllegalArgumentException("a key has " + BYTES + " bytes, not " + source.remaining());
        }
        return create(memory, target -> {
            target.put(0, source, source.position(), BYTES);
            if (KeyBytes.areConstant(target)) {
                throw new IllegalArgumentException("the same byte " + BYTES + " times is no key");
            }
        });
    }

    /**
     * Makes a new key from the system's random bytes, in its own memory.
     *
     * @return a key that the caller owns and closes, and its memory with it
     * @throws IllegalStateException if the system gives the same byte {@value #BYTES} times
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static LongTermKey random() {
        SecretMemory memory = SecretMemory.create();
        try {
            return create(memory, MemoryOwner.KEY, bytesOf(RandomSource.system()));
        } catch (Throwable e) {
            memory.close();
            throw e;
        }
    }

    /**
     * Makes a new key.
     *
     * @param random gives its bytes
     * @param memory where the key and the secrets of its sessions live; must outlive the key
     * @return a key that the caller owns and closes
     * @throws IllegalStateException if the memory is closed, or the random source gives the same byte {@value #BYTES}
     *     times
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static LongTermKey random(RandomSource random, SecretMemory memory) {
        Objects.requireNonNull(memory, "memory");
        return create(memory, bytesOf(Objects.requireNonNull(random, "random")));
    }

    private static Filling<RuntimeException> bytesOf(RandomSource random) {
        return target -> {
            random.fill(target);
            if (KeyBytes.areConstant(target)) {
                throw new IllegalStateException("the random source gave the same byte " + BYTES + " times");
            }
        };
    }

    /**
     * Reads a key file into the key's own memory. {@link KeyFile#load(Path)} does the same, and also reports whether
     * the file's permissions are too wide.
     *
     * @param file a file of exactly {@value #BYTES} bytes
     * @return a key that the caller owns and closes, and its memory with it
     * @throws KeyFileException if the file can't be read or has another length
     * @throws IllegalStateException never in practice: no other code can close the key's own memory meanwhile
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static LongTermKey load(Path file) throws KeyFileException {
        Objects.requireNonNull(file, "file");
        try (KeyFileReader reader = KeyFileReader.open(file)) {
            return read(reader);
        }
    }

    /**
     * Reads a key file. {@link KeyFile#load(Path, SecretMemory)} does the same, and also reports whether the file's
     * permissions are too wide.
     *
     * @param file a file of exactly {@value #BYTES} bytes
     * @param memory where the key and the secrets of its sessions live; must outlive the key
     * @return a key that the caller owns and closes
     * @throws KeyFileException if the file can't be read or has another length
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static LongTermKey load(Path file, SecretMemory memory) throws KeyFileException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(memory, "memory");
        try (KeyFileReader reader = KeyFileReader.open(file)) {
            return read(reader, memory);
        }
    }

    /** Reads an opened file into memory that the key owns. */
    static LongTermKey read(KeyFileReader file) throws KeyFileException {
        SecretMemory memory = SecretMemory.create();
        try {
            return create(memory, MemoryOwner.KEY, target -> file.read(target, memory));
        } catch (Throwable e) {
            memory.close();
            throw e;
        }
    }

    /** Reads an opened file into the caller's memory. */
    static LongTermKey read(KeyFileReader file, SecretMemory memory) throws KeyFileException {
        return create(memory, target -> file.read(target, memory));
    }

    /** Fills a slot and makes a key of it; wipes the slot if anything fails. */
    static <E extends Exception> LongTermKey create(SecretMemory memory, Filling<E> filling) throws E {
        return create(memory, MemoryOwner.CALLER, filling);
    }

    /** Does the same for memory with the given owner. If this fails, the creator of the memory closes it. */
    static <E extends Exception> LongTermKey create(SecretMemory memory, MemoryOwner owner, Filling<E> filling)
            throws E {
        SecretBytes bytes = memory.allocate(BYTES);
        boolean complete = false;
        try {
            filling.fill(bytes.buffer());
            LongTermKey key = new LongTermKey(bytes, memory, owner);
            complete = true;
            return key;
        } finally {
            if (!complete) {
                bytes.close();
            }
        }
    }

    /**
     * The bytes of the key.
     *
     * @return the {@value #BYTES} bytes; this key owns and closes them
     */
    public SecretBytes bytes() {
        return bytes;
    }

    /**
     * The memory for the secrets of this key's sessions.
     *
     * @return the memory given when the key was made, or the key's own
     */
    public SecretMemory memory() {
        return memory;
    }

    /**
     * The key's SHA-256, by which people compare two keys without showing them. It isn't secret.
     *
     * @return 64 lower-case hexadecimal characters; also after closing
     */
    public String checksum() {
        return checksum;
    }

    /**
     * The beginning of the checksum, for logs.
     *
     * @return 8 lower-case hexadecimal characters; also after closing
     */
    public String fingerprint() {
        return checksum.substring(0, FINGERPRINT_CHARACTERS);
    }

    /**
     * Wipes the key: no handshake can begin any more. If the key has its own memory, wipes that too, which aborts the
     * connections that are still open under the key. Closing it again does nothing.
     */
    @Override
    public void close() {
        bytes.close();
        if (memoryOwner == MemoryOwner.KEY) {
            memory.close();
        }
    }

    @Override
    public String toString() {
        return "LongTermKey[" + fingerprint() + "]";
    }

    /** The owner of a key's memory, which closes it. */
    enum MemoryOwner {
        CALLER,
        KEY
    }

    /** Supplies a key's bytes. */
    @FunctionalInterface
    interface Filling<E extends Exception> {

        /** Writes all of the key's bytes to the target, from index 0. */
        void fill(ByteBuffer target) throws E;
    }
}
