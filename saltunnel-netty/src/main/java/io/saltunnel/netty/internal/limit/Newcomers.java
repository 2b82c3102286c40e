package io.saltunnel.netty.internal.limit;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who was accepted and could not be read from yet, since the event loop that got him is busy with something else. When
 * there are too many, accepting has to wait: or they would push each other out of the budget for strangers, those
 * included whose first frame has long been there.
 *
 * <pre>
 *   accepted ──▶ registered ──▶ its event loop asks the system what there is to read ──▶ no newcomer any more
 * </pre>
 *
 * <p>They are counted by goes, in the order of their coming: as long as one of a go is a newcomer, so are all of it,
 * and all of those behind it. One for each listening channel; on its event loop, but for what it has others do.
 */
final class Newcomers {
    /** Those who were accepted in one go. */
    private static final class Go {
        private final Set<EventLoop> loops = new HashSet<>();
        private final AtomicInteger unheard = new AtomicInteger();
        private int size;
    }

    private final int most;
    private final Queue<Go> goes = new ArrayDeque<>();
    private Go current = new Go();
    private int size;
    private volatile boolean waitedFor;

    /** So many at once, 1 or more; {@link Integer#MAX_VALUE} for any number, of whom nothing is noted then. */
    Newcomers(int most) {
        this.most = most;
    }

    /** One more, who was handed to his event loop. */
    void add(Channel accepted) {
        if (most < Integer.MAX_VALUE && accepted.isOpen()) {
            current.loops.add(accepted.eventLoop());
            current.size++;
            size++;
        }
    }

    /** How many more there may be, from 0. */
    int room() {
        while (!goes.isEmpty() && goes.element().unheard.get() == 0) {
            size -= goes.remove().size;
        }
        return Math.max(0, most - size);
    }

    /**
     * These were all of one go.
     *
     * @param roomMade runs on one of their event loops, soon after {@link #waitForRoom()}
     */
    void endOfGo(Runnable roomMade) {
        Go go = current;
        if (go.size == 0) {
            return;
        }
        current = new Go();
        goes.add(go);
        go.unheard.set(go.loops.size());
        for (EventLoop loop : go.loops) {
            try {
                loop.execute(() -> afterItsNextReads(loop, () -> heard(go, roomMade)));
            } catch (RejectedExecutionException e) { // it has ended, and they with it
                heard(go, roomMade);
            }
        }
    }

    /** Whatever is scheduled is looked for before an event loop's tasks, and so after it has read once more. */
    private static void afterItsNextReads(EventLoop loop, Runnable task) {
        loop.schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    private void heard(Go go, Runnable roomMade) {
        if (go.unheard.decrementAndGet() == 0 && waitedFor) {
            waitedFor = false;
            roomMade.run();
        }
    }

    /** Asks to be told when there may be room again; to be followed by another look at {@link #room()}. */
    void waitForRoom() {
        waitedFor = true;
    }
}
