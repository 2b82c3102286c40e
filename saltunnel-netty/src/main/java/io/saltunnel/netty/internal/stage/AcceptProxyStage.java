package io.saltunnel.netty.internal.stage;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.netty.internal.deadline.Deadline;
import io.saltunnel.netty.internal.log.Refusals;
import io.saltunnel.netty.internal.transport.PeerAddresses;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import io.saltunnel.netty.stage.TunnelConnection.Role;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Takes a PROXY protocol header, version 1 or 2, from the beginning of each accepted connection. From then on the
 * connection's addresses are those that the header names. A client resets a connection without a header; a server ends
 * it like one without the key.
 *
 * <p>A client connects to its server only after the header. On a server, the header precedes the handshake, and counts
 * against the handshake's time limit. {@link SourceNetworksStage} must come before this stage, because a header is
 * believed.
 */
public final class AcceptProxyStage implements PipelineStage {
    /** The longest time for a header on a client. A proxy sends it at once. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Refusals refusals = new Refusals();
    private final Logger log;

    /**
     * A stage of one tunnel.
     *
     * @param log receives a line when connections are refused
     */
    public AcceptProxyStage(Logger log) {
        this.log = log;
    }

    @Override
    public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
        return place == Place.ofAcceptedSocket(connection.role())
                ? List.of(new HeaderHandler(connection, refusals, log))
                : List.of();
    }

    @Override
    public void tunnelStopped() {
        refusals.flush(log);
    }

    /**
     * Requests reads itself until the header is complete, and holds back the reads of the handlers behind it. It
     * removes itself once it has passed on the data that came with the header.
     *
     * <pre>
     *   HEADER ── complete ──▶ REST ── nothing is left ──▶ removed
     *      └── wrong, cut off, too late ──▶ REFUSED: a client resets the connection; a server drops further input
     * </pre>
     */
    private static final class HeaderHandler extends ChannelDuplexHandler {
        private enum State {
            HEADER,
            REST,
            REFUSED
        }

        private final TunnelConnection connection;
        private final Refusals refusals;
        private final Logger log;
        private State state = State.HEADER;

        /** Made with the first bytes, closed with the end of the header. */
        private @Nullable ProxyHeaderReader reader;

        private @Nullable Deadline deadline;

        /** Whether a handler behind this one has asked for data. */
        private boolean asked;

        /** The data that was read after the header, until a handler asks for it. */
        private @Nullable ByteBuf rest;

        HeaderHandler(TunnelConnection connection, Refusals refusals, Logger log) {
            this.connection = connection;
            this.refusals = refusals;
            this.log = log;
        }

        // ---- the header

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            switch (connection.role()) {
                case CLIENT -> deadline = Deadline.in(ctx.executor(), TIMEOUT, () -> tooLate(ctx));
                case SERVER -> ctx.fireChannelActive(); // it counts as unauthenticated from now on
            }
            ctx.read();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            switch (state) {
                case HEADER -> readHeader(ctx, (ByteBuf) msg);
                case REST -> {
                    passRest(ctx);
                    ctx.fireChannelRead(msg);
                }
                case REFUSED -> ReferenceCountUtil.release(msg);
            }
        }

        private void readHeader(ChannelHandlerContext ctx, ByteBuf bytes) {
            Optional<ProxyHeaderReader.Header> header;
            try {
                header = reader().read(bytes);
            } catch (ProxyHeaderException e) {
                count(ctx, String.valueOf(e.getMessage()));
                refuse(ctx, e);
                return;
            }
            header.ifPresent(complete -> accept(ctx, complete));
        }

        private ProxyHeaderReader reader() {
            if (reader == null) {
                reader = new ProxyHeaderReader();
            }
            return reader;
        }

        private void count(ChannelHandlerContext ctx, String why) {
            SocketAddress from = ctx.channel().remoteAddress();
            if (refusals.add(
                    why, () -> PeerAddresses.nameOf(from), log, ctx.channel().eventLoop())) {
                log.info("{}: refused: {}", PeerAddresses.nameOf(from), why);
            }
        }

        private void accept(ChannelHandlerContext ctx, ProxyHeaderReader.Header header) {
            state = State.REST;
            rest = header.rest();
            headerEnded();
            header.addresses().ifPresent(named -> {
                if (connection instanceof ProxiedConnection proxied) {
                    proxied.madeFor(named.peer(), named.local());
                }
            });
            if (connection.role() == Role.CLIENT) {
                ctx.fireChannelActive();
            }
            if (rest == null) {
                leave(ctx);
            } else if (asked) {
                passRest(ctx);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (state == State.HEADER) {
                ctx.read();
            } else {
                ctx.fireChannelReadComplete();
            }
        }

        // ---- the data behind it

        @Override
        public void read(ChannelHandlerContext ctx) {
            if (state == State.REFUSED) { // a server reads on, and drops what it reads
                ctx.read();
                return;
            }
            boolean first = !asked;
            asked = true;
            if (state == State.REST && first && rest != null) {
                ctx.executor().execute(() -> {
                    if (!ctx.isRemoved()) {
                        passRest(ctx);
                        ctx.fireChannelReadComplete();
                    }
                });
            }
        }

        private void passRest(ChannelHandlerContext ctx) {
            ByteBuf bytes = rest;
            rest = null;
            asked = false;
            if (bytes != null) {
                ctx.fireChannelRead(bytes);
            }
            leave(ctx);
        }

        private void leave(ChannelHandlerContext ctx) {
            if (ctx.isRemoved()) {
                return;
            }
            if (asked) {
                ctx.read();
            }
            ctx.pipeline().remove(this);
        }

        // ---- refusals

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) { // a proxy may connect only to see whether it can
                refuse(ctx, new ProxyHeaderException("the connection ended before a PROXY protocol header"));
                if (rest != null) { // the data comes before the end
                    passRest(ctx);
                }
            }
            ctx.fireUserEventTriggered(event);
        }

        private void tooLate(ChannelHandlerContext ctx) {
            refuse(ctx, new ProxyHeaderException("no PROXY protocol header within " + TIMEOUT.toSeconds() + " s"));
        }

        /**
         * Refuses the connection. On a server, only the handshake's deadline closes it, because a stranger must not see
         * what the server expects.
         */
        private void refuse(ChannelHandlerContext ctx, ProxyHeaderException why) {
            if (state != State.HEADER) {
                return;
            }
            state = State.REFUSED;
            headerEnded();
            log.debug("{}: {}", PeerAddresses.nameOf(ctx.channel().remoteAddress()), why.getMessage());
            switch (connection.role()) {
                case CLIENT -> ctx.fireExceptionCaught(why);
                case SERVER -> {
                    if (connection instanceof RefusedConnection refused) {
                        refused.dropInput(ctx);
                    }
                }
            }
        }

        private void headerEnded() {
            if (deadline != null) {
                deadline.callOff();
            }
            if (reader != null) {
                reader.close();
                reader = null;
            }
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            headerEnded();
            if (rest != null) {
                rest.release();
                rest = null;
            }
        }
    }
}
