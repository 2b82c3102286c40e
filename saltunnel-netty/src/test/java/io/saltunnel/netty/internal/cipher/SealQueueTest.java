package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.ChunkSealer;
import io.saltunnel.core.session.NonceExhaustedException;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.Frame;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How written data is packed into runs. Other tests check the content of the runs. */
class SealQueueTest {
    private final SecretMemory memory = SecretMemory.create();
    private final Session session = session();
    private final List<Throwable> failures = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelDuplexHandler());
    private final ChannelHandlerContext ctx = channel.pipeline().firstContext();
    private final SealQueue queue = new SealQueue(ctx, session.sealer(), new SealQueue.Listener() {
        @Override
        public void runFailed(Throwable cause) {
            failures.add(cause);
        }

        @Override
        public void endSent() {}
    });

    private Session session() {
        try (SecretBytes shared = memory.allocate(32)) {
            return Session.ofClient(SessionKeys.derive(shared, memory));
        }
    }

    @AfterEach
    void nothingIsLeft() {
        channel.finishAndReleaseAll();
        session.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    @Test
    void sealsALargeBufferAlone() throws Exception {
        ChannelPromise written = add(40_000);
        assertThat(seal()).containsExactly(81);
        assertThat(written.isSuccess()).isTrue();
    }

    @Test
    void gathersSmallBuffersIntoOneRun() throws Exception {
        List<ChannelPromise> written = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            written.add(add(100));
        }
        assertThat(written).noneMatch(ChannelPromise::isDone);
        assertThat(seal()).containsExactly(3);
        assertThat(written).allMatch(ChannelPromise::isSuccess);
    }

    @Test
    void noRunIsLongerThanTheLongest() throws Exception {
        add(2 * ChunkSealer.MAX_DATA_PER_RUN + 1);
        assertThat(seal()).containsExactly(128, 128, 1);
        for (int i = 0; i < 1000; i++) {
            add(494);
        }
        assertThat(seal()).containsExactly(128, 128, 128, 128, 128, 128, 128, 104);
    }

    @Test
    void onlyTheLastFrameOfAFlushIsShort() throws Exception {
        int total = 0;
        for (int size : new int[] {20 * 494 + 7, 3, 494, 1, 30 * 494 + 400, 93, 50_000}) {
            add(size);
            total += size;
        }
        assertThat(seal().stream().mapToInt(frames -> frames).sum())
                .isEqualTo((total + Frame.MAX_DATA - 1) / Frame.MAX_DATA);
    }

    @Test
    void anEmptyBufferPutsNothingOnTheWire() throws Exception {
        ChannelPromise alone = add(0);
        assertThat(seal()).containsExactly(0);
        assertThat(alone.isSuccess()).isTrue();
        List<String> order = new ArrayList<>();
        add(10).addListener(done -> order.add("data"));
        add(0).addListener(done -> order.add("empty"));
        assertThat(seal()).containsExactly(1);
        assertThat(order).containsExactly("data", "empty");
    }

    @Test
    void takesBuffersThatAreNotInOnePieceOfDirectMemory() throws Exception {
        add(Unpooled.buffer().writeZero(20_000));
        add(Unpooled.wrappedBuffer(
                Unpooled.buffer().writeZero(10_000), Unpooled.directBuffer().writeZero(10_000)));
        assertThat(seal().stream().mapToInt(frames -> frames).sum()).isEqualTo(81);
    }

    @Test
    void aCallFromWithinLeavesTheRestToTheOuterOne() throws Exception {
        add(40_000).addListener(done -> {
            add(10);
            queue.sealAll(); // returns at once
        });
        queue.sealAll();
        channel.flush();
        queue.sealAll();
        assertThat(seal()).containsExactly(81, 1);
    }

    @Test
    void failsWhatWaits() {
        ByteBuf waiting = Unpooled.directBuffer().writeZero(10);
        ChannelPromise promise = add(waiting);
        queue.fail(new ClosedChannelException());
        assertThat(promise.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(waiting.refCnt()).isZero();
    }

    private ChannelPromise add(int bytes) {
        return add(Unpooled.directBuffer(Math.max(1, bytes)).writeZero(bytes));
    }

    private ChannelPromise add(ByteBuf bytes) {
        ChannelPromise promise = channel.newPromise();
        queue.add(bytes, promise);
        return promise;
    }

    /** Seals and flushes what waits: how many frames each buffer has that was written. */
    private List<Integer> seal() throws NonceExhaustedException {
        queue.sealAll();
        channel.flush();
        List<Integer> frames = new ArrayList<>();
        for (ByteBuf run = channel.readOutbound(); run != null; run = channel.readOutbound()) {
            assertThat(run.readableBytes() % Frame.SIZE).isZero();
            frames.add(run.readableBytes() / Frame.SIZE);
            run.release();
        }
        return frames;
    }
}
