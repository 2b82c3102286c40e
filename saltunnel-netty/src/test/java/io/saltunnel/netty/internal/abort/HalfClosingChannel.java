package io.saltunnel.netty.internal.abort;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A channel without a socket that can end its output alone: {@link #FIN} is then its last outbound message. */
public final class HalfClosingChannel extends EmbeddedChannel implements DuplexChannel {
    /** What the other end would see behind the data. */
    public static final Object FIN = "FIN";

    private boolean outputShutdown;
    private @Nullable IOException fault;
    private @Nullable SocketAddress local;

    public HalfClosingChannel(ChannelHandler... handlers) {
        super(handlers);
    }

    public HalfClosingChannel(boolean register, boolean hasDisconnect) {
        super(register, hasDisconnect);
    }

    /** The address that the peer has connected to. To be set before the channel is registered. */
    public HalfClosingChannel at(SocketAddress address) {
        local = address;
        return this;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return local == null ? super.localAddress0() : local;
    }

    /** From now on the system refuses to end the output. */
    public void refuseFin(IOException why) {
        fault = why;
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        if (fault != null) {
            return promise.setFailure(fault);
        }
        outputShutdown = true;
        outboundMessages().add(FIN);
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown;
    }

    @Override
    public boolean isInputShutdown() {
        return false;
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public ChannelFuture shutdownInput() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFuture shutdown() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        throw new UnsupportedOperationException();
    }
}
