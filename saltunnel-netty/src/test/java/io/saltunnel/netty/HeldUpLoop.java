package io.saltunnel.netty;

import io.netty.channel.EventLoop;
import java.util.concurrent.CountDownLatch;

/** An event loop that is blocked while things happen, and so sees all of them at once. */
public final class HeldUpLoop {
    /** What happens while the loop is blocked. */
    @FunctionalInterface
    public interface Happening {
        void happen() throws Exception;
    }

    private HeldUpLoop() {}

    /** Begins when the loop is blocked, and always releases it at the end. */
    public static void during(EventLoop loop, Happening happening) throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        loop.execute(() -> {
            held.countDown();
            awaitUninterruptibly(letGo);
        });
        held.await();
        try {
            happening.happen();
        } finally {
            letGo.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
