package io.saltunnel.netty.internal.relay;

import io.saltunnel.netty.internal.abort.Abort;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A pair of connections, the plain side and the wire side, that a tunnel joins. Everything of a relay happens on one
 * event loop: both channels are registered with it.
 *
 * <pre>
 *   plainSide ── bytes ──▶ wireSide        each direction on its own: data, backpressure, FIN
 *   plainSide ◀── bytes ── wireSide        a failure of either side resets both
 * </pre>
 */
public final class Relay {
    /** How a relay ended. */
    public enum Outcome {
        /** Both directions ended with FIN, and everything was delivered. */
        COMPLETED,
        /** Both sides were reset. */
        ABORTED
    }

    /** Is told when a relay is over. */
    @FunctionalInterface
    public interface Listener {
        /**
         * The relay is over: both connections are closed, or closing. Called once, on the relay's event loop,
         * or on another thread once that has ended.
         *
         * @param outcome how
         * @param cause what made it fail, for {@link Outcome#ABORTED}; null when the tunnel was stopped
         */
        void relayEnded(Outcome outcome, @Nullable Throwable cause);
    }

    private final RelayHandler plainSide;
    private final RelayHandler wireSide;
    private final Listener listener;
    private boolean ended;

    /**
     * A relay whose handlers are not in a pipeline yet.
     *
     * @param fromPlain counts the bytes read on the plain side; shared
     * @param fromWire counts the bytes read on the wire side, as plaintext; shared
     * @param listener is told the end
     */
    public Relay(LongAdder fromPlain, LongAdder fromWire, Listener listener) {
        this.plainSide = new RelayHandler(this, fromPlain);
        this.wireSide = new RelayHandler(this, fromWire);
        this.listener = listener;
    }

    /**
     * The plain side's handler.
     *
     * @return to be added last to the plain connection's pipeline
     */
    public RelayHandler plainSide() {
        return plainSide;
    }

    /**
     * The wire side's handler.
     *
     * @return to be added last to the wire connection's pipeline, behind the handshake
     */
    public RelayHandler wireSide() {
        return wireSide;
    }

    /**
     * Counts.
     *
     * @return bytes read on the plain side so far
     */
    public long bytesFromPlain() {
        return plainSide.received();
    }

    /**
     * Counts.
     *
     * @return bytes of plaintext read on the wire side so far
     */
    public long bytesFromWire() {
        return wireSide.received();
    }

    /**
     * Joins the sides: what either has received so far is passed on, and both begin to read. Both handlers must be in
     * their pipelines. Does nothing once the relay is over.
     */
    public void start() {
        if (!ended) {
            plainSide.join(wireSide);
            wireSide.join(plainSide);
            plainSide.begin();
            wireSide.begin();
        }
    }

    /**
     * Resets what there is of both connections. Does nothing once the relay is over.
     *
     * @param cause why; null when the tunnel is being stopped
     */
    public void abort(@Nullable Throwable cause) {
        if (!ended) {
            ended = true;
            plainSide.channel().ifPresent(Abort::reset);
            wireSide.channel().ifPresent(Abort::reset);
            listener.relayEnded(Outcome.ABORTED, cause);
        }
    }

    /** One direction has delivered its end; with both, the pair is done. */
    void delivered() {
        if (!ended && plainSide.isDelivered() && wireSide.isDelivered()) {
            ended = true;
            plainSide.channel().ifPresent(Abort::closeInOrder);
            wireSide.channel().ifPresent(Abort::closeInOrder);
            listener.relayEnded(Outcome.COMPLETED, null);
        }
    }

    boolean isEnded() {
        return ended;
    }
}
