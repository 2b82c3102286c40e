package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link SaltunnelHandler} promises about flushing and reading. */
class SaltunnelHandlerFlushAndReadTest {
    private static final int FRAME = 512;

    @Test
    void fillsFramesFromManyWritesOfOneFlush() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            for (int i = 0; i < 494; i++) {
                pair.client.write(pair.bytes(new byte[] {(byte) i, 0}));
            }
            pair.client.flush();
            ByteBuf frames = pair.client.readOutbound();
            assertThat(frames.readableBytes()).isEqualTo(2 * FRAME);
            frames.release();
        }
    }

    @Test
    void theEndOfTheHandshakeFlushesNothingThatNobodyFlushed() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            pair.client.write(pair.bytes(new byte[] {1}));
            pair.pump();
            assertThat(pair.serverHandler.handshakeFuture().isSuccess()).isTrue();
            assertThat(pair.serverEar.data.size()).isZero();
            pair.client.flush();
            pair.pump();
            assertThat(pair.serverEar.data.toByteArray()).containsExactly(1);
        }
    }

    @Test
    void worksWithFlushConsolidation() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair(
                        SaltunnelSettings.defaults(), SaltunnelSettings.defaults(), new FlushConsolidationHandler())
                .shakeHands()) {
            pair.client.pipeline().addFirst(new FlushConsolidationHandler());
            for (int i = 0; i < 100; i++) {
                pair.client.writeAndFlush(pair.bytes(new byte[100]));
            }
            pair.pump();
            assertThat(pair.serverEar.data.size()).isEqualTo(10_000);
        }
    }

    @Test
    void readsOnUntilThereIsDataWithAutoReadOff() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            int[] reads = new int[1];
            pair.server.config().setAutoRead(false);
            pair.server.pipeline().addFirst(new io.netty.channel.ChannelOutboundHandlerAdapter() {
                @Override
                public void read(ChannelHandlerContext ctx) {
                    reads[0]++;
                    ctx.read();
                }
            });
            pair.server.read();
            assertThat(reads[0]).isEqualTo(1);
            pair.client.writeAndFlush(pair.bytes(new byte[10]));
            ByteBuf frame = pair.client.readOutbound();
            pair.server.writeInbound(frame.readRetainedSlice(100));
            int readOn = reads[0];
            assertThat(readOn).as("100 bytes are no data: it reads on").isGreaterThan(1);
            pair.server.writeInbound(frame);
            assertThat(reads[0]).as("the read brought data").isEqualTo(readOn);
        }
    }

    @Test
    void aFlushAtTheEndOfARunFillsFrames() throws Exception {
        ChannelInboundHandlerAdapter echo = new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                ctx.write(msg);
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext ctx) {
                ctx.flush();
            }
        };
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.server.pipeline().addBefore("ear", "echo", echo);
            for (int i = 0; i < 10; i++) {
                pair.client.writeAndFlush(pair.bytes(new byte[100]));
                ByteBuf frame = pair.client.readOutbound();
                assertThat(frame.readableBytes()).isEqualTo(FRAME);
                pair.server.pipeline().fireChannelRead(frame);
            }
            assertThat(pair.server.outboundMessages()).isEmpty();
            pair.server.pipeline().fireChannelReadComplete();
            ByteBuf frames = pair.server.readOutbound();
            assertThat(frames.readableBytes()).as("1000 bytes").isEqualTo(3 * FRAME);
            pair.client.writeInbound(frames);
            assertThat(pair.clientEar.data.size()).isEqualTo(1000);
        }
    }

    @Test
    void tellsOfTheEndOfEachReadOnce() throws Exception {
        int[] ends = new int[1];
        ChannelInboundHandlerAdapter counter = new ChannelInboundHandlerAdapter() {
            @Override
            public void channelReadComplete(ChannelHandlerContext ctx) {
                ends[0]++;
            }
        };
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.server.pipeline().addBefore("ear", "counter", counter);
            pair.client.writeAndFlush(pair.bytes(new byte[300_000]));
            List<ByteBuf> read = new ArrayList<>();
            for (ByteBuf next = pair.client.readOutbound(); next != null; next = pair.client.readOutbound()) {
                read.add(next);
            }
            read.forEach(pair.server.pipeline()::fireChannelRead);
            pair.server.pipeline().fireChannelReadComplete();
            assertThat(ends[0]).isOne();
            assertThat(pair.serverEar.data.size()).isEqualTo(300_000);
        }
    }

    @Test
    void theHandshakeReadsForItselfWithAutoReadOff() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            pair.client.config().setAutoRead(false);
            pair.server.config().setAutoRead(false);
            pair.shakeHands();
            pair.client.writeAndFlush(pair.bytes(new byte[7]));
            pair.server.read();
            pair.pump();
            assertThat(pair.serverEar.data.size()).isEqualTo(7);
        }
    }

    @Test
    void asksForNothingByItselfWithAutoReadOff() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            int[] reads = new int[1];
            pair.server.config().setAutoRead(false);
            pair.server.pipeline().addFirst(new io.netty.channel.ChannelOutboundHandlerAdapter() {
                @Override
                public void read(ChannelHandlerContext ctx) {
                    reads[0]++;
                    ctx.read();
                }
            });
            pair.client.writeAndFlush(pair.bytes(new byte[700]));
            pair.pump();
            assertThat(pair.serverEar.data.size()).isEqualTo(700);
            assertThat(reads[0]).isZero();
        }
    }
}
