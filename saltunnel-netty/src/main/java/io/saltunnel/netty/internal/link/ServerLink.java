package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.admission.TunnelSlots;
import io.saltunnel.netty.internal.admission.UnauthenticatedPeers;
import io.saltunnel.netty.internal.deadline.Deadline;
import io.saltunnel.netty.internal.handshake.ServerHandshakeHandler;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import io.saltunnel.netty.stage.TunnelConnection;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of an accepted connection: once the peer has proved the key and a slot is free, it connects to the
 * target and relays.
 */
final class ServerLink extends Link {
    /** A client's clock difference from which a log line reports it, before it becomes too large. */
    private static final long NOTABLE_CLOCK_DIFFERENCE_SECONDS = 300;

    /** The longest time for which a distant target delays connections after this one in the order. */
    private static final Duration TURN_AFTER_CONNECT = Duration.ofMillis(2);

    private final Admission admission;

    /** Null once the key is proved: neither this nor the place is needed during the rest of the connection. */
    private @Nullable ServerHandshakeHandler handshake;

    private UnauthenticatedPeers.@Nullable Peer place;
    private final ConnectOrder.Turn turn;
    private boolean begun;
    private TunnelSlots.@Nullable Slot slot;
    private @Nullable Deadline slotDeadline;
    private @Nullable Future<Channel> connecting;

    ServerLink(LinkContext tunnel, Admission admission, Channel wire, Consumer<? super TunnelLink> ended) {
        super(tunnel, wire, ended);
        this.admission = admission;
        this.turn = ConnectOrder.turnOf(wire);
        this.handshake = new ServerHandshakeHandler(tunnel.handshakes, admission.replays, this::admitted);
    }

    @Override
    void assembleAccepted() {
        ServerHandshakeHandler handler = Objects.requireNonNull(handshake);
        handler.handshakeFuture().addListener(this::handshakeEnded);
        pipeline.assembleWireSide(accepted, handler);
    }

    @Override
    void begin() {
        if (isOver()) {
            return;
        }
        begun = true;
        if (handshake == null) { // done, while a stage held the connection back
            turn.await(accepted.eventLoop(), this::waitForSlot);
        } else {
            place = admission.unauthenticated.add(this::evict);
        }
    }

    @Override
    public TunnelConnection.Role role() {
        return TunnelConnection.Role.SERVER;
    }

    /** Requested by the newest connection, on any event loop. When this runs, the clienthi may have been admitted. */
    private void evict() {
        onItsLoop(() -> {
            if (handshake != null && (place == null || place.mustLeave())) {
                handshake.evict();
            }
        });
    }

    private void admitted(long clockDifferenceSeconds) {
        if (place != null) {
            place.greeted();
        }
        if (Math.abs(clockDifferenceSeconds) > NOTABLE_CLOCK_DIFFERENCE_SECONDS && admission.clockWarning.isDue()) {
            tunnel.log.warn(
                    "{}: its clock is {} s {} this machine's; beyond {} s it is refused",
                    peerName(),
                    Math.abs(clockDifferenceSeconds),
                    clockDifferenceSeconds < 0 ? "behind" : "ahead of",
                    ReplayWindow.MAX_CLOCK_DIFFERENCE_SECONDS);
        }
    }

    private void handshakeEnded(Future<? super Channel> result) {
        if (result.isSuccess()) {
            Abort.makeCloseAReset(accepted); // not before: a stranger sees FIN, as from any server
            leaveUnauthenticated();
            handshake = null;
            admission.accepts.giveBack();
            if (begun) {
                turn.await(accepted.eventLoop(), this::waitForSlot);
            }
        } else if (begun || accepted.isActive()) { // otherwise a stage refused the connection before it was set up
            tunnel.counters.handshakesFailed.increment();
            failed(Outcome.HANDSHAKE_FAILED, result.cause());
            tell((HandshakeFailedException) result.cause());
        }
    }

    private void leaveUnauthenticated() {
        if (place != null) {
            place.leave();
            place = null;
        }
    }

    /**
     * Failures of strangers are logged quietly and rarely. A wrong clock is logged as a warning: sending one takes the
     * key, or a recording that is less than a day old.
     */
    private void tell(HandshakeFailedException failure) {
        HandshakeFailure refusal = failure.failure().orElse(null);
        boolean clock = refusal == HandshakeFailure.STALE || refusal == HandshakeFailure.FROM_FUTURE;
        if (clock && admission.clockWarning.isDue()) {
            tunnel.log.warn("{}: refused: {}", peerName(), failure.getMessage());
        } else if (tunnel.log.isDebugEnabled() && admission.refusalNote.isDue()) {
            tunnel.log.debug("{}: refused: {}", peerName(), failure.getMessage());
        }
    }

    private void waitForSlot() {
        if (isOver()) {
            return;
        }
        slot = admission.slots.acquire(this::slotGranted).orElse(null);
        if (slot == null) {
            noSlot();
            return;
        }
        if (!slot.isHeld()) {
            turn.done(); // the line for slots preserves the order
            slotDeadline = Deadline.in(accepted.eventLoop(), tunnel.handshakes.timeout(), this::noSlot);
        }
    }

    /** If the connection waited in line, runs on the thread of the connection that freed the slot. */
    private void slotGranted() {
        turn.renew();
        onItsLoop(() -> turn.await(accepted.eventLoop(), this::connectToTarget));
    }

    private void noSlot() {
        admission.capWarning.warn(
                tunnel.log,
                "{}: closed: no tunnel slot became free (raise the number with -m): {} in use, {} waiting",
                peerName(),
                admission.slots.held(),
                admission.slots.waiting());
        relay.abort(null);
    }

    private void connectToTarget() {
        if (isOver()) {
            turn.done(); // it may have been renewed since
            return;
        }
        if (slotDeadline != null) {
            slotDeadline.callOff();
            slotDeadline = null;
        }
        connecting = tunnel.connector.connect(accepted.eventLoop(), this::connectBegun);
        connecting.addListener(this::connected);
    }

    /**
     * The data that the client has sent so far, including its end, must reach the target before the next connection
     * does.
     */
    private void endTurnAfterNextReads() {
        EventLoop loop = accepted.eventLoop();
        loop.execute(() -> loop.schedule(turn::done, 0, TimeUnit.NANOSECONDS));
    }

    private void connectBegun() {
        accepted.eventLoop().schedule(turn::done, TURN_AFTER_CONNECT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void connected(Future<? super Channel> connection) {
        connecting = null;
        if (connection.isSuccess()) {
            Channel plain = (Channel) connection.getNow();
            if (isOver()) {
                plain.close();
                return;
            }
            if (assemble(plain, () -> pipeline.assemblePlainSide(plain))) {
                join();
                endTurnAfterNextReads();
            }
        } else if (!isOver()) {
            tunnel.counters.connectsFailed.increment();
            failed(Outcome.CONNECT_FAILED, connection.cause());
            tunnel.connectWarning.warn(
                    tunnel.log, "{}: {}", peerName(), connection.cause().getMessage());
            relay.abort(connection.cause());
        }
    }

    @Override
    void free() {
        leaveUnauthenticated();
        if (slot != null) {
            slot.free();
        }
        if (slotDeadline != null) {
            slotDeadline.callOff();
        }
        if (connecting != null) {
            connecting.cancel(false);
        }
    }
}
