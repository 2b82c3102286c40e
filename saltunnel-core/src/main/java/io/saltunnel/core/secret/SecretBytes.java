package io.saltunnel.core.secret;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One secret of fixed size in locked memory, zeroed when it is handed out. Whoever allocated it owns it, and closes it
 * on every path; that wipes it.
 *
 * <p>{@link #close()} may be called by any thread, but not while another still works on the bytes: the slot is handed
 * out again at once.
 */
public final class SecretBytes implements AutoCloseable {

    private static final AtomicReferenceFieldUpdater<SecretBytes, @Nullable ByteBuffer> VIEW =
            AtomicReferenceFieldUpdater.newUpdater(SecretBytes.class, ByteBuffer.class, "view");

    private final SecretMemory memory;
    private final ByteBuffer slot;
    private final int size;

    /** Null once closed. */
    private volatile @Nullable ByteBuffer view;

    SecretBytes(SecretMemory memory, ByteBuffer slot, ByteBuffer view) {
        this.memory = memory;
        this.slot = slot;
        this.size = view.capacity();
        this.view = view;
    }

    /**
     * The secret's length.
     *
     * @return the size asked for, in bytes; still answered after closing
     */
    public int size() {
        return size;
    }

    /**
     * The bytes themselves.
     *
     * @return always the same direct, little-endian view of exactly {@link #size()} bytes, to be used with absolute
     *     access only, and never after {@link #close()}: it may show another secret by then
     * @throws IllegalStateException if this secret or its memory is closed
     */
    public ByteBuffer buffer() {
        ByteBuffer current = view;
        if (current == null) {
            throw new IllegalStateException("secret is closed");
        }
        memory.checkOpen();
        return current;
    }

    /** Wipes the secret and gives its slot back. Closing it again does nothing. */
    @Override
    public void close() {
        if (VIEW.getAndSet(this, null) != null) {
            memory.release(slot);
        }
    }

    @Override
    public String toString() {
        return "SecretBytes[" + size + " bytes" + (view == null ? ", closed]" : "]");
    }
}
