package io.saltunnel.netty.internal.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.metrics.TunnelEvents;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class AcceptPacingHandlerTest {
    private final AtomicLong relayed = new AtomicLong();
    private final AcceptBudget budget = new AcceptBudget(1, 512);
    private final EmbeddedChannel listener = new EmbeddedChannel(new AcceptPacingHandler(
            budget,
            relayed::get,
            new TunnelEvents() {},
            new ConnectOrder(ConnectOrder.PATIENCE),
            NOPLogger.NOP_LOGGER));

    AcceptPacingHandlerTest() {
        listener.freezeTime();
    }

    @AfterEach
    void close() {
        listener.finishAndReleaseAll();
    }

    @Test
    void acceptsAllThereAreWhileNoTunnelIsBusy() {
        listener.pipeline().fireChannelReadComplete();
        listener.pipeline().fireChannelReadComplete();
        assertThat(listener.config().isAutoRead()).isTrue();
        assertThat(acceptsAtOnce()).isEqualTo(64);
    }

    @Test
    void acceptsWhatTheBudgetAllowsWhileTunnelsCarryData() {
        takeAllBut(10);
        relayed.set(1000);
        listener.pipeline().fireChannelReadComplete();
        assertThat(listener.config().isAutoRead()).isTrue();
        assertThat(acceptsAtOnce()).isEqualTo(10);
        listener.pipeline().fireChannelReadComplete();
        assertThat(acceptsAtOnce()).as("nothing was carried since").isEqualTo(64);
    }

    @Test
    void pausesWhenTheBudgetIsUsedUp() {
        takeAllBut(0);
        relayed.set(1000);
        listener.pipeline().fireChannelReadComplete();
        assertThat(listener.config().isAutoRead()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(listener.config().isAutoRead()).isTrue();
        assertThat(acceptsAtOnce()).isEqualTo(AcceptBudget.REFILL_PER_MILLISECOND);
    }

    @Test
    void everyAcceptedConnectionTakesFromTheBudget() {
        int before = available();
        accept();
        accept();
        assertThat(available()).isEqualTo(before - 2);
    }

    private int available() {
        return budget.available(listener.eventLoop().ticker().nanoTime());
    }

    private void takeAllBut(int rest) {
        while (available() > rest) {
            budget.take();
        }
    }

    @Test
    void pausesAfterAnErrorAndTriesAgain() {
        listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        assertThat(listener.config().isAutoRead()).isFalse();
        pass(AcceptPause.AFTER_ERROR.minusNanos(1));
        assertThat(listener.config().isAutoRead()).isFalse();
        pass(Duration.ofNanos(1));
        assertThat(listener.config().isAutoRead()).isTrue();
    }

    private EmbeddedChannel accept() {
        EmbeddedChannel accepted = new EmbeddedChannel();
        listener.pipeline().fireChannelRead(accepted);
        return accepted;
    }

    private void pass(Duration time) {
        listener.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        listener.runScheduledPendingTasks();
    }

    @SuppressWarnings("deprecation") // the allocator's type is Netty's own
    private int acceptsAtOnce() {
        return ((MaxMessagesRecvByteBufAllocator) listener.config().getRecvByteBufAllocator()).maxMessagesPerRead();
    }
}
