package io.saltunnel.netty.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.handshake.HandshakeFailedException.Reason;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Goal: reporting events allocates no object, and without a listener it reads no clock. */
class EventListenersTest {
    private static final int CALLS = 1_000;
    private static final int BATCHES = 5;

    private final HandshakeFailedException refusal = new HandshakeFailedException(Reason.CLOSED, null, "closed", null);
    private final IOException noConnection = new IOException("refused");
    private static final KeyLabel KEY = new KeyLabel("one", "01234567");

    private final ConnectionSummary summary = new ConnectionSummary(
            HostAndPort.parse("127.0.0.1:1").toSocketAddress(),
            HostAndPort.parse("127.0.0.1:2"),
            Duration.ofSeconds(1),
            2,
            3,
            Outcome.COMPLETED,
            null,
            KEY);

    /** Adds up the times that it is told. */
    private static final class Adding implements TunnelEvents {
        private long nanos;

        @Override
        public void proved(long handshakeNanos) {
            nanos += handshakeNanos;
        }

        @Override
        public void joined(long setupNanos) {
            nanos += setupNanos;
        }
    }

    @Test
    void whereNobodyListensNoObjectIsMadeAndNoClockIsRead() {
        assertThat(bytesAllocatedBy(listeners(List.of(), EventListenersTest::noClock)))
                .isZero();
    }

    @Test
    void tellingListenersMakesNoObject() {
        List<TunnelEvents> listeners = List.of(new Adding(), new Adding());
        assertThat(bytesAllocatedBy(listeners(listeners, () -> 0))).isZero();
    }

    @Test
    void timesAreCountedFromTheirBeginning() {
        AtomicLong clock = new AtomicLong(-5);
        Adding listener = new Adding();
        EventListeners events = listeners(List.of(listener), clock::get);
        long start = events.now();
        clock.set(12);
        events.provedSince(start, KEY);
        events.joinedSince(10);
        assertThat(listener.nanos).isEqualTo(17 + 2);
    }

    private static long noClock() {
        throw new AssertionError("the clock was read");
    }

    private static EventListeners listeners(List<TunnelEvents> listeners, LongSupplier clock) {
        return new EventListeners(
                new TunnelCounters(), listeners, LoggerFactory.getLogger(EventListenersTest.class), clock);
    }

    /**
     * After one round in which classes are loaded and linked. The virtual machine itself may allocate a few bytes on this
     * thread at any time, but not in each of several batches, as an event would that makes an object.
     */
    private long bytesAllocatedBy(EventListeners events) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        tellAll(events);
        threads.getCurrentThreadAllocatedBytes();
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES; batch++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                tellAll(events);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private void tellAll(EventListeners events) {
        events.accepted();
        events.evicted();
        events.handshakeFailed(refusal);
        events.provedSince(events.now(), KEY);
        events.slotRefused();
        events.connectFailed(noConnection);
        events.joinedSince(events.now());
        events.ended(summary);
        events.acceptingPaused();
        events.acceptingResumed();
        events.outOfBuffers();
    }
}
