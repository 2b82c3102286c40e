package io.saltunnel.netty.internal.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The slots of authenticated tunnels. A request waits in line if none is free; established tunnels aren't affected.
 *
 * <p>One for each server, shared by its event loops. Any thread.
 */
public final class TunnelSlots {
    /** A place in the line, or a slot. */
    public final class Slot {
        private enum Use {
            WAITING,
            HELD,
            FREED
        }

        private final Runnable granted;
        private final boolean wasFree;
        private Use use;

        private Slot(Runnable granted, Use use) {
            this.granted = granted;
            this.wasFree = use == Use.HELD;
            this.use = use;
        }

        /**
         * Whether the slot was granted at once.
         *
         * @return false if it had to wait in line
         */
        public boolean wasFree() {
            return wasFree;
        }

        /**
         * Whether the slot is granted.
         *
         * @return false while it waits in line, and after it was freed
         */
        public boolean isHeld() {
            synchronized (TunnelSlots.this) {
                return use == Use.HELD;
            }
        }

        /** Returns the slot, or leaves the line. Calling it again does nothing. */
        public void free() {
            Slot next = null;
            synchronized (TunnelSlots.this) {
                if (use == Use.HELD) {
                    held--;
                    next = grantNext();
                } else if (use == Use.WAITING) {
                    line.remove(this);
                }
                use = Use.FREED;
            }
            if (next != null) {
                next.granted.run();
            }
        }
    }

    private int maxTunnels;
    private int maxWaiting;
    private final Queue<Slot> line = new ArrayDeque<>();
    private int held;

    /**
     * A number of slots.
     *
     * @param maxTunnels the number of slots, 1 or more
     * @param maxWaiting the most requests in line, 0 or more
     */
    public TunnelSlots(int maxTunnels, int maxWaiting) {
        checkBounds(maxTunnels, maxWaiting);
        this.maxTunnels = maxTunnels;
        this.maxWaiting = maxWaiting;
    }

    private static void checkBounds(int maxTunnels, int maxWaiting) {
        if (maxTunnels < 1 || maxWaiting < 0) {
            throw new IllegalArgumentException(
                    "at least one tunnel must be allowed, not " + maxTunnels + " and " + maxWaiting + " that wait");
        }
    }

    /**
     * Changes the number of slots. More slots are granted to the line at once, on the calling thread. With fewer, held
     * slots stay held, and the requests in line stay there. A freed slot isn't granted again until fewer are held than
     * allowed.
     *
     * @param maxTunnels the number of slots, 1 or more
     * @param maxWaiting the most requests in line, 0 or more
     */
    public void resize(int maxTunnels, int maxWaiting) {
        checkBounds(maxTunnels, maxWaiting);
        List<Slot> granted = new ArrayList<>();
        synchronized (this) {
            this.maxTunnels = maxTunnels;
            this.maxWaiting = maxWaiting;
            for (Slot next = grantNext(); next != null; next = grantNext()) {
                granted.add(next);
            }
        }
        granted.forEach(slot -> slot.granted.run());
    }

    /** Grants a free slot to the first in line. Guarded by this; the caller tells the new holder. */
    private @Nullable Slot grantNext() {
        Slot next = held < maxTunnels ? line.poll() : null;
        if (next != null) {
            held++;
            next.use = Slot.Use.HELD;
        }
        return next;
    }

    /**
     * Requests a slot.
     *
     * @param granted runs once a slot that {@linkplain Slot#wasFree() wasn't free} is granted, on the thread that frees
     *     it. It must be quick. It doesn't run after {@link Slot#free} unless it had already begun
     * @return the slot or the place in the line, which the caller frees in either case; empty if the line is full too
     */
    public Optional<Slot> acquire(Runnable granted) {
        synchronized (this) {
            if (held < maxTunnels) {
                held++;
                return Optional.of(new Slot(granted, Slot.Use.HELD));
            }
            if (line.size() >= maxWaiting) {
                return Optional.empty();
            }
            Slot waiting = new Slot(granted, Slot.Use.WAITING);
            line.add(waiting);
            return Optional.of(waiting);
        }
    }

    /**
     * Returns the number of slots in use.
     *
     * @return the number of slots taken
     */
    public synchronized int held() {
        return held;
    }

    /**
     * Returns the length of the line.
     *
     * @return the number of requests in line
     */
    public synchronized int waiting() {
        return line.size();
    }
}
