package io.saltunnel.netty.stage;

import io.netty.channel.ChannelHandler;
import java.util.List;

/**
 * Adds handlers to the pipelines of a tunnel's connections, at named places.
 *
 * <pre>
 *   plain socket ⇄ [PLAIN_SOCKET] ⇄ relay ⇄ [TUNNEL] ⇄ cipher ⇄ frames ⇄ [WIRE_SOCKET] ⇄ wire socket
 * </pre>
 *
 * <p>A builder takes a stage and may start several tunnels with it, each with many connections on several event loops,
 * and so on several threads. State that a stage object shares between connections must be safe for that; state of one
 * connection belongs in the handlers. A provider makes a stage available by name, see {@link PipelineStageProvider}.
 *
 * <p>Rules for handlers at these places: Messages are {@link io.netty.buffer.ByteBuf}s, owned by the handler that
 * receives them. At {@link Place#PLAIN_SOCKET} and {@link Place#TUNNEL} an {@link EndOfStream} is written behind the
 * last of them. A handler passes on messages and events that it doesn't know, as Netty's adapters do, and keeps their
 * order. A handler that holds data back holds the end back as well. If it drops the end, the connection stays open.
 * {@code autoRead} is off and the tunnel requests each read itself, so a handler that consumes all of a read must
 * request the next one ({@code ctx.read()}). An exception that reaches the relay resets both connections; this is how a
 * stage ends a connection. A relayed channel that a stage closes is reset too. The tunnel starts when {@code
 * channelActive} of the accepted connection has passed all stages, so a handler that holds this event back delays the
 * tunnel. If a client has to try another server, it asks for handlers at {@link Place#TUNNEL} and {@link
 * Place#WIRE_SOCKET} again, for the new connection.
 *
 * <p>A complete stage:
 *
 * {@snippet lang="java" :
 * public final class QuotaStage implements PipelineStage {
 *     private final long maxBytes;
 *
 *     public QuotaStage(long maxBytes) {
 *         this.maxBytes = maxBytes;
 *     }
 *
 *     @Override
 *     public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
 *         return place == Place.PLAIN_SOCKET ? List.of(new Quota()) : List.of();
 *     }
 *
 *     private final class Quota extends ChannelInboundHandlerAdapter {
 *         private long received;
 *
 *         @Override
 *         public void channelRead(ChannelHandlerContext ctx, Object msg) {
 *             received += ((ByteBuf) msg).readableBytes();
 *             ctx.fireChannelRead(msg);
 *             if (received > maxBytes) {
 *                 ctx.fireExceptionCaught(new IOException("more than " + maxBytes + " bytes"));
 *             }
 *         }
 *     }
 * }
 * }
 */
@FunctionalInterface
public interface PipelineStage {
    /** The places for handlers. */
    enum Place {
        /**
         * On the plain side, next to its socket: bytes as the application (on a client) or the target (on a server)
         * sends and receives them.
         */
        PLAIN_SOCKET,
        /**
         * On the wire side, between the relay and the cipher: plaintext as it passes the tunnel. Data written here
         * during the handshake waits until the handshake has ended. Data added here arrives at the other end as if the
         * plain side had sent it, and isn't counted.
         */
        TUNNEL,
        /** On the wire side, next to its socket: the handshake and sealed frames. */
        WIRE_SOCKET;

        /**
         * The place next to the accepted socket. Every connection gets the handlers of this place, before any others.
         *
         * @param role the end of the tunnel that accepts
         * @return {@link #PLAIN_SOCKET} on a client, {@link #WIRE_SOCKET} on a server
         */
        public static Place ofAcceptedSocket(TunnelConnection.Role role) {
            return switch (role) {
                case CLIENT -> PLAIN_SOCKET;
                case SERVER -> WIRE_SOCKET;
            };
        }
    }

    /**
     * Makes the handlers for one place of one connection. Called on the connection's event loop when the pipeline of
     * that side is assembled, once for each place: for the accepted side at once, for the other side when its
     * connection is made. A connection that ends before that has no other side. If a client has to try another server,
     * this is called again for the new connection.
     *
     * <p>An exception resets the connection.
     *
     * @param place the place
     * @param connection the connection
     * @return the handlers in order, the first next to the socket ({@link Place#TUNNEL}: to the cipher); empty for
     *     none. New handlers for each call unless they are sharable
     */
    List<ChannelHandler> handlersAt(Place place, TunnelConnection connection);

    /**
     * Called when a tunnel no longer uses this stage: it has stopped, it could not be started, or it was {@linkplain
     * io.saltunnel.netty.Tunnel#reconfigure reconfigured} and its last connection with this stage has ended. Runs once
     * for each start and each reconfiguration, on any thread. Does nothing by default.
     */
    default void tunnelStopped() {}
}
