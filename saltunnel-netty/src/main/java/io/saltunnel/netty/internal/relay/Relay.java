package io.saltunnel.netty.internal.relay;

import io.netty.channel.Channel;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.deadline.Deadline;
import java.time.Duration;
import java.util.Objects;
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
 *
 * <p>A connection that its peer has reset may still hold what that peer sent before: the answer of a service that
 * closes while the client goes on sending. That is delivered to the other side before both are reset:
 *
 * <pre>
 *   RUNNING ──┬── both ends delivered ───────────────────────────────────────────────▶ ENDED (COMPLETED)
 *             ├── a connection broke ──▶ SALVAGING ── delivered, or {@link #SALVAGE_TIME} is up ──▶ ENDED (ABORTED)
 *             └── anything else: altered data, a stage's fault, a time-out, a stop ──▶ ENDED (ABORTED)
 * </pre>
 */
public final class Relay {
    /** How long it may take to deliver what a broken connection still held. */
    public static final Duration SALVAGE_TIME = Duration.ofSeconds(2);

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

    private enum State {
        /** Not joined yet, or joined and unharmed. */
        RUNNING,
        /** One connection is broken; the other is given what there is left of it. */
        SALVAGING,
        /** Both connections are closed. */
        ENDED
    }

    private final RelayHandler plainSide;
    private final RelayHandler wireSide;
    private final Listener listener;
    private State state = State.RUNNING;
    private @Nullable Salvage salvage;

    /** What broke, why, and until when what it held may be delivered. */
    private record Salvage(RelayHandler broken, Throwable cause, Deadline deadline) {}

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
        if (state != State.ENDED) {
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
        if (state != State.ENDED) {
            end();
            plainSide.channel().ifPresent(Abort::reset);
            wireSide.channel().ifPresent(Abort::reset);
            listener.relayEnded(Outcome.ABORTED, cause);
        }
    }

    private void end() {
        state = State.ENDED;
        if (salvage != null) {
            salvage.deadline().callOff();
        }
    }

    // ---- what the sides tell

    /** The connection of a side can't be written to any more, or the system has an error to tell of it. */
    void broke(RelayHandler side, Throwable cause) {
        switch (state) {
            case RUNNING -> {
                if (side.isJoined()) {
                    salvageFrom(side, cause);
                } else {
                    abort(cause);
                }
            }
            case SALVAGING -> abortUnlessFrom(side);
            case ENDED -> {}
        }
    }

    private void salvageFrom(RelayHandler side, Throwable cause) {
        state = State.SALVAGING;
        Channel channel = side.channel().orElseThrow();
        salvage = new Salvage(side, cause, Deadline.in(channel.eventLoop(), SALVAGE_TIME, () -> abort(cause)));
        other(side).ignoreInput();
        side.drain();
    }

    /** The connection of a side was closed, without an end of its stream. */
    void closed(RelayHandler side) {
        switch (state) {
            case RUNNING -> abort(null);
            case SALVAGING -> {
                abortUnlessFrom(side);
                side.drained();
            }
            case ENDED -> {}
        }
    }

    /** What a side's handler, or one before it, could not make sense of. */
    void failed(RelayHandler side, Throwable cause) {
        switch (state) {
            case RUNNING -> abort(cause);
            case SALVAGING -> abortUnlessFrom(side);
            case ENDED -> {}
        }
    }

    /** Of the broken side nothing else is expected; without the other there's nobody to deliver to. */
    private void abortUnlessFrom(RelayHandler side) {
        Salvage current = Objects.requireNonNull(salvage);
        if (side != current.broken()) {
            abort(current.cause());
        }
    }

    /** One direction has delivered its end; with both, the pair is done. */
    void delivered(RelayHandler side) {
        switch (state) {
            case RUNNING -> {
                if (plainSide.isDelivered() && wireSide.isDelivered()) {
                    end();
                    plainSide.channel().ifPresent(Abort::closeInOrder);
                    wireSide.channel().ifPresent(Abort::closeInOrder);
                    listener.relayEnded(Outcome.COMPLETED, null);
                }
            }
            case SALVAGING -> salvaged(side);
            case ENDED -> {}
        }
    }

    /**
     * All that a side has read is in the hands of the other one's system. A reset would make that drop what its peer
     * hasn't got yet.
     */
    void salvaged(RelayHandler side) {
        Salvage current = salvage;
        if (state == State.SALVAGING && current != null && side == current.broken()) {
            other(side).channel().ifPresent(to -> Acknowledgement.await(to, () -> abort(current.cause())));
        }
    }

    private RelayHandler other(RelayHandler side) {
        return side == plainSide ? wireSide : plainSide;
    }

    boolean isEnded() {
        return state == State.ENDED;
    }
}
