package io.saltunnel.netty.internal.relay;

import io.netty.channel.Channel;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.deadline.Deadline;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A pair of connections, the plain side and the wire side, that a tunnel joins. A relay runs on one event loop: both
 * channels are registered with it.
 *
 * <pre>
 *   plainSide ── bytes ──▶ wireSide        each direction separately: data, backpressure, FIN
 *   plainSide ◀── bytes ── wireSide        a failure of either side resets both
 * </pre>
 *
 * <p>A connection that its peer has reset may still hold earlier data of that peer, such as the answer of a service
 * that closes while the client is still sending. This data is delivered to the other side before both are reset:
 *
 * <pre>
 *   RUNNING ──┬── both ends delivered ───────────────────────────────────────────────▶ ENDED (COMPLETED)
 *             ├── a connection broke ──▶ SALVAGING ── delivered, or {@link #SALVAGE_TIME} is up ──▶ ENDED (ABORTED)
 *             └── anything else: altered data, a stage's fault, a time-out, a stop ──▶ ENDED (ABORTED)
 * </pre>
 */
public final class Relay {
    /** The longest time for delivering the data that a broken connection still held. */
    public static final Duration SALVAGE_TIME = Duration.ofSeconds(2);

    /** The ways in which a relay can end. */
    public enum Outcome {
        /** Both directions ended with FIN, and everything was delivered. */
        COMPLETED,
        /** Both sides were reset. */
        ABORTED
    }

    /** Listens for the end of a relay. */
    @FunctionalInterface
    public interface Listener {
        /**
         * The relay has ended: both connections are closed or closing. Called once, on the relay's event loop, or on
         * another thread once that loop has ended.
         *
         * @param outcome how it ended
         * @param cause the cause of {@link Outcome#ABORTED}; null if the tunnel was stopped
         */
        void relayEnded(Outcome outcome, @Nullable Throwable cause);
    }

    private enum State {
        /** Not joined yet, or joined and unharmed. */
        RUNNING,
        /** One connection is broken; its remaining data goes to the other. */
        SALVAGING,
        /** Both connections are closed. */
        ENDED
    }

    private final Events events = new Events();
    private final RelayHandler plainSide;
    private final LongAdder fromWire;
    private final Listener listener;
    private RelayHandler wireSide;
    private State state = State.RUNNING;
    private @Nullable Salvage salvage;

    /** A salvage in progress: the broken side, the cause, and the deadline for delivering its data. */
    private record Salvage(RelayHandler broken, Throwable cause, Deadline deadline) {}

    /**
     * A relay whose handlers are not in a pipeline yet.
     *
     * @param fromPlain counts the bytes read on the plain side; shared
     * @param fromWire counts the bytes read on the wire side, as plaintext; shared
     * @param listener is called at the end
     */
    public Relay(LongAdder fromPlain, LongAdder fromWire, Listener listener) {
        this.plainSide = new RelayHandler(events, fromPlain);
        this.fromWire = fromWire;
        this.wireSide = new RelayHandler(events, fromWire);
        this.listener = listener;
    }

    /**
     * The plain side's handler.
     *
     * @return a handler to add last to the plain connection's pipeline
     */
    public RelayHandler plainSide() {
        return plainSide;
    }

    /**
     * The wire side's handler.
     *
     * @return a handler to add last to the wire connection's pipeline, behind the handshake
     */
    public RelayHandler wireSide() {
        return wireSide;
    }

    /**
     * Replaces the wire side before the start, because another connection will be made. Resets the previous connection,
     * whose later events the relay ignores. Data that the plain side has received is kept for the new wire side.
     *
     * @throws IllegalStateException if the sides are joined
     */
    public void renewWireSide() {
        if (plainSide.isJoined()) {
            throw new IllegalStateException("data may have passed already");
        }
        RelayHandler before = wireSide;
        wireSide = new RelayHandler(events, fromWire);
        before.channel().ifPresent(Abort::reset);
    }

    /**
     * Returns the bytes of the plain side.
     *
     * @return bytes read on the plain side so far
     */
    public long bytesFromPlain() {
        return plainSide.received();
    }

    /**
     * Returns the bytes of the wire side.
     *
     * @return bytes of plaintext read on the wire side so far
     */
    public long bytesFromWire() {
        return wireSide.received();
    }

    /**
     * Joins the sides: each passes on the data that it has received so far, and begins to read. Both handlers must be
     * in their pipelines. Does nothing once the relay has ended.
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
     * Resets both connections, or the one that exists. Does nothing once the relay has ended.
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

    // ---- events of the sides

    private final class Events implements RelayHandler.Pair {
        @Override
        public boolean isEnded() {
            return state == State.ENDED;
        }

        @Override
        public void broke(RelayHandler side, Throwable cause) {
            if (isGivenUp(side)) {
                return;
            }
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

        @Override
        public void closed(RelayHandler side) {
            if (isGivenUp(side)) {
                return;
            }
            switch (state) {
                case RUNNING -> {
                    if (!side.isFinished()) {
                        abort(null);
                    }
                }
                case SALVAGING -> {
                    abortUnlessFrom(side);
                    side.drained();
                }
                case ENDED -> {}
            }
        }

        @Override
        public void failed(RelayHandler side, Throwable cause) {
            if (isGivenUp(side)) {
                return;
            }
            switch (state) {
                case RUNNING -> abort(cause);
                case SALVAGING -> abortUnlessFrom(side);
                case ENDED -> {}
            }
        }

        /** When both directions are delivered, the relay is complete. */
        @Override
        public void delivered(RelayHandler side) {
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

        @Override
        public void recovered(RelayHandler side) {
            Salvage current = salvage;
            if (state == State.SALVAGING && current != null && side == current.broken()) {
                current.deadline().callOff();
                salvage = null;
                state = State.RUNNING;
            }
        }

        /**
         * Waits before the reset, which would make the other side's system drop data that its peer hasn't received yet.
         */
        @Override
        public void salvaged(RelayHandler side) {
            Salvage current = salvage;
            if (state == State.SALVAGING && current != null && side == current.broken()) {
                other(side).channel().ifPresent(to -> {
                    Abort.resetFollows(to);
                    Acknowledgement.await(to, () -> abort(current.cause()));
                });
            }
        }
    }

    private void salvageFrom(RelayHandler side, Throwable cause) {
        state = State.SALVAGING;
        Channel channel = side.channel().orElseThrow();
        salvage = new Salvage(side, cause, Deadline.in(channel.eventLoop(), SALVAGE_TIME, () -> abort(cause)));
        other(side).ignoreInput();
        side.drain();
    }

    /** Aborts if the other side fails too, because the data then has no receiver. The broken side may fail again. */
    private void abortUnlessFrom(RelayHandler side) {
        Salvage current = Objects.requireNonNull(salvage);
        if (side != current.broken()) {
            abort(current.cause());
        }
    }

    private boolean isGivenUp(RelayHandler side) {
        return side != plainSide && side != wireSide;
    }

    private RelayHandler other(RelayHandler side) {
        return side == plainSide ? wireSide : plainSide;
    }
}
