package io.saltunnel.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.saltunnel.netty.Transport;
import io.saltunnel.netty.TunnelEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The watchdog of an environment with two event loops. The test makes its checks. */
class WatchdogTest {

    private final IoEventLoopGroup loops = Transport.NIO.newEventLoops(2, new DefaultThreadFactory("test"));
    private final TunnelEnvironment environment =
            TunnelEnvironment.builder().eventLoops(loops).build();
    private final List<String> told = new ArrayList<>();
    private final List<CompletableFuture<Void>> turns = new ArrayList<>();
    private final Watchdog watchdog = new Watchdog(
            () -> {
                turns.add(environment.turn());
                return lastTurn();
            },
            told::add);

    @AfterEach
    void end() {
        environment.close();
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void aSignOfLifeFollowsATurnOfAllLoops() {
        watchdog.check();
        assertThat(told).isEmpty();
        lastTurn().join();
        watchdog.check();
        lastTurn().join();
        watchdog.check();
        assertThat(told).containsExactly("WATCHDOG=1", "WATCHDOG=1");
    }

    @Test
    void noSignOfLifeIsGivenWhileOneLoopHangs() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        EventExecutor first = loops.iterator().next();
        first.execute(() -> {
            hanging.countDown();
            awaitUninterruptibly(over);
        });
        hanging.await();
        watchdog.check();
        CompletableFuture<Void> stuck = lastTurn();
        watchdog.check();
        watchdog.check();
        assertThat(told).isEmpty();
        over.countDown();
        stuck.join();
        watchdog.check();
        assertThat(told).containsExactly("WATCHDOG=1");
    }

    private CompletableFuture<Void> lastTurn() {
        return turns.get(turns.size() - 1);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
