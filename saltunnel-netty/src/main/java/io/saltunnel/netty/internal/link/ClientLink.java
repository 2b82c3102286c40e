package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.handshake.ClientHandshakeHandler;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import io.saltunnel.netty.stage.TunnelConnection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The client's side of an accepted connection: it connects to the server, shakes hands, and relays. */
final class ClientLink extends Link {
    private final ConnectOrder.Turn turn;
    private @Nullable Future<Channel> connecting;

    ClientLink(LinkContext tunnel, Channel application, Consumer<? super TunnelLink> ended) {
        super(tunnel, application, ended);
        this.turn = ConnectOrder.turnOf(application);
    }

    @Override
    void assembleAccepted() {
        Abort.makeCloseAReset(accepted);
        pipeline.assemblePlainSide(accepted);
    }

    @Override
    void begin() {
        if (isOver()) {
            return;
        }
        accepted.read(); // data that the application sends at once leaves with the last message of the handshake
        turn.await(accepted.eventLoop(), this::connect);
    }

    private void connect() {
        if (isOver()) {
            return;
        }
        connecting = tunnel.connector.connect(accepted.eventLoop(), turn::done);
        connecting.addListener(this::connected);
    }

    @Override
    public TunnelConnection.Role role() {
        return TunnelConnection.Role.CLIENT;
    }

    private void connected(Future<? super Channel> connection) {
        connecting = null;
        if (connection.isSuccess()) {
            shakeHands((Channel) connection.getNow());
        } else if (!isOver()) {
            tunnel.counters.connectsFailed.increment();
            failed(Outcome.CONNECT_FAILED, connection.cause());
            tunnel.connectWarning.warn(
                    tunnel.log, "{}: {}", peerName(), connection.cause().getMessage());
            relay.abort(connection.cause());
        }
    }

    private void shakeHands(Channel wire) {
        if (isOver()) {
            Abort.reset(wire); // FIN alone would leave the server waiting for a hello
            return;
        }
        ClientHandshakeHandler handshake = new ClientHandshakeHandler(tunnel.handshakes);
        handshake.handshakeFuture().addListener(this::handshakeEnded);
        assemble(wire, () -> pipeline.assembleWireSide(wire, handshake));
    }

    private void handshakeEnded(Future<? super Channel> handshake) {
        if (handshake.isSuccess()) {
            join();
        } else if (!isOver()) {
            tunnel.counters.handshakesFailed.increment();
            failed(Outcome.HANDSHAKE_FAILED, handshake.cause());
            tunnel.handshakeWarning.warn(
                    tunnel.log,
                    "{}: no tunnel to {}: {}",
                    peerName(),
                    tunnel.connector.target(),
                    explain((HandshakeFailedException) handshake.cause()));
            relay.abort(handshake.cause());
        }
    }

    private static String explain(HandshakeFailedException failure) {
        return switch (failure.reason()) {
            case REFUSED -> failure.getMessage() + " (is it a saltunnel server, with the same key?)";
            case CLOSED ->
                failure.getMessage()
                        + " (is it a saltunnel server, with the same key, do both clocks agree within an hour, and does"
                        + " its --allow-from, if any, include this machine?)";
            case TIMED_OUT ->
                failure.getMessage()
                        + " (is it a saltunnel server, with the same key, and do both clocks agree within an hour?)";
            case FAULT -> String.valueOf(failure.getMessage());
        };
    }

    @Override
    void free() {
        if (connecting != null) {
            connecting.cancel(false);
        }
    }
}
