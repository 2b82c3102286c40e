package io.saltunnel.netty;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.handshake.ServerHandshakeHandler;
import io.saltunnel.netty.internal.limit.TunnelSlots;
import io.saltunnel.netty.internal.limit.UnauthenticatedPeers;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server's side: somebody connected; once it has proved the key, and a slot is free, connect to the target and relay. */
final class ServerLink extends Link {
    /** From here on a log line says that a client's clock is off, before it is off too far. */
    private static final long NOTABLE_CLOCK_DIFFERENCE_SECONDS = 300;

    private final ServerRuntime server;
    private UnauthenticatedPeers.@Nullable Peer place;
    private TunnelSlots.@Nullable Slot slot;
    private @Nullable Future<?> slotDeadline;
    private @Nullable Future<Channel> connecting;

    ServerLink(ServerRuntime server, Channel wire) {
        super(server, wire);
        this.server = server;
    }

    @Override
    void begin() {
        ServerHandshakeHandler handshake =
                new ServerHandshakeHandler(tunnel.handshakes, server.replays, this::admitted);
        place = server.unauthenticated.add(() -> evict(handshake));
        handshake.handshakeFuture().addListener(this::handshakeEnded);
        TunnelPipeline.assembleWireSide(accepted, handshake, relay);
    }

    /** Asked for by whoever came last, on any event loop. */
    private void evict(ServerHandshakeHandler handshake) {
        if (!accepted.eventLoop().isShuttingDown()) {
            accepted.eventLoop().execute(handshake::evict);
        }
    }

    private void admitted(long clockDifferenceSeconds) {
        if (place != null) {
            place.greeted();
        }
        if (Math.abs(clockDifferenceSeconds) > NOTABLE_CLOCK_DIFFERENCE_SECONDS && server.clockWarning.isDue()) {
            tunnel.log.warn(
                    "{}: its clock is {} s {} this machine's; beyond {} s it is refused",
                    peer(),
                    Math.abs(clockDifferenceSeconds),
                    clockDifferenceSeconds < 0 ? "behind" : "ahead of",
                    ReplayWindow.MAX_CLOCK_DIFFERENCE_SECONDS);
        }
    }

    private void handshakeEnded(Future<? super Channel> handshake) {
        if (handshake.isSuccess()) {
            leaveUnauthenticated();
            waitForSlot();
        } else {
            tunnel.counters.handshakesFailed.increment();
            tell((HandshakeFailedException) handshake.cause());
        }
    }

    private void leaveUnauthenticated() {
        if (place != null) {
            place.leave();
        }
    }

    /** Strangers are told of quietly and rarely; a clock that is wrong is told plainly, since it takes the key to send that, or a recording of somebody who had it. */
    private void tell(HandshakeFailedException failure) {
        HandshakeFailure refusal = failure.refusal().orElse(null);
        boolean clock = refusal == HandshakeFailure.STALE || refusal == HandshakeFailure.FROM_FUTURE;
        if (clock && server.clockWarning.isDue()) {
            tunnel.log.warn("{}: refused: {}", peer(), failure.getMessage());
        } else if (tunnel.log.isDebugEnabled() && server.refusalNote.isDue()) {
            tunnel.log.debug("{}: refused: {}", peer(), failure.getMessage());
        }
    }

    private void waitForSlot() {
        slot = server.slots
                .acquire(() -> accepted.eventLoop().execute(this::connectToTarget))
                .orElse(null);
        if (slot == null) {
            noSlot();
            return;
        }
        slotDeadline = accepted.eventLoop()
                .schedule(this::noSlot, tunnel.handshakes.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void noSlot() {
        if (server.capWarning.isDue()) {
            tunnel.log.warn(
                    "{}: closed: no tunnel slot became free (raise the number with -m): {} in use, {} waiting",
                    peer(),
                    server.slots.held(),
                    server.slots.waiting());
        }
        relay.abort(null);
    }

    private void connectToTarget() {
        if (isOver()) {
            return;
        }
        if (slotDeadline != null) {
            slotDeadline.cancel(false);
        }
        connecting = tunnel.connector.connect(accepted.eventLoop());
        connecting.addListener(this::connected);
    }

    private void connected(Future<? super Channel> connection) {
        if (connection.isSuccess()) {
            Channel plain = (Channel) connection.getNow();
            if (isOver()) {
                plain.close();
                return;
            }
            TunnelPipeline.assemblePlainSide(plain, relay);
            join();
        } else if (!isOver()) {
            tunnel.counters.connectsFailed.increment();
            tunnel.log.warn("{}: {}", peer(), connection.cause().getMessage());
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
            slotDeadline.cancel(false);
        }
        if (connecting != null) {
            connecting.cancel(false);
        }
    }
}
