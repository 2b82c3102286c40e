package io.saltunnel.netty.internal.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.session.Session;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a client and a server do differently in a handshake. {@link HandshakeStates} calls it, on the event loop. */
interface HandshakeSide {
    /** The connection is established. */
    void begin(ChannelHandlerContext ctx);

    /** The longest time from the beginning to {@link #deadlinePassed}. Asked once, after {@link #begin}. */
    Duration timeLimit();

    /** The number of frames of the next expected message: 1 or more, and constant until the message has arrived. */
    int framesAwaited();

    /**
     * A message has arrived, with all its frames in one piece of direct memory. It is borrowed, and may be overwritten.
     * Returns the session, if this was the last message of the handshake.
     */
    @Nullable
    Session receive(ChannelHandlerContext ctx, ByteBuf message) throws HandshakeException;

    /** The message was refused, and the secrets are wiped. The side fails the handshake, now or at the deadline. */
    void refused(ChannelHandlerContext ctx, HandshakeFailedException cause);

    /** The handshake failed, and all listeners have been told: decides what happens to the connection. */
    void failed(ChannelHandlerContext ctx, HandshakeFailedException cause);

    /** The time is up, whether the handshake is running or has failed. */
    void deadlinePassed(ChannelHandlerContext ctx);

    /** Wipes the side's secrets. Called once or more, on every path. */
    void dispose();
}
