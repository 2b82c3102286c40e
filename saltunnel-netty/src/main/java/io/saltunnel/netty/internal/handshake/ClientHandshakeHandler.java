package io.saltunnel.netty.internal.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.core.handshake.ClientHandshake;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The client's handshake (docs/PROTOCOL.md, C1 to C3): sends clienthi in one write as soon as it is connected, and
 * closes the connection if the handshake fails. A client that refuses serverhi looks like a client that got no answer
 * until the time-out.
 */
public final class ClientHandshakeHandler extends HandshakeHandler {
    private final ClientProtocol protocol;
    private ClientHandshake.@Nullable AwaitingServerHi awaiting;

    /**
     * A handshake for one connection.
     *
     * @param settings the settings that the tunnel's handshakes share
     * @param protocol what the client speaks
     */
    public ClientHandshakeHandler(HandshakeSettings settings, ClientProtocol protocol) {
        super(settings);
        this.protocol = protocol;
    }

    @Override
    public boolean isSilentOnFailure() {
        return false;
    }

    @Override
    public void begin(ChannelHandlerContext ctx) {
        ByteBuf hello = ctx.alloc().directBuffer(Frame.SIZE, Frame.SIZE);
        try {
            awaiting = ClientHandshake.start(
                    protocol, settings().key(), handshakeContext(), hello.internalNioBuffer(0, Frame.SIZE));
            states().send(hello.writerIndex(Frame.SIZE).retain());
            ctx.flush();
        } finally {
            hello.release();
        }
    }

    @Override
    public Duration timeLimit() {
        return settings().timeout();
    }

    @Override
    public int framesAwaited() {
        return awaiting().version().serverHiFrames();
    }

    @Override
    public @Nullable Session receive(ChannelHandlerContext ctx, ByteBuf message) throws HandshakeException {
        int size = awaiting().version().messageZeroFrames() * Frame.SIZE;
        ByteBuf message0 = ctx.alloc().directBuffer(size, size);
        try {
            ByteBuffer serverHi = message.internalNioBuffer(message.readerIndex(), message.readableBytes());
            Session session = awaiting().receive(serverHi, message0.internalNioBuffer(0, size));
            try {
                states().send(message0.writerIndex(size).retain());
                return session;
            } catch (RuntimeException | Error e) {
                session.close();
                throw e;
            }
        } finally {
            message0.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            states().fail(Failures.closed(null));
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof ChannelPipelineException) {
            ctx.fireExceptionCaught(cause); // a failure to add or remove another handler
        } else {
            states().fail(Failures.closed(cause));
        }
    }

    /** Fails at the deadline. An immediate reset would tell an attacker who altered the frame that this is a client. */
    @Override
    public void refused(ChannelHandlerContext ctx, HandshakeFailedException cause) {
        states().failLater(cause);
    }

    @Override
    public void failed(ChannelHandlerContext ctx, HandshakeFailedException cause) {
        ctx.close();
    }

    @Override
    public void deadlinePassed(ChannelHandlerContext ctx) {
        states().fail(Failures.timedOut(settings().timeout()));
    }

    private ClientHandshake.AwaitingServerHi awaiting() {
        if (awaiting == null) {
            throw new IllegalStateException("a frame before the hello was sent");
        }
        return awaiting;
    }

    @Override
    public void dispose() {
        if (awaiting != null) {
            awaiting.close();
        }
    }
}
