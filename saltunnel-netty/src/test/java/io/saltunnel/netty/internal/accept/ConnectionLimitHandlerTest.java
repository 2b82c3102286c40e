package io.saltunnel.netty.internal.accept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.metrics.TunnelEvents;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class ConnectionLimitHandlerTest {
    private final List<String> events = new ArrayList<>();
    private final TunnelEvents told = new TunnelEvents() {
        @Override
        public void acceptingPaused() {
            events.add("paused");
        }

        @Override
        public void acceptingResumed() {
            events.add("resumed");
        }
    };
    private final ConnectionCap cap = new ConnectionCap(2);
    private final EmbeddedChannel listener = new EmbeddedChannel(
            new ConnectionLimitHandler(cap, told, new ConnectOrder(ConnectOrder.PATIENCE), NOPLogger.NOP_LOGGER));

    ConnectionLimitHandlerTest() {
        listener.freezeTime();
    }

    @AfterEach
    void close() {
        listener.finishAndReleaseAll();
    }

    @Test
    void stopsAcceptingAtTheCapAndGoesOnBelowIt() {
        EmbeddedChannel first = accept();
        assertThat(listener.config().isAutoRead()).isTrue();
        accept();
        assertThat(listener.config().isAutoRead()).isFalse();
        close(first);
        assertThat(listener.config().isAutoRead()).isTrue();
    }

    @Test
    void tellsWhenItPausesAndWhenItResumes() {
        EmbeddedChannel first = accept();
        assertThat(events).isEmpty();
        accept();
        EmbeddedChannel third = accept();
        assertThat(events).containsExactly("paused");
        close(first); // lets the third in
        assertThat(events).containsExactly("paused");
        close(third);
        assertThat(events).containsExactly("paused", "resumed");
    }

    @Test
    void whatWasAcceptedBeyondTheCapWaitsInLine() {
        EmbeddedChannel first = accept();
        EmbeddedChannel second = accept();
        EmbeddedChannel third = accept();
        assertThat(listener.<Object>readInbound()).isSameAs(first);
        assertThat(listener.<Object>readInbound()).isSameAs(second);
        assertThat(listener.<Object>readInbound()).isNull();
        close(second);
        assertThat(listener.<Object>readInbound()).isSameAs(third);
        assertThat(listener.config().isAutoRead()).isFalse();
    }

    @Test
    void everyPlaceThatIsLeftAtOnceIsTaken() {
        EmbeddedChannel first = accept();
        EmbeddedChannel second = accept();
        EmbeddedChannel third = accept();
        EmbeddedChannel fourth = accept();
        first.close();
        second.close();
        listener.runPendingTasks();
        assertThat(listener.inboundMessages()).containsExactly(first, second, third, fourth);
        assertThat(listener.config().isAutoRead()).isFalse();
        close(third);
        assertThat(listener.config().isAutoRead()).isTrue();
    }

    /** Running it on the listener's event loop, which may be another one, would cost a wake-up per connection. */
    @Test
    void isNotToldOfConnectionsThatEndBelowTheCap() {
        EmbeddedChannel first = accept();
        first.close();
        assertThat(listener.hasPendingTasks()).isFalse();
    }

    @Test
    void closesWhatWaitsWhenItEnds() {
        accept();
        accept();
        EmbeddedChannel third = accept();
        listener.close();
        listener.runPendingTasks();
        assertThat(third.isOpen()).isFalse();
    }

    @Test
    void pausesAfterAnErrorAndTriesAgain() {
        listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        assertThat(listener.config().isAutoRead()).isFalse();
        listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        pass(AcceptPause.AFTER_ERROR.minusNanos(1));
        assertThat(listener.config().isAutoRead()).isFalse();
        pass(Duration.ofNanos(1));
        assertThat(listener.config().isAutoRead()).isTrue();
    }

    @Test
    void aPauseDoesNotLiftTheCap() {
        accept();
        accept();
        listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        pass(AcceptPause.AFTER_ERROR);
        assertThat(listener.config().isAutoRead()).isFalse();
    }

    @Test
    void refusesACapOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ConnectionCap(0));
        assertThatIllegalArgumentException().isThrownBy(() -> cap.set(0));
        assertThat(cap.max()).isEqualTo(2);
    }

    @Test
    void aRaisedCapLetsInWhatWaits() {
        accept();
        accept();
        EmbeddedChannel third = accept();
        setCap(3);
        assertThat(listener.inboundMessages()).contains(third);
        assertThat(listener.config().isAutoRead()).isFalse();
        setCap(4);
        assertThat(listener.config().isAutoRead()).isTrue();
    }

    @Test
    void aLoweredCapClosesNothingAndLetsInBelowIt() {
        EmbeddedChannel first = accept();
        EmbeddedChannel second = accept();
        setCap(1);
        EmbeddedChannel third = accept();
        close(first);
        assertThat(second.isOpen()).isTrue();
        assertThat(listener.inboundMessages()).doesNotContain(third);
        close(second);
        assertThat(listener.inboundMessages()).contains(third);
        assertThat(listener.config().isAutoRead()).isFalse();
    }

    private void setCap(int max) {
        cap.set(max);
        listener.runPendingTasks();
    }

    private EmbeddedChannel accept() {
        EmbeddedChannel accepted = new EmbeddedChannel();
        listener.pipeline().fireChannelRead(accepted);
        return accepted;
    }

    private void close(EmbeddedChannel accepted) {
        accepted.close();
        listener.runPendingTasks();
    }

    private void pass(Duration time) {
        listener.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        listener.runScheduledPendingTasks();
    }
}
