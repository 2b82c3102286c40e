package io.saltunnel.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * A TCP connection without a network, seen from the other end. {@link #receive} takes the bytes that the other end
 * sends; this keeps the bytes that would arrive there, and how the stream ended.
 */
final class EmbeddedSocket extends EmbeddedChannel implements DuplexChannel {
    /** The end that the other end sees first. */
    enum End {
        /** Nothing yet. */
        NONE,
        FIN,
        RESET
    }

    private final ChannelConfig config;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private boolean closeResets;
    private boolean outputShut;
    private End end = End.NONE;

    EmbeddedSocket(ByteBufAllocator buffers, ChannelHandler... handlers) {
        super(false, false, handlers);
        config = new DefaultChannelConfig(this) {
            @Override
            public <T> boolean setOption(ChannelOption<T> option, T value) {
                if (ChannelOption.SO_LINGER.equals(option)) {
                    closeResets = Integer.valueOf(0).equals(value);
                    return true;
                }
                return super.setOption(option, value);
            }
        };
        config.setAllocator(buffers).setAutoRead(false);
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    /** An event loop runs its tasks between two events; an {@link EmbeddedChannel} would run them during one. */
    @Override
    public void runPendingTasks() {}

    /** Between two events. */
    void runTasks() {
        super.runPendingTasks();
    }

    // ---- what the other end does

    /** Bytes arrive in one read. A closed connection ignores them. */
    void receive(byte[] bytes, int from, int to) {
        if (isOpen() && from < to) {
            pipeline().fireChannelRead(alloc().directBuffer(to - from).writeBytes(bytes, from, to - from));
            pipeline().fireChannelReadComplete();
            runTasks();
        }
    }

    void receive(byte[] bytes) {
        receive(bytes, 0, bytes.length);
    }

    /** FIN arrives. */
    void receiveEnd() {
        if (isOpen()) {
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            runTasks();
        }
    }

    /** RST arrives: an exception, then the end of the input, as the transports report it. */
    void receiveReset() {
        if (isOpen()) {
            pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
            receiveEnd();
            runTasks();
        }
    }

    // ---- what the other end gets

    /** All bytes so far. */
    byte[] sent() {
        for (ByteBuf bytes = readOutbound(); bytes != null; bytes = readOutbound()) {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.readBytes(copy).release();
            sent.writeBytes(copy);
        }
        return sent.toByteArray();
    }

    End end() {
        return end;
    }

    @Override
    protected void doClose() throws Exception {
        if (end == End.NONE) {
            end = closeResets ? End.RESET : End.FIN;
        }
        super.doClose();
    }

    // ---- half-close

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        outputShut = true;
        if (end == End.NONE) {
            end = End.FIN;
        }
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut || !isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return !isOpen();
    }

    @Override
    public boolean isShutdown() {
        return !isOpen();
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        return promise.setFailure(new UnsupportedOperationException("nothing here does that"));
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        return promise.setFailure(new UnsupportedOperationException("nothing here does that"));
    }
}
