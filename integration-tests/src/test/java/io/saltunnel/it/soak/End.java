package io.saltunnel.it.soak;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One end of a connection: sends its direction, checks the other, and closes when both are done. */
abstract class End extends SimpleChannelInboundHandler<ByteBuf> {
    final Tally tally;
    private @Nullable Plan plan;
    private @Nullable Content incoming;
    private @Nullable Sender sender;
    private long expected;
    private long received;
    private boolean sentAll;
    private boolean receivedAll;

    End(Tally tally) {
        this.tally = tally;
    }

    /** Begins as soon as the plan is known. */
    final void begin(ChannelHandlerContext ctx, Plan known, boolean application) {
        plan = known;
        incoming = application ? known.downwards() : known.upwards();
        expected = application ? known.downBytes() : known.upBytes();
        sender = new Sender(ctx.channel(), known, application, () -> {
            sentAll = true;
            closeIfDone(ctx);
        });
        sender.go();
    }

    /** Both directions went as planned, and ended with FIN. */
    abstract void completed(Plan plan);

    final boolean isComplete() {
        return sentAll && receivedAll;
    }

    /** The number of bytes received, all of them right. */
    final long received() {
        return received;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
        if (plan == null || incoming == null) {
            return;
        }
        int count = bytes.readableBytes();
        if (received + count > expected) {
            fault(ctx, "more than was sent");
        } else if (Content.checksum(bytes) != incoming.checksum(received, count)) {
            fault(ctx, "a wrong checksum for " + count + " bytes from " + received + " on");
        } else {
            received += count;
            tally.verified(count);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            return;
        }
        if (plan == null) {
            ctx.close();
        } else if (received < expected) {
            fault(ctx, "an end like any other after " + received + " of " + expected + " bytes");
        } else {
            receivedAll = true;
            closeIfDone(ctx);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (sender != null) {
            sender.go();
        }
    }

    /**
     * A reset isn't a fault here: the application's end decides whether it was planned when its channel becomes
     * inactive.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException) && plan != null) {
            tally.fault(plan, cause.toString());
        }
        ctx.close();
    }

    private void closeIfDone(ChannelHandlerContext ctx) {
        if (isComplete() && plan != null) {
            completed(plan);
            ctx.close();
        }
    }

    private void fault(ChannelHandlerContext ctx, String what) {
        if (plan != null) {
            tally.fault(plan, getClass().getSimpleName() + " got " + what);
        }
        ctx.close();
    }
}
