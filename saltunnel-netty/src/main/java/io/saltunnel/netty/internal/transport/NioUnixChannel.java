package io.saltunnel.netty.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.AbstractNioByteChannel;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A UNIX domain socket on NIO that can be half-closed.
 *
 * <p>Netty's own channel (at least up to 4.2.18) has the setting, but closes as soon as its peer has ended its stream:
 * the code that reads checks for a {@link SocketChannelConfig}, and the channel's config has another type.
 */
final class NioUnixChannel extends AbstractNioByteChannel implements DuplexChannel {
    private final SocketChannelConfig config = new NioUnixConfig(this, this::dropRequestedRead);
    private volatile boolean inputShutdown;
    private volatile boolean outputShutdown;

    private NioUnixChannel(@Nullable Channel parent, SocketChannel socket) {
        super(parent, socket);
    }

    /** A channel to connect with, not connected yet. */
    static Channel open() {
        try {
            return new NioUnixChannel(null, SocketChannel.open(StandardProtocolFamily.UNIX));
        } catch (IOException e) {
            throw new ChannelException("Failed to open a socket.", e);
        }
    }

    /** A listening channel whose connections are of this type. */
    static ServerChannel openListener() {
        NioServerDomainSocketChannel listener = new NioServerDomainSocketChannel();
        listener.pipeline().addLast(new Exchange());
        return listener;
    }

    /**
     * Replaces each accepted channel of Netty's type by one of this type. Netty's channel isn't registered yet, and
     * holds nothing but the socket.
     */
    private static final class Exchange extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            SocketChannel socket =
                    (SocketChannel) ((AbstractNioChannel) msg).unsafe().ch();
            ctx.fireChannelRead(new NioUnixChannel(ctx.channel(), socket));
        }
    }

    @Override
    public SocketChannelConfig config() {
        return config;
    }

    @Override
    protected SocketChannel javaChannel() {
        return (SocketChannel) super.javaChannel();
    }

    @Override
    public boolean isActive() {
        return javaChannel().isOpen() && javaChannel().isConnected();
    }

    void dropRequestedRead() {
        clearReadPending();
    }

    // ---- addresses

    @Override
    protected @Nullable SocketAddress localAddress0() {
        try {
            return javaChannel().getLocalAddress();
        } catch (IOException e) {
            return null; // closed
        }
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        try {
            return javaChannel().getRemoteAddress();
        } catch (IOException e) {
            return null; // closed
        }
    }

    @Override
    protected void doBind(SocketAddress localAddress) throws IOException {
        javaChannel().bind(localAddress);
    }

    @Override
    protected boolean doConnect(SocketAddress remoteAddress, @Nullable SocketAddress localAddress) throws IOException {
        if (localAddress != null) {
            doBind(localAddress);
        }
        boolean connected = javaChannel().connect(remoteAddress);
        if (!connected) {
            addAndSubmit(NioIoOps.CONNECT);
        }
        return connected;
    }

    @Override
    protected void doFinishConnect() throws IOException {
        javaChannel().finishConnect();
    }

    // ---- data

    @Override
    @SuppressWarnings("deprecation") // Netty defines the handle's type
    protected int doReadBytes(ByteBuf buffer) throws IOException {
        unsafe().recvBufAllocHandle().attemptedBytesRead(buffer.writableBytes());
        return buffer.writeBytes(javaChannel(), buffer.writableBytes());
    }

    @Override
    protected int doWriteBytes(ByteBuf buffer) throws IOException {
        return buffer.readBytes(javaChannel(), buffer.readableBytes());
    }

    @Override
    protected long doWriteFileRegion(FileRegion region) throws IOException {
        return region.transferTo(javaChannel(), region.transferred());
    }

    // ---- the end of either direction

    @Override
    public boolean isInputShutdown() {
        return inputShutdown || !isActive();
    }

    @Override
    protected boolean isInputShutdown0() {
        return isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown || !isActive();
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    protected void doShutdownOutput() throws IOException {
        outputShutdown = true;
        javaChannel().shutdownOutput();
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        onItsLoop(() -> ((AbstractUnsafe) unsafe()).shutdownOutput(promise));
        return promise;
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        onItsLoop(() -> {
            try {
                inputShutdown = true;
                javaChannel().shutdownInput();
                promise.trySuccess();
            } catch (IOException e) {
                promise.tryFailure(e);
            }
        });
        return promise;
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        shutdownOutput()
                .addListener((ChannelFuture output) -> shutdownInput().addListener((ChannelFuture input) -> {
                    Throwable cause = output.isSuccess() ? input.cause() : output.cause();
                    if (cause == null) {
                        promise.trySuccess();
                    } else {
                        promise.tryFailure(cause);
                    }
                }));
        return promise;
    }

    private void onItsLoop(Runnable task) {
        EventLoop loop = eventLoop();
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    @Override
    protected void doDisconnect() throws Exception {
        doClose();
    }

    @Override
    protected void doClose() throws Exception {
        super.doClose();
        javaChannel().close();
    }
}
