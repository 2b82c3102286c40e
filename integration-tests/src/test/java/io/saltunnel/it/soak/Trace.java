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
 * What one tunnel learns about one connection, and when. Written on its event loop, and read once the connection has
 * ended.
 */
final class Trace {
    static final long NEVER = 0;

    final Role role;
    final int peerPort;
    final long accepted = System.nanoTime();

    /** On a client, the local port of the connection to the server; 0 until there is one. */
    int wirePort;

    /** When the handshake could begin: a client sends its hello at once. */
    long begun = NEVER;

    /** When the first bytes from the other end were read. */
    long heard = NEVER;

    long failed = NEVER;
    long ended = NEVER;
    private String outcome = "open";

    Trace(Role role, int peerPort) {
        this.role = role;
        this.peerPort = peerPort;
    }

    /**
     * The handler that records this: next to the wire's socket for the start and the first bytes, behind the handshake
     * for its failure.
     */
    ChannelHandler handlerAt(Place place) {
        return place == Place.TUNNEL ? new Failure() : new Begin();
    }

    /** The cause of a tunnel's reset is left out: there are many texts for it, and all count as one reason. */
    void end(ConnectionSummary summary) {
        ended = System.nanoTime();
        Throwable cause = summary.cause();
        outcome = summary.outcome()
                + (cause == null || failed == NEVER && summary.outcome() == ConnectionSummary.Outcome.RESET
                        ? ""
                        : ": " + cause.getMessage());
    }

    /** When the tunnel dropped the connection: when the handshake failed, otherwise at the end. */
    long letGo() {
        return failed == NEVER ? ended : failed;
    }

    /** How it ended, in the words of the product. */
    String outcome() {
        return outcome;
    }

    /** Milliseconds from one moment to another; either may be missing. */
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
