package io.saltunnel.netty.internal.deadline;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The end of a wait: what happens when the time is up, unless it was called off before.
 *
 * <p>An event loop asks the system what has come, deals with it, then with the time. Where it was held up in between
 * for as long as the wait may take, as in a process that was stopped or a virtual machine that was paused, it would
 * learn that time is up before it learns of what it waits for, which may have been there all the while. So when time is
 * up it looks once more.
 *
 * <pre>
 *   set ── time is up ── the loop asks the system what has come, and deals with it ── passed
 *    └──────────────────────────────────┴── called off ── nothing
 * </pre>
 *
 * <p>Everything on the event loop.
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
     * @param loop the event loop that the wait is on
     * @param time how long it may take, to the millisecond, zero or more
     * @param passed runs once, when time is up and one more look has brought nothing that called it off
     * @return to be called off when there's nothing to wait for any more
     */
    public static Deadline in(EventExecutor loop, Duration time, Runnable passed) {
        return new Deadline(loop, time, passed);
    }

    /** For the event loop only. What is scheduled now is due after its next look. */
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
     * Nothing will happen any more. Doing so again, or when it has passed, does nothing.
     *
     * @return whether it was this that prevented it
     */
    public boolean callOff() {
        return next.cancel(false);
    }
}
