package io.saltunnel.it.soak;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.saltunnel.netty.handshake.HandshakeFailed;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.PipelineStage.Place;
import io.saltunnel.netty.stage.TunnelConnection.Role;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * What one tunnel knows of one connection, and when it came to know that. Made on its event loop, and looked at once it
 * has ended.
 */
final class Trace {
    static final long NEVER = 0;

    final Role role;
    final int peerPort;
    final long accepted = System.nanoTime();

    /** The near end of the connection to the server, on a client; 0 as long as there is none. */
    int wirePort;

    /** When the handshake could begin: a client speaks at once. */
    long begun = NEVER;

    /** When the first of the other end's bytes were read. */
    long heard = NEVER;

    long failed = NEVER;
    long ended = NEVER;
    private String outcome = "open";

    Trace(Role role, int peerPort) {
        this.role = role;
        this.peerPort = peerPort;
    }

    /**
     * What notes it all: next to the wire's socket when it begins and is heard, behind the handshake when that fails.
     */
    ChannelHandler handlerAt(Place place) {
        return place == Place.TUNNEL ? new Failure() : new Begin();
    }

    /**
     * Of a tunnel's reset the cause isn't told: there are many ways to say it, and all are to be counted as one reason.
     */
    void end(ConnectionSummary summary) {
        ended = System.nanoTime();
        Throwable cause = summary.cause();
        outcome = summary.outcome()
                + (cause == null || failed == NEVER && summary.outcome() == ConnectionSummary.Outcome.RESET
                        ? ""
                        : ": " + cause.getMessage());
    }

    /** When the tunnel gave it up: when the handshake failed, or if that isn't why, at the end. */
    long letGo() {
        return failed == NEVER ? ended : failed;
    }

    /** How it ended, in the product's own words. */
    String outcome() {
        return outcome;
    }

    /** Milliseconds from one moment to another, either of which may not have come. */
    static String millis(long from, long to) {
        return from == NEVER || to == NEVER ? "-" : TimeUnit.NANOSECONDS.toMillis(to - from) + " ms";
    }

    private final class Begin extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            begun = System.nanoTime();
            if (role == Role.CLIENT && ctx.channel().localAddress() instanceof InetSocketAddress near) {
                wirePort = near.getPort();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) {
            heard = System.nanoTime();
            ctx.pipeline().remove(this);
            ctx.fireChannelRead(bytes);
        }
    }

    private final class Failure extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof HandshakeFailed) {
                failed = System.nanoTime();
            }
            ctx.fireUserEventTriggered(event);
        }
    }
}
