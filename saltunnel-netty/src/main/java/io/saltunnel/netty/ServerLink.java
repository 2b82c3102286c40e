package io.saltunnel.netty;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.handshake.ServerHandshakeHandler;
import io.saltunnel.netty.internal.limit.TunnelSlots;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server's side: somebody connected; once it has proved the key, and a slot is free, connect to the target and relay. */
final class ServerLink extends Link {
    private final ServerRuntime server;
    private TunnelSlots.@Nullable Slot slot;
    private @Nullable Future<?> slotDeadline;
    private @Nullable Future<Channel> connecting;

    ServerLink(ServerRuntime server, Channel wire) {
        super(server, wire);
        this.server = server;
    }

    @Override
    void begin() {
        server.unauthenticated.add(accepted);
        ServerHandshakeHandler handshake = new ServerHandshakeHandler(tunnel.handshakes, server.replays);
        handshake.handshakeFuture().addListener(this::handshakeEnded);
        TunnelPipeline.assembleWireSide(accepted, handshake, relay);
    }

    private void handshakeEnded(Future<? super Channel> handshake) {
        if (handshake.isSuccess()) {
            server.unauthenticated.remove(accepted);
            waitForSlot();
        } else {
            tunnel.counters.handshakesFailed.increment();
            tell((HandshakeFailedException) handshake.cause());
        }
    }

    /** Strangers are told of quietly and rarely; a clock that is wrong is told plainly, since only somebody with the key can send that. */
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
        slot = server.slots.acquire(() -> accepted.eventLoop().execute(this::connectToTarget));
        slotDeadline = accepted.eventLoop()
                .schedule(this::noSlot, tunnel.handshakes.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void noSlot() {
        if (server.capWarning.isDue()) {
            tunnel.log.warn(
                    "{}: closed: no tunnel slot became free within {} s (raise the number with -m)",
                    peer(),
                    tunnel.handshakes.timeout().toSeconds());
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
