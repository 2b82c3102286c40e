package io.saltunnel.netty.internal.handshake;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.handshake.HandshakeCompleted;
import io.saltunnel.netty.handshake.HandshakeFailed;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reports how a handshake ended: completes the future, then fires the event in the pipeline. The caller reports once.
 * Event loop only, except for the future.
 */
final class HandshakeReport {
    private final HandshakePromise promise = new HandshakePromise();
    private @Nullable String handlerName;
    private @Nullable SocketAddress peer;
    private OptionalLong clockDifferenceSeconds = OptionalLong.empty();
    private @Nullable ProtocolVersion version;
    private @Nullable KeyLabel key;

    /** Completes with the channel, or fails with a {@link HandshakeFailedException}. For any thread. */
    Future<Channel> future() {
        return promise;
    }

    void completesOn(EventExecutor loop) {
        promise.completesOn(loop);
    }

    /** Sets the handler's name in the events, if it differs from its name in the pipeline. */
    void nameHandler(String name) {
        handlerName = name;
    }

    void begun(Channel channel) {
        peer = channel.remoteAddress();
    }

    /** Records the peer's clock minus ours, once it is known. An empty value changes nothing. */
    void peersClockIs(OptionalLong secondsAhead) {
        if (secondsAhead.isPresent()) {
            clockDifferenceSeconds = secondsAhead;
        }
    }

    /** Sets the key that the peer has to prove, or that its hello was sealed under. */
    void keyIs(KeyLabel label) {
        key = label;
    }

    void succeeded(ChannelHandlerContext ctx, ProtocolVersion version) {
        this.version = version;
        promise.trySuccess(ctx.channel());
        ctx.fireUserEventTriggered(new HandshakeCompleted(
                nameIn(ctx), peer, clockDifferenceSeconds, version, Objects.requireNonNull(key, "key")));
    }

    void failed(ChannelHandlerContext ctx, HandshakeFailedException cause) {
        promise.tryFailure(cause);
        ctx.fireUserEventTriggered(new HandshakeFailed(nameIn(ctx), peer, clockDifferenceSeconds, cause));
    }

    /** The version that both sides speak; empty until the handshake has succeeded. */
    Optional<ProtocolVersion> version() {
        return Optional.ofNullable(version);
    }

    /** Fails the future of a handler that can't be added to its pipeline, and so can't fire an event. */
    void failedUnadded(HandshakeFailedException cause) {
        promise.tryFailure(cause);
    }

    private String nameIn(ChannelHandlerContext ctx) {
        return handlerName == null ? ctx.name() : handlerName;
    }
}
