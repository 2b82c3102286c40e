package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.DefaultByteBufHolder;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link SaltunnelHandler} promises about data: any size, any kind of buffer, in pieces of any size. */
class SaltunnelHandlerDataTest {
    private static final int FRAME = 512;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 493, 494, 495, 128 * 494, 128 * 494 + 1, 300 * 494 + 7, 1_000_000})
    void carriesWritesOfEverySize(int size) throws Exception {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelFuture there = pair.client.writeAndFlush(pair.bytes(data));
            ChannelFuture back = pair.server.writeAndFlush(pair.bytes(data));
            pair.pump();
            assertThat(there.isSuccess() && back.isSuccess()).isTrue();
            assertThat(pair.serverEar.data.toByteArray()).isEqualTo(data);
            assertThat(pair.clientEar.data.toByteArray()).isEqualTo(data);
        }
    }

    @Test
    void carriesBuffersOfEveryKindAndChangesNobodysBytes() throws Exception {
        byte[] data = new byte[20_000];
        new Random(5).nextBytes(data);
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ByteBuf shared = pair.bytes(data);
            List<ByteBuf> kinds = List.of(
                    Unpooled.copiedBuffer(data),
                    Unpooled.wrappedBuffer(data),
                    Unpooled.wrappedBuffer(pair.bytes(data), Unpooled.copiedBuffer(data)),
                    shared.retainedDuplicate(),
                    shared.retainedSlice(1, 5000),
                    Unpooled.unreleasableBuffer(shared.duplicate()),
                    pair.bytes(data).asReadOnly(),
                    Unpooled.copiedBuffer(data).asReadOnly(),
                    Unpooled.EMPTY_BUFFER);
            int total = kinds.stream().mapToInt(ByteBuf::readableBytes).sum();
            List<ChannelFuture> writes = new ArrayList<>();
            kinds.forEach(kind -> writes.add(pair.client.write(kind)));
            pair.client.flush();
            pair.pump();
            assertThat(writes).allMatch(ChannelFuture::isSuccess);
            assertThat(pair.serverEar.data.size()).isEqualTo(total);
            assertThat(shared.refCnt()).isEqualTo(1);
            byte[] after = new byte[data.length];
            shared.getBytes(0, after);
            assertThat(after).isEqualTo(data);
            shared.release();
        }
    }

    @Test
    void refusesWhatIsNotABuffer() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            ChannelFuture early = pair.client.write("text");
            pair.pump();
            ChannelFuture late = pair.client.write("text");
            pair.client.flush();
            assertThat(early.cause()).isInstanceOf(UnsupportedMessageTypeException.class);
            assertThat(late.cause()).isInstanceOf(UnsupportedMessageTypeException.class);
        }
    }

    @Test
    void takesTheStreamInPiecesOfAnySize() throws Exception {
        for (int piece : new int[] {1, 3, 511, 512, 513, 700, 1535}) {
            try (EmbeddedPair pair = new EmbeddedPair().connect()) {
                pair.client.writeAndFlush(pair.bytes(new byte[2000]));
                for (int round = 0; round < 4; round++) {
                    carryInPieces(pair, pair.client, pair.server, piece);
                    carryInPieces(pair, pair.server, pair.client, piece);
                }
                assertThat(pair.serverEar.data.size()).isEqualTo(2000);
            }
        }
    }

    @Test
    void takesTheStreamSplitAtEveryPoint() throws Exception {
        for (int split = 1; split < 3 * FRAME; split++) {
            try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
                pair.client.writeAndFlush(pair.bytes(new byte[1300]));
                ByteBuf frames = pair.client.readOutbound();
                assertThat(frames.readableBytes()).isEqualTo(3 * FRAME);
                pair.server.writeInbound(frames.readRetainedSlice(split));
                pair.server.writeInbound(frames);
                assertThat(pair.serverEar.data.size()).isEqualTo(1300);
            }
        }
    }

    private static void carryInPieces(EmbeddedPair pair, EmbeddedChannel from, EmbeddedChannel to, int piece) {
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            while (bytes.isReadable()) {
                ByteBuf part = pair.buffers.directBuffer(piece);
                part.writeBytes(bytes, Math.min(piece, bytes.readableBytes()));
                to.writeInbound(part);
            }
            bytes.release();
        }
    }

    // ---- ownership

    @Test
    void aBufferBelongsToTheHandlerThatReceivesIt() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            List<ByteBuf> kept = new ArrayList<>();
            pair.server.pipeline().addBefore("ear", "keeper", new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object msg) {
                    kept.add((ByteBuf) msg);
                }
            });
            for (byte i = 0; i < 5; i++) {
                pair.client.writeAndFlush(pair.bytes(new byte[] {i}));
                pair.pump();
            }
            for (byte i = 0; i < 5; i++) {
                assertThat(kept.get(i).readByte()).isEqualTo(i);
                assertThat(kept.get(i).refCnt()).isOne();
                assertThat(kept.get(i).release()).isTrue();
            }
        }
    }

    @Test
    void writingGivesTheBufferAwayWhateverBecomesOfIt() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            List<ByteBuf> written = new ArrayList<>();
            Runnable write = () -> {
                ByteBuf bytes = pair.bytes(new byte[100]);
                written.add(bytes);
                pair.client.write(bytes);
            };
            write.run(); // before the handshake
            pair.pump();
            write.run();
            pair.client.flush(); // sent
            pair.pump();
            write.run(); // sent by the close
            pair.client.close();
            pair.pump();
            write.run(); // after it
            assertThat(written).hasSize(4).allMatch(bytes -> bytes.refCnt() == 0);
            assertThat(pair.serverEar.data.size()).isEqualTo(300);
        }
    }

    @Test
    void whatIsNotABufferIsReleasedToo() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            for (int round = 0; round < 2; round++) { // before the handshake, and after it
                ByteBufHolder message = new DefaultByteBufHolder(pair.bytes(new byte[1]));
                assertThat(pair.client.write(message).cause()).isInstanceOf(UnsupportedMessageTypeException.class);
                assertThat(message.refCnt()).isZero();
                pair.pump();
            }
        }
    }

    @Test
    void takesWritesWhoseResultNobodyWants() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            pair.client.write(pair.bytes(new byte[1000]), pair.client.voidPromise());
            pair.pump();
            pair.client.write(pair.bytes(new byte[1000]), pair.client.voidPromise());
            pair.client.writeAndFlush(pair.bytes(new byte[1000]), pair.client.voidPromise());
            pair.pump();
            assertThat(pair.serverEar.data.size()).isEqualTo(3000);
        }
    }
}
