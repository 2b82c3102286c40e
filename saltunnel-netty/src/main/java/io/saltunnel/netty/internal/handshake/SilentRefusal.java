package io.saltunnel.netty.internal.handshake;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.netty.internal.deadline.Deadline;
import io.saltunnel.netty.internal.transport.PeerAddresses;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The silence towards a connection that is refused before its handshake: it looks like one whose handshake has failed.
 * The handlers behind learn of the connection's end alone. Not sharable; runs on the channel's event loop.
 */
public final class SilentRefusal extends ChannelInboundHandlerAdapter {
    private final Silence silence;
    private final SilentEnd silentEnd = new SilentEnd();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Deadline deadline;

    /**
     * A refusal of one connection.
     *
     * @param silence the server's
     */
    public SilentRefusal(Silence silence) {
        this.silence = silence;
    }

    /**
     * Refuses the connection from now on.
     *
     * @param stage the place of the handler that refuses it, in front of which this and a drain are added
     */
    public void begin(ChannelHandlerContext stage) {
        stage.pipeline().addBefore(stage.name(), null, this);
        ChannelHandlerContext own = stage.pipeline().context(this);
        stage.pipeline().addBefore(own.name(), null, new StrangerDrain(silence.reads()));
    }

    /** Ends the connection before its deadline, to make room for others. A second call closes it at once. */
    public void evict() {
        if (context != null && context.channel().isOpen()) {
            silentEnd.end(context, ServerHandshakeHandler.EVICTED_LINGER);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        QuietTimes.Times times = silence.times().at(PeerAddresses.localOf(ctx.channel()));
        deadline = Deadline.in(ctx.executor(), times.untilFin(), () -> silentEnd.end(ctx, times.untilClose()));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.callOff();
        }
        silentEnd.callOff();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            silentEnd.peerEnded(ctx);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            ctx.close(); // the peer has reset it or is gone, so a close can't reveal anything
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }
}
