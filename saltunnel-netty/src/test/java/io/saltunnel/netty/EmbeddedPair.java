package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.internal.abort.HalfClosingChannel;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A client's and a server's channel without a network: {@link #pump} is the wire. Every buffer comes from one
 * allocator, which knows at the end whether all came back.
 */
final class EmbeddedPair implements AutoCloseable {
    /** What one end was told, in the order in which it was told; data is joined. */
    static final class Ear extends ChannelInboundHandlerAdapter {
        final List<String> events = new ArrayList<>();
        final ByteArrayOutputStream data = new ByteArrayOutputStream();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ByteBuf bytes = (ByteBuf) msg;
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.readBytes(copy);
            bytes.release();
            data.writeBytes(copy);
            note("data");
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            note(
                    event instanceof ChannelInputShutdownEvent
                            ? "end"
                            : event.getClass().getSimpleName());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            note(cause.getClass().getSimpleName());
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            note("inactive");
        }

        private void note(String event) {
            if (events.isEmpty()
                    || !event.equals("data")
                    || !events.get(events.size() - 1).equals("data")) {
                events.add(event);
            }
        }
    }

    final SecretMemory memory = SecretMemory.create();
    final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
    final LongTermKey clientKey;
    final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(true);
    final SaltunnelHandler clientHandler;
    final SaltunnelHandler serverHandler;
    final Ear clientEar = new Ear();
    final Ear serverEar = new Ear();
    final HalfClosingChannel client = new HalfClosingChannel(false, false);
    final EmbeddedChannel server = new EmbeddedChannel(false, false);

    EmbeddedPair() throws Exception {
        this(SaltunnelSettings.defaults(), SaltunnelSettings.defaults());
    }

    EmbeddedPair(SaltunnelSettings clientSettings, SaltunnelSettings serverSettings, ChannelHandler... clientMore)
            throws Exception {
        this(true, clientSettings, serverSettings, clientMore);
    }

    /** With {@code sameKey} false, the client has another key than the server. */
    EmbeddedPair(
            boolean sameKey,
            SaltunnelSettings clientSettings,
            SaltunnelSettings serverSettings,
            ChannelHandler... clientMore)
            throws Exception {
        clientKey = sameKey ? key : LongTermKey.random(RandomSource.system(), memory);
        clientHandler = SaltunnelHandlers.client(clientKey, clientSettings).newHandler();
        serverHandler = SaltunnelHandlers.server(key, serverSettings).newHandler();
        client.config().setAllocator(buffers);
        client.pipeline().addLast("saltunnel", clientHandler);
        client.pipeline().addLast(clientMore);
        client.pipeline().addLast("ear", clientEar);
        server.config().setAllocator(buffers);
        server.pipeline().addLast("saltunnel", serverHandler);
        server.pipeline().addLast("ear", serverEar);
    }

    EmbeddedPair connect() throws Exception {
        server.register();
        client.register();
        return this;
    }

    EmbeddedPair shakeHands() throws Exception {
        connect().pump();
        assertThat(clientHandler.handshakeFuture().isSuccess()).isTrue();
        assertThat(serverHandler.handshakeFuture().isSuccess()).isTrue();
        return this;
    }

    /** Carries what was flushed to the other end until there is nothing left. */
    void pump() {
        boolean moved = true;
        while (moved) {
            moved = carry(client, server);
            moved |= carry(server, client);
        }
    }

    private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
        boolean moved = false;
        from.runPendingTasks();
        for (Object next = from.readOutbound(); next != null; next = from.readOutbound()) {
            moved = true;
            if (!to.isOpen()) {
                ReferenceCountUtil.release(next);
            } else if (next == HalfClosingChannel.FIN) {
                to.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            } else {
                to.pipeline().fireChannelRead(next);
                to.pipeline().fireChannelReadComplete();
            }
        }
        to.runPendingTasks();
        return moved;
    }

    /** One more client's handler. */
    SaltunnelHandler another() {
        return SaltunnelHandlers.client(clientKey).newHandler();
    }

    /** A buffer of this pair's allocator. */
    ByteBuf bytes(byte[] content) {
        return buffers.directBuffer(Math.max(1, content.length)).writeBytes(content);
    }

    @Override
    public void close() {
        for (EmbeddedChannel channel : List.of(client, server)) {
            if (channel.isRegistered()) {
                channel.finishAndReleaseAll();
            }
            channel.releaseOutbound();
            channel.releaseInbound();
        }
        assertThat(buffers.metric().usedDirectMemory() + buffers.metric().usedHeapMemory())
                .as("bytes of buffers not released")
                .isZero();
        clientKey.close();
        key.close();
        assertThat(memory.liveSecrets()).as("secrets not wiped").isZero();
        memory.close();
    }
}
