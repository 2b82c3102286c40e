package io.saltunnel.netty;

import io.netty.channel.EventLoop;
import java.util.concurrent.CountDownLatch;

/** An event loop that is kept from everything while something happens, and so learns of all of it in one go. */
final class HeldUpLoop {
    /** What happens meanwhile. */
    @FunctionalInterface
    interface Happening {
        void happen() throws Exception;
    }

    private HeldUpLoop() {}

    /** Begins when the loop is held up, and lets it go on at the end, however that comes. */
    static void during(EventLoop loop, Happening happening) throws Exception {
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
