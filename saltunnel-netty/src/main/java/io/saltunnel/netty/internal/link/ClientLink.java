package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.connect.Target;
import io.saltunnel.netty.internal.handshake.ClientHandshakeHandler;
import io.saltunnel.netty.stage.TunnelConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The client's side of an accepted connection: it connects to the server, makes the handshake, and relays. */
final class ClientLink extends Link {
    /** The client is connected to the server, which has to prove the key. */
    private record Proving(long sinceNanos) implements State {
        @Override
        public Progress progress() {
            return Progress.UNAUTHENTICATED;
        }
    }

    private final ClientProtocol protocol;

    /** The servers that were sent a hello. None of them is sent another one. */
    private final List<Target> tried = new ArrayList<>(1);

    ClientLink(LinkContext tunnel, ClientProtocol protocol, Channel application, Consumer<? super TunnelLink> ended) {
        super(tunnel, application, ended);
        this.protocol = protocol;
    }

    @Override
    public TunnelConnection.Role role() {
        return TunnelConnection.Role.CLIENT;
    }

    @Override
    void assembleAccepted() {
        Abort.makeCloseAReset(accepted);
        pipeline.assemblePlainSide(accepted);
    }

    @Override
    void begin() {
        if (!isOver()) {
            accepted.read(); // so that the application's first data leaves with the last message of the handshake
            turn.await(accepted.eventLoop(), this::connect);
        }
    }

    @Override
    void connectBegun() {
        turn.done();
    }

    @Override
    void connected(Channel wire) {
        enter(new Proving(tunnel.events.now()));
        destination().ifPresent(tried::add);
        Duration limit = tunnel.connector.limit(tunnel.handshakes.timeout(), tried);
        ClientHandshakeHandler handshake = new ClientHandshakeHandler(tunnel.handshakes.within(limit), protocol);
        handshake.handshakeFuture().addListener(this::handshakeEnded);
        assemble(wire, () -> pipeline.assembleWireSide(wire, handshake));
    }

    private void handshakeEnded(Future<? super Channel> handshake) {
        if (handshake.isSuccess()) {
            if (state() instanceof Proving proving) {
                provedKey(0, proving.sinceNanos());
            }
            join();
        } else if (!isOver()) {
            HandshakeFailedException cause = (HandshakeFailedException) handshake.cause();
            boolean serversFault = isServersFault(cause);
            if (serversFault) {
                destinationFailed();
            }
            if (serversFault && state() instanceof Proving && tunnel.connector.hasMoreThan(tried)) {
                tryAnotherServer(cause);
            } else {
                handshakeFailed(cause);
                tunnel.handshakeWarning.warn(
                        tunnel.log, "{}: no tunnel to {}: {}", peerName(), target(), explain(cause));
                relay.abort(cause);
            }
        }
    }

    /** Whether another server may do better. A fault of this program, or of a stage, would happen there as well. */
    private static boolean isServersFault(HandshakeFailedException failure) {
        return switch (failure.reason()) {
            case REFUSED, TIMED_OUT -> true;
            case CLOSED -> failure.getCause() == null || failure.getCause() instanceof IOException;
            case FAULT -> false;
        };
    }

    /**
     * Connects to another server, with a new handshake. The failed one has received at most a hello, and none of the
     * application's data. So nothing is done twice: a server connects to its target only after the client's next
     * message.
     */
    private void tryAnotherServer(HandshakeFailedException cause) {
        tunnel.events.handshakeFailed(cause);
        tunnel.handshakeWarning.warn(
                tunnel.log,
                "{}: no tunnel to {}, so another server is tried: {}",
                peerName(),
                target(),
                explain(cause));
        relay.renewWireSide();
        connectInPlaceOf(tried);
    }

    private String likelyCauses() {
        return switch (protocol.version()) {
            case V1 ->
                "is it a saltunnel server, with the same key, do both clocks agree within an hour, does it take version 1"
                        + " of the protocol";
            case V2 ->
                "is it a saltunnel server, with the same key and name, do both clocks agree within an hour, does it know"
                        + " version 2 of the protocol";
        };
    }

    /**
     * Explains a failure to the user. Silence has several causes, so the message names the likely ones first. A server
     * ends its silence after a while.
     */
    private String explain(HandshakeFailedException failure) {
        return switch (failure.reason()) {
            case REFUSED -> failure.getMessage() + " (is it a saltunnel server, with the same key?)";
            case CLOSED ->
                failure.getMessage() + " (" + likelyCauses()
                        + ", and does its allowFrom, if any, include this machine?)";
            case TIMED_OUT -> failure.getMessage() + " (" + likelyCauses() + "?)";
            case FAULT -> String.valueOf(failure.getMessage());
        };
    }
}
