package io.saltunnel.it.process;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work that runs beside the test, on another thread. */
public final class Task<T> {

    /** Longer than for single answers, because this covers transfers. */
    private static final long LIMIT_SECONDS = 4 * Patience.LIMIT.toSeconds();

    private final FutureTask<T> future;

    private Task(FutureTask<T> future) {
        this.future = future;
    }

    /** Begins at once. */
    public static <T> Task<T> start(Callable<T> work) {
        FutureTask<T> future = new FutureTask<>(work);
        Thread thread = new Thread(future, "task");
        thread.setDaemon(true);
        thread.start();
        return new Task<>(future);
    }

    /** Whether it has ended, with a result or without. */
    public boolean isDone() {
        return future.isDone();
    }

    /** Waits for the result, or throws what the work threw. */
    public T result() throws Exception {
        try {
            return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not done in " + LIMIT_SECONDS + " s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
