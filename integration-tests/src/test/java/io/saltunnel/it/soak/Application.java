package io.saltunnel.it.soak;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The application's end of one connection. */
final class Application extends End {
    private static final int SIP_MILLIS = 50;

    private final Plan plan;
    private final Runnable ended;
    private int port;

    Application(Plan plan, Tally tally, Runnable ended) {
        super(tally);
        this.plan = plan;
        this.ended = ended;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        port = ((InetSocketAddress) ctx.channel().localAddress()).getPort();
        ByteBuf header = ctx.alloc().buffer(Plan.HEADER_BYTES);
        plan.encode(header);
        ctx.write(header, ctx.voidPromise());
        begin(ctx, plan, true);
        switch (plan.kind()) {
            case SLOW_READER -> sip(ctx);
            case STALLED_READER -> {
                ctx.channel().config().setAutoRead(false);
                ctx.executor()
                        .schedule(
                                () -> ctx.channel().config().setAutoRead(true),
                                plan.pauseMillis(),
                                TimeUnit.MILLISECONDS);
            }
            default -> {
                // Reads the available data.
            }
        }
    }

    /** One read now, and the next after a while. */
    private void sip(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(false);
        ctx.read();
        if (ctx.channel().isOpen()) {
            ctx.executor().schedule(() -> sip(ctx), SIP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    void completed(Plan done) {
        if (plan.kind().aborts()) {
            tally.fault(plan, "it was to be reset, and ended well");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (isComplete() || plan.kind().aborts()) { // a connection that is to be reset may also have been refused
            tally.done(plan.kind());
        } else if (received() > 0) {
            tally.fault(plan, "reset after " + received() + " bytes");
        } else {
            tally.refused(port);
        }
        ended.run();
    }
}
