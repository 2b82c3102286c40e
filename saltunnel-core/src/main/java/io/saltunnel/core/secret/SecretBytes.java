package io.saltunnel.core.secret;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One secret of fixed size in locked memory, zeroed when it is handed out. The code that allocated it owns it and
 * closes it on every path, which wipes it.
 *
 * <p>Any thread may close this or its memory. Code that uses the bytes while another thread may do so must call
 * {@link #checkOpen()} afterwards. Closing wipes the bytes at once, and the slot may be handed out again, so a result
 * may have been computed from zeros or from another secret.
 */
public final class SecretBytes implements AutoCloseable {

    private static final AtomicReferenceFieldUpdater<SecretBytes, @Nullable ByteBuffer> VIEW =
            AtomicReferenceFieldUpdater.newUpdater(SecretBytes.class, ByteBuffer.class, "view");

    /** The memory that a secret was allocated in. */
    interface Home {

        /** Throws an {@link IllegalStateException} if the memory is closed. */
        void checkOpen();

        /** Sets the secret's listener for the closing of the memory. */
        void watch(SecretBytes secret, Runnable watcher);

        /** Takes back a secret's slot, and wipes it. */
        void release(SecretBytes secret, ByteBuffer slot);
    }

    private final Home memory;
    private final ByteBuffer slot;
    private final int size;

    /** Null once closed. */
    private volatile @Nullable ByteBuffer view;

    SecretBytes(Home memory, ByteBuffer slot, ByteBuffer view) {
        this.memory = memory;
        this.slot = slot;
        this.size = view.capacity();
        this.view = view;
    }

    /**
     * The secret's length.
     *
     * @return the requested size in bytes, also after closing
     */
    public int size() {
        return size;
    }

    /**
     * The bytes themselves.
     *
     * @return always the same direct, little-endian view of exactly {@link #size()} bytes. Use it by absolute index
     *     only, and never after {@link #close()}: it may show another secret by then
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

    /**
     * Checks that results computed from the bytes so far are valid. If this throws, the bytes may have been wiped
     * meanwhile, and the results must not be used.
     *
     * @throws IllegalStateException if this secret or its memory is closed
     */
    public void checkOpen() {
        VarHandle.acquireFence(); // reads above come first: if they saw wiped bytes, the check below throws
        if (view == null) {
            throw new IllegalStateException("secret is closed");
        }
        memory.checkOpen();
    }

    /**
     * Sets a listener that runs when the memory closes, if this secret is still open then. It replaces an earlier
     * listener.
     *
     * @param listener runs once, on the thread that closes the memory, after everything in it was wiped; at once if the
     *     memory is closed already. Its exceptions are ignored
     */
    public void whenMemoryCloses(Runnable listener) {
        memory.watch(this, Objects.requireNonNull(listener, "listener"));
    }

    /** Wipes the secret and returns its slot. Closing it again does nothing. */
    @Override
    public void close() {
        if (VIEW.getAndSet(this, null) != null) {
            VarHandle.fullFence(); // no thread may see wiped bytes while the secret seems open
            memory.release(this, slot);
        }
    }

    @Override
    public String toString() {
        return "SecretBytes[" + size + " bytes" + (view == null ? ", closed]" : "]");
    }
}
