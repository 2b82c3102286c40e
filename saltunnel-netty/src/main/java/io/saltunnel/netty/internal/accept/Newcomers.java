package io.saltunnel.netty.internal.accept;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * The accepted connections that their event loop, busy with other work, has not read from yet. If there are too many,
 * accepting has to wait. Otherwise they would evict each other from the budget for unauthenticated peers, even those
 * whose first frame arrived long ago.
 *
 * <pre>
 *   accepted ──▶ registered ──▶ its event loop asks the system what there is to read ──▶ no newcomer any more
 * </pre>
 *
 * <p>They are counted in batches, in the order of acceptance. While one connection of a batch is a newcomer, the whole
 * batch and every batch behind it count as newcomers. One for each listening channel. Runs on its event loop, except
 * for the tasks that it gives to others.
 */
final class Newcomers {
    /** The connections that were accepted in one batch. */
    private static final class Batch {
        private final Set<EventLoop> loops = new HashSet<>();

        /** The number of event loops that have not read since the batch was accepted. */
        private final AtomicInteger unread = new AtomicInteger();

        private int size;
    }

    private final IntSupplier max;
    private final Queue<Batch> batches = new ArrayDeque<>();
    private Batch current = new Batch();
    private int size;
    private volatile boolean waitedFor;

    /**
     * No newcomers yet.
     *
     * @param max the most at once, 1 or more; may change
     */
    Newcomers(IntSupplier max) {
        this.max = max;
    }

    /** Adds a connection that was handed to its event loop. */
    void add(Channel accepted) {
        if (accepted.isOpen()) {
            current.loops.add(accepted.eventLoop());
            current.size++;
            size++;
        }
    }

    /** The number of newcomers that may be added, from 0. */
    int room() {
        while (!batches.isEmpty() && batches.element().unread.get() == 0) {
            size -= batches.remove().size;
        }
        return Math.max(0, max.getAsInt() - size);
    }

    /**
     * Ends the current batch.
     *
     * @param roomMade runs on one of the batch's event loops, soon after {@link #waitForRoom()}
     */
    void endOfBatch(Runnable roomMade) {
        Batch batch = current;
        if (batch.size == 0) {
            return;
        }
        current = new Batch();
        batches.add(batch);
        batch.unread.set(batch.loops.size());
        for (EventLoop loop : batch.loops) {
            try {
                loop.execute(() -> afterItsNextReads(loop, () -> wasRead(batch, roomMade)));
            } catch (RejectedExecutionException e) { // the event loop has ended, and so have its connections
                wasRead(batch, roomMade);
            }
        }
    }

    /** Runs a task after an event loop has read once more: it fetches scheduled tasks only then, before other tasks. */
    private static void afterItsNextReads(EventLoop loop, Runnable task) {
        loop.schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    private void wasRead(Batch batch, Runnable roomMade) {
        if (batch.unread.decrementAndGet() == 0 && waitedFor) {
            waitedFor = false;
            roomMade.run();
        }
    }

    /** Requests the callback for when there may be room again. Check {@link #room()} once more after this call. */
    void waitForRoom() {
        waitedFor = true;
    }
}
