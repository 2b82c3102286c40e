package io.saltunnel.netty.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the handlers behind learn of a read that fails: nothing is left to read. The test stands in for the transport.
 */
class FailedReadTest {
    private final IOException reset = new IOException("Connection reset by peer");

    private final List<Object> told = new ArrayList<>();
    private boolean closesOnFailure;
    private final EmbeddedChannel channel =
            new EmbeddedChannel(ReadOnDemandHandler.forWireSide(), new ChannelInboundHandlerAdapter() {
                @Override
                public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                    told.add(cause);
                    if (closesOnFailure) {
                        ctx.close();
                    }
                }

                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    told.add(event);
                }
            });

    @SuppressWarnings("deprecation") // Netty defines the return type
    private final RecvByteBufAllocator.Handle reads = channel.unsafe().recvBufAllocHandle();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void startRead() {
        reads.reset(channel.config());
        ByteBuf buffer = reads.allocate(channel.alloc());
        reads.attemptedBytesRead(buffer.writableBytes());
        buffer.release();
    }

    @Test
    void endsTheInput() {
        startRead();
        channel.pipeline().fireExceptionCaught(reset);
        assertThat(told).containsExactly(reset, ChannelInputShutdownEvent.INSTANCE);
    }

    @Test
    void saysNoMoreIfTheFailureHasClosedTheChannel() {
        closesOnFailure = true;
        startRead();
        channel.pipeline().fireExceptionCaught(reset);
        assertThat(told).containsExactly(reset);
    }

    @Test
    void isNotToBeTakenForAnotherFailure() {
        startRead();
        reads.lastBytesRead(1);
        channel.pipeline().fireExceptionCaught(reset);
        assertThat(told).as("of a write: data may be left to read").containsExactly(reset);
    }

    @Test
    void isNoFaultOfAHandler() {
        IllegalStateException fault = new IllegalStateException("a fault");
        startRead();
        channel.pipeline().fireExceptionCaught(fault);
        assertThat(told).containsExactly(fault);
    }
}
