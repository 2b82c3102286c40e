package io.saltunnel.core.handshake;

import io.saltunnel.core.key.LongTermKey;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Admits every clienthi once: it checks a hello's time, and remembers the nonces of admitted hellos until their time
 * alone would keep them out. A replay has the same time field as the original, so each second has its own set of nonces
 * and only that set is searched. {@code docs/decisions/replay-window.md} gives the reasons.
 *
 * <p>Its answers are exact: a hello admitted once is always refused afterwards, and no other hello is mistaken for it.
 * When its memory is used up, or a second's nonces have outlived the time allowed, the window forgets the oldest
 * second, and raises {@linkplain #floor() the floor}, the oldest second still accepted, above it. The floor never falls
 * below that again, even if the clock is set back. A fresh window also refuses hellos that are older than itself. That
 * part of the floor follows a clock that is set back, because nothing was forgotten there.
 *
 * <p>A nonce takes 32 to 64 bytes, and each second with nonces about 200 more. With {@link #DEFAULT_CAPACITY} this is
 * at most 34 MiB, reached at a steady 146 new tunnels per second. At a higher rate the window becomes shorter than an
 * hour, and clients need more accurate clocks. While a set grows, the window may briefly need half as much memory
 * again.
 *
 * <p>Safe for use by any number of threads; if several present the same hello, exactly one gets it admitted.
 */
public final class ReplayWindow {

    /** How far a hello's time may be from the server's, either way, in seconds; inclusive. */
    public static final long MAX_CLOCK_DIFFERENCE_SECONDS = 3600;

    /** A larger difference isn't attributed to a clock. */
    private static final long PLAUSIBLE_SECONDS = 86_400;

    /** The default number of nonces remembered. */
    public static final int DEFAULT_CAPACITY = 1 << 19;

    /**
     * The most memory that a remembered hello takes, in bytes, without the overhead of its second and of a set that
     * grows.
     */
    public static final int MAX_BYTES_PER_HELLO = 64;

    /** The largest capacity. Even if all nonces are from one second, they fit in one array. */
    public static final int MAX_CAPACITY = 1 << 27;

    /** The windows of all keys of this process. */
    static final KeyWindows<ReplayWindow> OF_PROCESS = keyWindows();

    /** The floor of a window that has forgotten nothing yet. */
    private final LongSupplier startSecond;

    // All guarded by this.
    private final TreeMap<Long, NonceSet> seconds = new TreeMap<>();
    private long forgottenBefore;
    private int capacity;
    private int size;

    /**
     * A window with a given floor and capacity.
     *
     * @param oldestAcceptedSeconds the oldest time accepted, in seconds since 1970; every hello that was ever admitted
     *     by another window must be older
     * @param capacity how many nonces to remember, 1 to {@link #MAX_CAPACITY}
     * @throws IllegalArgumentException if the capacity is out of bounds
     */
    public ReplayWindow(long oldestAcceptedSeconds, int capacity) {
        this(() -> oldestAcceptedSeconds, capacity);
    }

    private ReplayWindow(LongSupplier startSecond, int capacity) {
        checkCapacity(capacity);
        this.startSecond = startSecond;
        this.forgottenBefore = Long.MIN_VALUE;
        this.capacity = capacity;
    }

    /**
     * The window of a server that starts now and remembers nothing. It accepts hellos from the whole second in which it
     * starts, so that a client that connects at once gets in. In return, a hello that a former process admitted within
     * that second can be admitted once more. The same applies to a client whose clock is ahead: a hello that it sent
     * before the restart stays acceptable until the server's clock has caught up.
     *
     * <p>If the clock was ahead and is set back later, the first accepted second moves back by as much, so that clients
     * with correct clocks get in again. Hellos that this window has admitted stay refused.
     *
     * @param clock the clock that hellos are checked against, first read after the former process has ended. It must
     *     advance with real time
     * @param nanoTime a clock that only goes forward, in nanoseconds, such as {@link System#nanoTime()}
     * @param capacity how many nonces to remember, 1 to {@link #MAX_CAPACITY}
     * @return a new window
     * @throws IllegalArgumentException if the capacity is out of bounds
     */
    public static ReplayWindow startingNow(InstantSource clock, LongSupplier nanoTime, int capacity) {
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(nanoTime, "nanoTime");
        return new ReplayWindow(new ServerStart(clock, nanoTime), capacity);
    }

    /**
     * A window whose seconds will be {@linkplain #readSecond read}.
     *
     * @param start the floor while nothing was forgotten
     * @param forgottenBefore as {@link #writeTo} has written it
     * @param capacity how many nonces to remember; the reader makes room for what it reads
     */
    static ReplayWindow toBeRead(ServerStart start, long forgottenBefore, int capacity) {
        ReplayWindow window = new ReplayWindow(start, capacity);
        window.forgottenBefore = forgottenBefore;
        return window;
    }

    /**
     * Reads one second that {@link #writeTo} has written, with its nonces.
     *
     * @return the second
     */
    synchronized long readSecond(DataInput in) throws IOException {
        long second = in.readLong();
        NonceSet nonces = new NonceSet();
        nonces.readFrom(in);
        seconds.put(second, nonces);
        size += nonces.size();
        return second;
    }

    /** No windows yet. */
    static KeyWindows<ReplayWindow> keyWindows() {
        return new KeyWindows<>(ReplayWindow::size, ReplayWindow::capacity, ReplayWindow::forgetUntil);
    }

    /** Writes the start, the floor, and each second with its nonces, the oldest first. */
    synchronized void writeTo(DataOutput out) throws IOException {
        out.writeLong(startSecond.getAsLong());
        out.writeLong(forgottenBefore);
        out.writeInt(seconds.size());
        for (var each : seconds.entrySet()) {
            out.writeLong(each.getKey());
            each.getValue().writeTo(out);
        }
    }

    /**
     * The window of a key. All servers of a key in this process share one window, so that all refuse a hello that one
     * of them has admitted. Two keys with the same bytes are one key here. The window outlives the key objects that it
     * was requested for, so that a key that is removed and added again still has its admitted hellos.
     *
     * <p>Together, the windows whose keys are all unreachable remember at most half as many nonces as the most recently
     * requested window can. The least recently requested ones forget first. A window that forgets may refuse more
     * hellos, but never admits one again. Only {@value FormerWindows#MOST} such windows are kept; a window beyond them
     * is lost with all that it remembers.
     *
     * <p>Servers of one key should have one clock: a hello that is too old by any of their clocks may be refused by
     * all.
     *
     * @param key the long-term key, which the caller still owns; only its checksum is read
     * @param first makes the window if there is none yet, as {@link #startingNow} does; called under a lock
     * @return always the same window
     */
    public static ReplayWindow of(LongTermKey key, Supplier<ReplayWindow> first) {
        return OF_PROCESS.window(Objects.requireNonNull(key, "key"), Objects.requireNonNull(first, "first"));
    }

    /**
     * Changes how many nonces can be remembered. If there are more, the oldest seconds are forgotten, and no longer
     * accepted.
     *
     * @param most 1 to {@link #MAX_CAPACITY}
     * @throws IllegalArgumentException if it is out of bounds
     */
    public synchronized void limit(int most) {
        checkCapacity(most);
        capacity = most;
        forgetUntil(most);
    }

    /** Forgets the oldest seconds until at most this number of nonces is remembered. */
    synchronized void forgetUntil(int most) {
        while (size > most) {
            forgetOldest();
        }
    }

    static void checkCapacity(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity " + capacity);
        }
    }

    /**
     * Admits a hello, or refuses it: first by its time, then because it was admitted before. May be called only for a
     * hello whose tag, version and zeros are verified, because a hello that isn't authentic must not take up memory.
     *
     * @param nowSeconds the server's time, in seconds since 1970
     * @param helloSeconds the hello's time, in seconds since 1970; unsigned
     * @param nonce holds the hello's nonce; any byte order, always the same
     * @param nonceOffset absolute index of the first of its 24 bytes
     * @throws HandshakeException {@link HandshakeFailure#IMPLAUSIBLE_TIME}, {@link HandshakeFailure#STALE}, {@link
     *     HandshakeFailure#FROM_FUTURE} or {@link HandshakeFailure#REPLAYED}.
     * @throws IndexOutOfBoundsException if the nonce isn't within the buffer's limit
     */
    public void admit(long nowSeconds, long helloSeconds, ByteBuffer nonce, int nonceOffset) throws HandshakeException {
        admit(nowSeconds, helloSeconds, nonce, nonceOffset, true);
    }

    /**
     * Like {@link #admit}, for a window in front of a memory that knows more: a hello below the floor is not refused,
     * because that memory can tell whether it is a replay. A window that is full forgets without harm then.
     *
     * @param nowSeconds the server's time, in seconds since 1970
     * @param helloSeconds the hello's time, in seconds since 1970; unsigned
     * @param nonce holds the hello's nonce; any byte order, always the same
     * @param nonceOffset absolute index of the first of its 24 bytes
     * @return why this window alone would have refused the hello: it is below the floor; empty if it would not have
     * @throws HandshakeException {@link HandshakeFailure#IMPLAUSIBLE_TIME}, {@link HandshakeFailure#STALE} or {@link
     *     HandshakeFailure#FROM_FUTURE} by the clock alone, or {@link HandshakeFailure#REPLAYED}.
     * @throws IndexOutOfBoundsException if the nonce isn't within the buffer's limit
     */
    public Optional<HandshakeException> admitInFront(
            long nowSeconds, long helloSeconds, ByteBuffer nonce, int nonceOffset) throws HandshakeException {
        return Optional.ofNullable(admit(nowSeconds, helloSeconds, nonce, nonceOffset, false));
    }

    /** Refuses a hello below the floor if this window decides alone, otherwise returns that refusal. */
    private @Nullable HandshakeException admit(
            long nowSeconds, long helloSeconds, ByteBuffer nonce, int nonceOffset, boolean alone)
            throws HandshakeException {
        Objects.requireNonNull(nonce, "nonce");
        long a = nonce.getLong(nonceOffset);
        long b = nonce.getLong(nonceOffset + Long.BYTES);
        long c = nonce.getLong(nonceOffset + 2 * Long.BYTES);
        checkTime(nowSeconds, helloSeconds);
        synchronized (this) {
            forgetBefore(nowSeconds - MAX_CLOCK_DIFFERENCE_SECONDS);
            HandshakeException below = belowFloor(nowSeconds, helloSeconds, alone);
            NonceSet admitted = seconds.get(helloSeconds);
            if (admitted != null && admitted.contains(a, b, c)) {
                throw HandshakeException.replayed(helloSeconds - nowSeconds);
            }
            if (size >= capacity) {
                makeRoom(helloSeconds);
                below = belowFloor(nowSeconds, helloSeconds, alone);
            }
            if (size < capacity) {
                seconds.computeIfAbsent(helloSeconds, second -> new NonceSet()).add(a, b, c);
                size++;
            }
            return below;
        }
    }

    /**
     * The oldest second that the window accepts. The clock may exclude more.
     *
     * @return seconds since 1970; less than before only after the clock was set back
     */
    public synchronized long floor() {
        return Math.max(forgottenBefore, startSecond.getAsLong());
    }

    /**
     * How many nonces are remembered.
     *
     * @return from 0 to {@link #capacity()}
     */
    public synchronized int size() {
        return size;
    }

    /**
     * How many nonces can be remembered.
     *
     * @return 1 to {@link #MAX_CAPACITY}
     */
    public synchronized int capacity() {
        return capacity;
    }

    @Override
    public synchronized String toString() {
        return "ReplayWindow[" + size + " of " + capacity + " nonces, from " + floor() + " s on]";
    }

    /** The bytes that the nonces' arrays take, for a test of the figures given above. */
    synchronized long slotBytes() {
        return seconds.values().stream().mapToLong(NonceSet::slotBytes).sum();
    }

    private static void checkTime(long nowSeconds, long helloSeconds) throws HandshakeException {
        // As a signed number, a time beyond 2^63 would be long past.
        long difference = helloSeconds < 0 ? Long.MAX_VALUE : helloSeconds - Math.max(nowSeconds, 0);
        if (Math.abs(difference) > PLAUSIBLE_SECONDS) {
            throw HandshakeException.implausibleTime();
        }
        if (Math.abs(difference) > MAX_CLOCK_DIFFERENCE_SECONDS) {
            throw HandshakeException.beyondAllowance(difference, MAX_CLOCK_DIFFERENCE_SECONDS);
        }
    }

    private @Nullable HandshakeException belowFloor(long nowSeconds, long helloSeconds, boolean refuse)
            throws HandshakeException {
        long floor = floor();
        if (helloSeconds >= floor) {
            return null;
        }
        HandshakeException below = HandshakeException.belowFloor(helloSeconds - nowSeconds, floor - nowSeconds);
        if (refuse) {
            throw below;
        }
        return below;
    }

    /**
     * Forgets nonces of times that the clock alone now refuses. The floor records this, in case the clock is set back.
     */
    synchronized void forgetBefore(long second) {
        while (!seconds.isEmpty() && seconds.firstKey() < second) {
            forgetOldest();
        }
    }

    /**
     * Makes room for one nonce by forgetting the oldest second, or raises the floor above the hello if it is older
     * still. Such a hello isn't remembered.
     */
    private void makeRoom(long helloSeconds) {
        if (helloSeconds < seconds.firstKey()) {
            forgottenBefore = Math.max(forgottenBefore, helloSeconds + 1);
        } else {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        var oldest = Objects.requireNonNull(seconds.pollFirstEntry());
        size -= oldest.getValue().size();
        // Only hellos that were admitted and forgotten must stay out. So a clock that ran far ahead for a while shuts
        // no client out for long.
        forgottenBefore = Math.max(forgottenBefore, oldest.getKey() + 1);
    }
}
