package io.saltunnel.netty.internal.deadline;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The end of a wait: runs an action when the time is up, unless it was cancelled before.
 *
 * <p>An event loop asks the system for events, handles them, and then handles timers. If the loop was held up in
 * between for the whole length of the wait, as in a stopped process or a paused virtual machine, the timer would fire
 * before the loop sees the awaited event, which may have arrived in time. So when the time is up, the loop asks for
 * events once more.
 *
 * <pre>
 *   set ── time is up ── the loop asks the system for events, and handles them ── passed
 *    └─────────────────────────────┴── called off ── nothing
 * </pre>
 *
 * <p>All methods run on the event loop.
 */
public final class Deadline implements Runnable {
    private final EventExecutor loop;
    private final Runnable passed;
    private Future<?> next;
    private boolean lookedAgain;

    private Deadline(EventExecutor loop, Duration time, Runnable passed) {
        this.loop = loop;
        this.passed = passed;
        this.next = loop.schedule(this, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Sets a deadline.
     *
     * @param loop the event loop of the wait
     * @param time the length of the wait, in whole milliseconds, zero or more
     * @param passed runs once, if the time is up, and asking for events once more has brought none that cancelled the
     *     deadline
     * @return a deadline that the caller cancels when there is nothing left to wait for
     */
    public static Deadline in(EventExecutor loop, Duration time, Runnable passed) {
        return new Deadline(loop, time, passed);
    }

    /** For the event loop only. A task scheduled now runs after the loop has asked for events again. */
    @Override
    public void run() {
        if (lookedAgain) {
            passed.run();
        } else {
            lookedAgain = true;
            next = loop.schedule(this, 0, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Cancels the deadline. Does nothing if it was cancelled before or has passed.
     *
     * @return whether this call prevented the action
     */
    public boolean callOff() {
        return next.cancel(false);
    }
}
