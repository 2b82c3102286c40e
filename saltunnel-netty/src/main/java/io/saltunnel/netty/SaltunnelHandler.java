package io.saltunnel.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.internal.codec.FrameCodec;
import io.saltunnel.netty.internal.handshake.HandshakeHandler;

/**
 * Encrypts and authenticates a channel. Above it, {@link io.netty.buffer.ByteBuf}s of plaintext of any size and kind
 * are written and read; below it, on the wire, are whole frames that look random.
 *
 * <ul>
 *   <li><b>Handshake.</b> It begins when the channel is active, at once if it is already; reads for itself whatever
 *       {@code autoRead} says; and ends with {@link #handshakeFuture()} and one event, fired before the first
 *       plaintext: {@link io.saltunnel.netty.handshake.HandshakeCompleted} or
 *       {@link io.saltunnel.netty.handshake.HandshakeFailed}. A client closes the channel when it fails; a server does
 *       as its {@link SaltunnelSettings#withRefusal settings} say.
 *   <li><b>Writing.</b> Writes may begin at once: until the handshake is over they wait, counted towards the channel's
 *       writability, then go out in their order. If it fails they fail with its
 *       {@link io.saltunnel.netty.handshake.HandshakeFailedException}. Later, a write's promise completes when its last
 *       byte was written to the socket. Each flush fills whole frames of up to 494 bytes of data, so that flushing
 *       once, say in {@code channelReadComplete}, puts fewer on the wire. Writing gives the message away, and its
 *       reader index moves, whatever becomes of it. A message that is not a {@code ByteBuf} fails: nothing leaves in
 *       the clear.
 *   <li><b>Reading.</b> Each buffer belongs to the handler that gets it. Data comes only after it verified. With
 *       {@code autoRead} off, a {@code read()} brings data or goes on reading until some is there; what came in one
 *       read with the end of the handshake comes unasked.
 *   <li><b>Ends.</b> {@code close()} sends what was written before it, for 3 s at most; what is written after it fails.
 *       Before the end of the handshake it closes at once, and what waits fails. With {@code ALLOW_HALF_CLOSURE}, the
 *       peer's end of stream comes as {@code ChannelInputShutdownEvent} and this side may go on writing.
 *   <li><b>Faults.</b> A stream that ends inside a frame ({@link io.saltunnel.core.wire.TruncatedFrameException}), or
 *       data that does not verify ({@link io.saltunnel.core.session.ChunkException}), comes as {@code exceptionCaught};
 *       after the latter the connection is reset. An end of stream on a frame boundary is not authenticated: a protocol
 *       that must know whether it got everything needs its own end mark.
 * </ul>
 *
 * <p>The handler that is added stays in the pipeline under its name, and puts those that do the work before itself:
 * whatever is added behind it, {@code addAfter} its name included, deals in plaintext. Who wants to see the wire adds
 * his handler first. Removing it removes them all, and what is written from then on leaves as it is. Not sharable;
 * everything happens on the channel's event loop.
 */
public final class SaltunnelHandler extends ChannelInboundHandlerAdapter {
    private final HandshakeHandler handshake;

    SaltunnelHandler(HandshakeHandler handshake) {
        this.handshake = handshake;
    }

    /**
     * Tells when the handshake is over. May be asked by any thread, also before the handler is in a pipeline.
     *
     * @return always the same future: completes on the channel's event loop with the channel, or fails with a
     *     {@link io.saltunnel.netty.handshake.HandshakeFailedException}, which has a typed reason
     */
    public Future<Channel> handshakeFuture() {
        return handshake.handshakeFuture();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        // Before this one: what others add behind it by its name must not come between it and the cipher.
        ctx.pipeline().addBefore(ctx.name(), ctx.name() + ".frames", new FrameCodec());
        ctx.pipeline().addBefore(ctx.name(), ctx.name() + ".cipher", handshake);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        for (String part : new String[] {".cipher", ".frames"}) {
            ChannelPipeline pipeline = ctx.pipeline();
            if (pipeline.context(ctx.name() + part) != null) {
                pipeline.remove(ctx.name() + part);
            }
        }
    }
}
