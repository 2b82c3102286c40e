package io.saltunnel.netty.internal.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.session.Session;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import org.jspecify.annotations.Nullable;

/** What a client and a server do differently in a handshake. {@link HandshakeStates} calls it, on the event loop. */
interface HandshakeSide {
    /** The connection is established. */
    void begin(ChannelHandlerContext ctx);

    /** How many frames the message has that is expected next: 1 or more, the same until it has arrived. */
    int framesAwaited();

    /**
     * A message has arrived: as many frames as were awaited, in one piece of direct memory, borrowed; may be
     * overwritten. Returns the session, if this was the last message of the handshake.
     */
    @Nullable
    Session receive(ChannelHandlerContext ctx, ByteBuf message) throws HandshakeException;

    /** The message was refused: the side fails the handshake, now or at the deadline. Secrets are wiped. */
    void refused(ChannelHandlerContext ctx, HandshakeFailedException cause);

    /** The handshake failed, and all listeners have been told: decides what happens to the connection. */
    void failed(ChannelHandlerContext ctx, HandshakeFailedException cause);

    /** The time is up, whether the handshake is running or has failed. */
    void deadlinePassed(ChannelHandlerContext ctx);

    /** Wipes the side's secrets. Called once or more, on every path. */
    void dispose();
}
