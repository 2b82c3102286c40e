package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.BlockingOperationException;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.UnorderedThreadPoolEventExecutor;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.handshake.HandshakeFailedException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: an eavesdropper on the wire gets whole frames and never plaintext, however the handler is added. On sockets,
 * with nothing that only newer versions of Netty have: in 4.1 a writer on another thread finds the handler that it
 * writes to before the event loop has added it.
 */
@Timeout(60)
class SaltunnelHandlerWireTest {
    private static final String TEXT = "this must not be seen on the wire";

    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
    private final SaltunnelHandlers handlers = SaltunnelHandlers.client(key);

    @SuppressWarnings("deprecation") // the only one that both 4.1 and 4.2 have
    private final EventLoopGroup loops = new NioEventLoopGroup(1);

    @SuppressWarnings("NullAway.Init") // listen() makes it
    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        listener.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        key.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    private Channel connect(ChannelHandler... inPipeline) throws InterruptedException {
        return new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(inPipeline);
                    }
                })
                .connect(listener.getLocalSocketAddress())
                .await() // a refused handler may fail the connect
                .channel();
    }

    /** All that comes until the other end closes or resets. */
    private String wire() throws IOException {
        try (Socket accepted = listener.accept()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try {
                accepted.getInputStream().transferTo(bytes);
            } catch (IOException e) {
                // A reset may overtake what is on its way; what came before it counts.
            }
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private void assertNoText() throws IOException {
        String wire = wire();
        assertThat(wire.length()).isIn(0, 512);
        assertThat(wire).doesNotContain(TEXT);
    }

    private static ChannelFuture write(Channel channel) {
        return channel.writeAndFlush(Unpooled.copiedBuffer(TEXT, StandardCharsets.US_ASCII));
    }

    /** Keeps the event loop busy while this thread acts. */
    private static void whileBusy(Channel channel, Consumer<Channel> act) throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        channel.eventLoop().execute(() -> {
            busy.countDown();
            awaitQuietly(done);
        });
        busy.await();
        act.accept(channel);
        done.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatAnotherThreadWritesRightAfterItHasAddedTheHandlerIsSealed() throws Exception {
        for (int run = 0; run < 100; run++) {
            Channel channel = connect();
            whileBusy(channel, busy -> {
                busy.pipeline().addLast(handlers.newHandler());
                write(busy);
            });
            channel.eventLoop().submit(() -> {}).sync();
            channel.close().sync();
            assertNoText();
        }
    }

    @Test
    void whatAnotherThreadWritesRightAfterItHasRemovedOrReplacedTheHandlerFails() throws Exception {
        for (Consumer<Channel> meddling : java.util.List.<Consumer<Channel>>of(
                busy -> busy.pipeline().remove("tun"),
                busy -> busy.pipeline().replace("tun", "tun", handlers.newHandler()),
                busy -> busy.pipeline().replace("tun", "new", handlers.newHandler()),
                busy -> busy.pipeline().remove("tun.cipher"),
                busy -> busy.pipeline().remove("tun.frames"))) {
            Channel channel = connect();
            SaltunnelHandler handler = handlers.newHandler();
            channel.eventLoop()
                    .submit(() -> channel.pipeline().addLast("tun", handler))
                    .sync();
            CompletableFuture<ChannelFuture> written = new CompletableFuture<>();
            whileBusy(channel, busy -> {
                meddling.accept(busy);
                written.complete(write(busy));
            });
            assertThat(written.get().await().cause()).isNotNull();
            channel.closeFuture().sync();
            assertThat(handler.handshakeFuture().await().cause()).isInstanceOf(HandshakeFailedException.class);
            assertNoText();
        }
    }

    @Test
    void aHandlerThatWasRemovedTellsTheOthers() throws Exception {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        Channel channel = connect(handlers.newHandler(), new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                told.complete(cause);
            }
        });
        channel.pipeline().remove(SaltunnelHandler.class);
        assertThat(told.get()).hasMessageContaining("removed").hasMessageContaining("reset");
        channel.closeFuture().sync();
    }

    @Test
    @SuppressWarnings("deprecation") // 4.2 advises against it, and has it
    void anExecutorOfItsOwnIsRefused() throws Exception {
        EventExecutorGroup ordered = new DefaultEventExecutorGroup(1);
        EventExecutorGroup unordered = new UnorderedThreadPoolEventExecutor(1);
        for (EventExecutorGroup executor : new EventExecutorGroup[] {ordered, unordered}) {
            SaltunnelHandler handler = handlers.newHandler();
            CompletableFuture<ChannelFuture> written = new CompletableFuture<>();
            Channel channel = connect(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel ch) {
                    ch.pipeline().addLast(executor, "tun", handler).addLast(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelActive(ChannelHandlerContext ctx) {
                            written.complete(write(ctx.channel()));
                        }
                    });
                    written.complete(write(ch)); // whichever of the two comes
                }
            });
            HandshakeFailedException failure =
                    (HandshakeFailedException) handler.handshakeFuture().await().cause();
            assertThat(failure.reason()).isEqualTo(Reason.FAULT);
            assertThat(failure).hasMessageContaining("without an executor");
            assertThat(written.get().await().isSuccess()).isFalse();
            channel.closeFuture().sync();
            executor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void aConnectThatIsRefusedIsTheCause() throws Exception {
        InetSocketAddress nobody = (InetSocketAddress) listener.getLocalSocketAddress();
        listener.close();
        SaltunnelHandler handler = handlers.newHandler();
        new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(handler)
                .connect(nobody)
                .await();
        HandshakeFailedException failure =
                (HandshakeFailedException) handler.handshakeFuture().await().cause();
        assertThat(failure.reason()).isEqualTo(Reason.CLOSED);
        assertThat(failure).hasCauseInstanceOf(ConnectException.class).hasMessageContaining("refused");
    }

    @Test
    void anyThreadMayWaitForTheHandshakeBeforeTheHandlerIsInAPipeline() throws Exception {
        SaltunnelHandler handler = handlers.newHandler();
        CountDownLatch waits = new CountDownLatch(1);
        CompletableFuture<Throwable> waited = CompletableFuture.supplyAsync(() -> {
            waits.countDown();
            return handler.handshakeFuture().awaitUninterruptibly().cause();
        });
        waits.await();
        assertThat(handler.handshakeFuture().await(1)).isFalse();
        connect(handler).close().sync();
        assertThat(waited.get()).isInstanceOf(HandshakeFailedException.class);
    }

    @Test
    void theChannelsOwnLoopMayNotWaitForIt() throws Exception {
        SaltunnelHandler handler = handlers.newHandler();
        Channel channel = connect(handler);
        try {
            channel.eventLoop().submit(() -> handler.handshakeFuture().sync()).get();
            assertThat(false).as("it waited").isTrue();
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(BlockingOperationException.class);
        }
        channel.close().sync();
    }
}
