package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.stage.ConnectionSummary;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a listener is told, in words, in order. Any thread. */
final class ToldEvents implements TunnelEvents {
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<ConnectionSummary> ends = new LinkedBlockingQueue<>();

    @Override
    public void accepted() {
        events.add("accepted");
    }

    @Override
    public void handshakeFailed(HandshakeFailedException cause) {
        events.add("handshake failed: " + cause.reason());
    }

    @Override
    public void connectFailed(Throwable cause) {
        events.add("connect failed");
    }

    @Override
    public void proved(long handshakeNanos) {
        events.add("proved");
    }

    @Override
    public void joined(long setupNanos) {
        events.add("joined");
    }

    @Override
    public void ended(ConnectionSummary summary) {
        events.add("ended");
        ends.add(summary);
    }

    ConnectionSummary end() throws InterruptedException {
        ConnectionSummary end = ends.poll(10, TimeUnit.SECONDS);
        assertThat(end).isNotNull();
        return end;
    }

    void awaitEvent(String event) throws InterruptedException {
        assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo(event);
    }
}
