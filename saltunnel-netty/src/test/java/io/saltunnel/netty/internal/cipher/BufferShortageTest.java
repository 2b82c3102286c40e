package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.memory.BufferLimitException;
import io.saltunnel.netty.memory.BufferUse;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.stage.ClosePolicy;
import io.saltunnel.netty.stage.EndOfStream;
import io.saltunnel.netty.stage.TrafficShape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Without a buffer to seal into, written data waits, in order, and the connection stays open. */
class BufferShortageTest {
    private static final int RUN_BYTES = 65_536;

    private final SecretMemory memory = SecretMemory.create();
    private final LockedBufferAllocator buffers = new LockedBufferAllocator(16 * RUN_BYTES);
    private final Deque<ByteBuf> taken = new ArrayDeque<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void start() {
        channel.freezeTime();
        channel.config().setAllocator(buffers);
        channel.pipeline()
                .addLast(new CipherHandler(Session.ofClient(keys()), ClosePolicy.ABORT, TrafficShape.asWritten()));
    }

    @AfterEach
    void nothingIsLeft() {
        channel.finishAndReleaseAll();
        taken.forEach(ByteBuf::release);
        assertThat(buffers.buffersInUse()).isZero();
        buffers.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    @Test
    void oneLargeBufferWaits() {
        ByteBuf large = buffers.directBuffer(RUN_BYTES).writeZero(40_000);
        takeAll();
        ChannelFuture written = channel.writeAndFlush(large);
        assertThat(written.isDone()).isFalse();
        assertThat(channel.outboundMessages()).isEmpty();
        pause();
        assertThat(channel.outboundMessages()).as("there is still none").isEmpty();

        taken.pop().release();
        pause();
        assertThat(written.isSuccess()).isTrue();
        assertThat(sentFrames()).isEqualTo((40_000 + Frame.MAX_DATA - 1) / Frame.MAX_DATA);
    }

    @Test
    void theEndOfTheStreamWaitsBehindTheData() {
        List<Object> ends = new ArrayList<>();
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                if (msg == EndOfStream.INSTANCE) {
                    ends.add(sentFrames());
                    promise.setSuccess();
                } else {
                    ctx.writeAndFlush(msg, promise);
                }
            }
        });
        takeAll();
        ChannelFuture written = channel.write(Unpooled.wrappedBuffer(new byte[300]));
        ChannelFuture ended = channel.writeAndFlush(EndOfStream.INSTANCE);
        pause();
        assertThat(written.isDone() || ended.isDone()).isFalse();
        taken.pop().release();
        taken.pop().release();
        pause();
        assertThat(written.isSuccess() && ended.isSuccess()).isTrue();
        assertThat(ends).containsExactly(1);
    }

    @Test
    void manySmallOnesWaitAndAreSealedInOneRun() {
        takeAll();
        ChannelFuture first = channel.write(Unpooled.wrappedBuffer(new byte[20_000]));
        ChannelFuture second = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[300]));
        taken.pop().release(); // one is not enough: they are gathered in one, and sealed into another
        pause();
        assertThat(first.isDone() || second.isDone()).isFalse();
        taken.pop().release();
        pause();
        assertThat(first.isSuccess() && second.isSuccess()).isTrue();
        assertThat(sentFrames()).isEqualTo((20_300 + Frame.MAX_DATA - 1) / Frame.MAX_DATA);
    }

    @Test
    void closingMeanwhileFailsWhatWaits() {
        takeAll();
        ChannelFuture written = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[20_000]));
        channel.pipeline().firstContext().close();
        assertThat(written.isDone() && !written.isSuccess()).isTrue();
        pause();
        assertThat(channel.outboundMessages()).isEmpty();
    }

    private void takeAll() {
        try {
            while (true) {
                taken.push(buffers.directBuffer(RUN_BYTES, BufferUse.SEALING));
            }
        } catch (BufferLimitException e) {
            assertThat(taken).hasSizeGreaterThan(2);
        }
    }

    private void pause() {
        channel.advanceTimeBy(CipherHandler.MEMORY_PAUSE.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    private int sentFrames() {
        int bytes = 0;
        for (ByteBuf run = channel.readOutbound(); run != null; run = channel.readOutbound()) {
            bytes += run.readableBytes();
            run.release();
        }
        return bytes / Frame.SIZE;
    }

    private SessionKeys keys() {
        try (SecretBytes dh = memory.allocate(32)) {
            return SessionKeys.derive(dh, memory);
        }
    }
}
