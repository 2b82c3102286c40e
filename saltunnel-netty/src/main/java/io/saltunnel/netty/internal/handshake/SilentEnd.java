package io.saltunnel.netty.internal.handshake;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection in a way that reveals nothing about its input: sends FIN, then drops input for a while or until the
 * peer's FIN, so that unread bytes don't turn the close into a reset. Event loop only.
 *
 * <pre>
 *   OPEN ──┬── end ──▶ FIN_SENT ── the time is up, the peer's FIN, or end again ──▶ closed
 *          └── the peer's FIN ──▶ PEER_ENDED ── end ──▶ closed
 * </pre>
 */
final class SilentEnd {
    private enum State {
        OPEN,
        PEER_ENDED,
        FIN_SENT
    }

    private State state = State.OPEN;
    private @Nullable Future<?> close;

    /** The peer has ended its stream. */
    void peerEnded(ChannelHandlerContext ctx) {
        switch (state) {
            case OPEN -> state = State.PEER_ENDED;
            case FIN_SENT -> ctx.close();
            case PEER_ENDED -> {}
        }
    }

    /** Sends FIN, and closes after the given time at the latest. A second call closes at once. */
    void end(ChannelHandlerContext ctx, Duration linger) {
        if (state != State.OPEN || !(ctx.channel() instanceof DuplexChannel channel)) {
            ctx.close();
            return;
        }
        state = State.FIN_SENT;
        close = ctx.executor().schedule(() -> ctx.close(), linger.toMillis(), TimeUnit.MILLISECONDS);
        channel.shutdownOutput().addListener(ended -> {
            if (!ended.isSuccess()) {
                ctx.close();
            }
        });
    }

    /** Cancels the close, because the connection is closed, or this handshake is no longer responsible for it. */
    void callOff() {
        if (close != null) {
            close.cancel(false);
        }
    }
}
