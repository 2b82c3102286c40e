package io.saltunnel.netty.internal.abort;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.AttributeKey;
import java.io.IOException;

/**
 * Ends a connection so that the peer can never mistake a part of a stream for the whole. Only this class decides what
 * the system sends when a socket of a tunnel is closed:
 *
 * <pre>
 *   opened ── makeCloseAReset ── relayed ──┬── reset, an exit, a crash, a kill ──▶ RST; unsent data is dropped
 *                                          └── closeInOrder ──▶ FIN, behind unsent data
 * </pre>
 *
 * <p>This doesn't change a FIN that was sent earlier by shutting down the output. All methods are harmless on a closed
 * channel, and may be called on any thread unless they say otherwise.
 */
public final class Abort {
    /** The value of {@link ChannelOption#SO_LINGER} for RST: closing drops unsent data. */
    private static final int RESET = 0;

    /** The value of {@link ChannelOption#SO_LINGER} for FIN: after closing, the system sends the unsent data. */
    private static final int NO_LINGER = -1;

    /** Whether the system has been told to reset the connection when it is closed. Avoids telling it twice. */
    private static final AttributeKey<Boolean> CLOSES_BY_RESET = AttributeKey.valueOf(Abort.class, "closesByReset");

    /** Whether the connection is reset once its peer has what was sent. */
    private static final AttributeKey<Boolean> RESET_FOLLOWS = AttributeKey.valueOf(Abort.class, "resetFollows");

    private Abort() {}

    /**
     * Announces that a connection is reset as soon as its peer's system has received what was written. From now on
     * nothing more is sent on it, not even padding: the reset waits until all that was sent is acknowledged.
     *
     * @param channel the connection, which nothing is written to any more
     */
    public static void resetFollows(Channel channel) {
        channel.attr(RESET_FOLLOWS).set(true);
    }

    /**
     * Whether nothing more is sent on a connection, because a reset follows.
     *
     * @param channel the connection
     * @return true after {@link #resetFollows}
     */
    public static boolean isResetToFollow(Channel channel) {
        return channel.hasAttr(RESET_FOLLOWS);
    }

    /**
     * Resets a connection: SO_LINGER 0, then close, so that TCP sends RST and no FIN. Unwritten data is dropped, and
     * its writes fail. The close starts at the transport and bypasses every handler, so that none of them delays it to
     * flush.
     *
     * <p>A UNIX domain socket and a channel within the process have no RST: the peer sees the end of the stream.
     *
     * @param channel the connection
     */
    public static void reset(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        makeCloseAReset(channel);
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }

    /**
     * Makes every close of the connection send RST, be it by a handler that reacts to a fault, or by the system when
     * the process is killed.
     *
     * @param channel the connection, which stays open. Call this as soon as the peer could mistake a close for the end
     *     of a stream
     */
    public static void makeCloseAReset(Channel channel) {
        if (!closesByReset(channel) && setLinger(channel, RESET)) {
            channel.attr(CLOSES_BY_RESET).set(true);
        }
    }

    /**
     * Does the same for all connections that a listening socket accepts. Works only on Linux, where they inherit the
     * option.
     *
     * @param listener a channel of epoll or io_uring
     * @throws ChannelException if the system refuses it
     */
    public static void makeCloseOfAcceptedAReset(Channel listener) {
        ListeningSocket.setLingerOfAccepted((UnixChannel) listener, RESET);
        listener.attr(CLOSES_BY_RESET).set(true);
    }

    /**
     * Whether closing a connection resets it: because of this class, or because an embedder has set SO_LINGER to 0.
     *
     * @param channel the connection
     * @return true also if the system refuses to say, as it may for a connection that the peer has reset
     */
    public static boolean isCloseAReset(Channel channel) {
        try {
            Integer linger = channel.config().getOption(ChannelOption.SO_LINGER);
            return linger != null && linger == RESET;
        } catch (ChannelException e) {
            return true;
        }
    }

    private static boolean closesByReset(Channel channel) {
        if (channel.hasAttr(CLOSES_BY_RESET)) {
            return channel.attr(CLOSES_BY_RESET).get();
        }
        return channel.parent() != null && channel.parent().hasAttr(CLOSES_BY_RESET);
    }

    /**
     * Closes a connection whose streams have both ended. The system continues to send the data that it still holds,
     * then FIN.
     *
     * @param channel the connection, its output shut down
     */
    public static void closeInOrder(Channel channel) {
        channel.attr(CLOSES_BY_RESET).set(false);
        setLinger(channel, NO_LINGER);
        channel.close();
    }

    /** Some systems refuse the option on a connection that the peer has reset. It isn't needed there. */
    private static boolean setLinger(Channel channel, int seconds) {
        try {
            return channel.config().setOption(ChannelOption.SO_LINGER, seconds);
        } catch (ChannelException e) {
            return false; // reset by the peer, or closed meanwhile: there is nothing left to send
        }
    }

    /** Loaded only if there is a native channel. */
    private static final class ListeningSocket {
        static void setLingerOfAccepted(UnixChannel listener, int seconds) {
            try {
                ((Socket) listener.fd()).setSoLinger(seconds);
            } catch (IOException e) {
                throw new ChannelException(e);
            }
        }
    }

    /**
     * Handles the removal of a handler without which data would leave in the clear. If the channel is open, this resets
     * the connection and tells the handlers behind the removed one. Runs on the channel's event loop.
     *
     * @param ctx the place in the pipeline that the handler had
     */
    public static void removed(ChannelHandlerContext ctx) {
        if (ctx.channel().isOpen()) {
            reset(ctx.channel());
            ctx.fireExceptionCaught(new ChannelPipelineException(
                    ctx.name() + " was removed from an open channel, so the connection was reset"));
        }
    }
}
