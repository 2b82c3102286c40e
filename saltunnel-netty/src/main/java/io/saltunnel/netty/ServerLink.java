package io.saltunnel.netty;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.deadline.Deadline;
import io.saltunnel.netty.internal.handshake.ServerHandshakeHandler;
import io.saltunnel.netty.internal.limit.TunnelSlots;
import io.saltunnel.netty.internal.limit.UnauthenticatedPeers;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import io.saltunnel.netty.stage.TunnelConnection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The server's side: somebody connected; once it has proved the key, and a slot is free, connect to the target and
 * relay.
 */
final class ServerLink extends Link {
    /** From here on a log line says that a client's clock is off, before it is off too far. */
    private static final long NOTABLE_CLOCK_DIFFERENCE_SECONDS = 300;

    private final ServerRuntime server;

    /** Null once the key is proved: neither this nor the place is needed for as long as the connection lasts. */
    private @Nullable ServerHandshakeHandler handshake;

    private UnauthenticatedPeers.@Nullable Peer place;
    private boolean begun;
    private TunnelSlots.@Nullable Slot slot;
    private @Nullable Deadline slotDeadline;
    private @Nullable Future<Channel> connecting;

    ServerLink(ServerRuntime server, Channel wire) {
        super(server, wire);
        this.server = server;
        this.handshake = new ServerHandshakeHandler(server.handshakes, server.replays, this::admitted);
    }

    @Override
    void assembleAccepted() {
        ServerHandshakeHandler handler = Objects.requireNonNull(handshake);
        handler.handshakeFuture().addListener(this::handshakeEnded);
        TunnelPipeline.assembleWireSide(accepted, handler, this);
    }

    @Override
    void begin() {
        if (isOver()) {
            return;
        }
        begun = true;
        if (handshake == null) { // done, while a stage held the connection back
            waitForSlot();
        } else {
            place = server.unauthenticated.add(this::evict);
        }
    }

    @Override
    public TunnelConnection.Role role() {
        return TunnelConnection.Role.SERVER;
    }

    /**
     * Asked for by whoever came last, on any event loop. By the time it's our turn the clienthi may have been admitted.
     */
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
        if (Math.abs(clockDifferenceSeconds) > NOTABLE_CLOCK_DIFFERENCE_SECONDS && server.clockWarning.isDue()) {
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
            leaveUnauthenticated();
            handshake = null;
            server.accepts.giveBack();
            if (begun) {
                waitForSlot();
            }
        } else if (begun || accepted.isActive()) { // else a stage turned the connection away before it was one
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
     * Strangers are told of quietly and rarely. A clock that is wrong is told plainly: it takes the key to send that, or
     * a recording that is less than a day old.
     */
    private void tell(HandshakeFailedException failure) {
        HandshakeFailure refusal = failure.refusal().orElse(null);
        boolean clock = refusal == HandshakeFailure.STALE || refusal == HandshakeFailure.FROM_FUTURE;
        if (clock && server.clockWarning.isDue()) {
            tunnel.log.warn("{}: refused: {}", peerName(), failure.getMessage());
        } else if (tunnel.log.isDebugEnabled() && server.refusalNote.isDue()) {
            tunnel.log.debug("{}: refused: {}", peerName(), failure.getMessage());
        }
    }

    private void waitForSlot() {
        slot = server.slots.acquire(() -> onItsLoop(this::connectToTarget)).orElse(null);
        if (slot == null) {
            noSlot();
            return;
        }
        if (!slot.isHeld()) {
            slotDeadline = Deadline.in(accepted.eventLoop(), tunnel.handshakes.timeout(), this::noSlot);
        }
    }

    private void noSlot() {
        server.capWarning.warn(
                tunnel.log,
                "{}: closed: no tunnel slot became free (raise the number with -m): {} in use, {} waiting",
                peerName(),
                server.slots.held(),
                server.slots.waiting());
        relay.abort(null);
    }

    private void connectToTarget() {
        if (isOver()) {
            return;
        }
        if (slotDeadline != null) {
            slotDeadline.callOff();
            slotDeadline = null;
        }
        connecting = tunnel.connector.connect(accepted.eventLoop());
        connecting.addListener(this::connected);
    }

    private void connected(Future<? super Channel> connection) {
        connecting = null;
        if (connection.isSuccess()) {
            Channel plain = (Channel) connection.getNow();
            if (isOver()) {
                plain.close();
                return;
            }
            if (assemble(plain, () -> TunnelPipeline.assemblePlainSide(plain, this))) {
                join();
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
