package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.stage.EndOfStream;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promises of {@link SaltunnelHandler} that only sockets can show, on each transport of this machine: half-closure
 * on and off, and {@code autoRead} off.
 */
@Timeout(60)
class SaltunnelHandlerSocketsTest {
    private static final int BYTES = 200_000;

    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
    private final BlockingQueue<String> serverHears = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> clientHears = new LinkedBlockingQueue<>();
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init") // connect() makes them
    private EventLoopGroup loops;

    static Stream<Transport> transports() {
        return Arrays.stream(Transport.values()).filter(Transport::isAvailable);
    }

    /** Describes events in words, and data by its total length so far. */
    private static final class Ear extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<String> heard;
        private int bytes;

        Ear(BlockingQueue<String> heard) {
            this.heard = heard;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            bytes += ((ByteBuf) msg).readableBytes();
            ((ByteBuf) msg).release();
            if (bytes % BYTES == 0) {
                heard.add("data");
            }
        }

        /** One read may bring several pieces; only after the last one is it clear whether another is needed. */
        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (bytes % BYTES != 0 && !ctx.channel().config().isAutoRead()) {
                ctx.read();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                heard.add("end");
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            heard.add("inactive");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            heard.add(cause.toString());
        }
    }

    private Channel connect(Transport transport, boolean halfClosure, boolean serverReads) throws Exception {
        loops = new MultiThreadIoEventLoopGroup(2, transport.ioHandlerFactory());
        SaltunnelHandlers servers = SaltunnelHandlers.server(key);
        SaltunnelHandlers clients = SaltunnelHandlers.client(key);
        Channel listener = new ServerBootstrap()
                .group(loops)
                .channel(transport.serverChannel())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure)
                .childOption(ChannelOption.AUTO_READ, serverReads)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SaltunnelHandler tunnel = servers.newHandler();
                        channel.pipeline().addLast(tunnel, new Ear(serverHears));
                        // Data in the same read as the handshake's end arrives without a request, so nothing is sent
                        // before that.
                        tunnel.handshakeFuture().addListener(done -> accepted.add(channel));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        SaltunnelHandler tunnel = clients.newHandler();
        Channel client = new Bootstrap()
                .group(loops)
                .channelFactory(transport.sockets()::newSocket)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(tunnel, new Ear(clientHears));
                    }
                })
                .connect(listener.localAddress())
                .sync()
                .channel();
        tunnel.handshakeFuture().sync();
        return client;
    }

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        key.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void eitherDirectionMayEndFirst(Transport transport) throws Exception {
        Channel client = connect(transport, true, true);
        Channel server = accepted.take();
        client.write(Unpooled.buffer().writeZero(BYTES));
        client.writeAndFlush(EndOfStream.INSTANCE).sync();
        assertThat(next(serverHears)).isEqualTo("data");
        assertThat(next(serverHears)).isEqualTo("end");
        server.writeAndFlush(Unpooled.buffer().writeZero(BYTES)).sync();
        server.close().sync();
        assertThat(next(clientHears)).isEqualTo("data");
        assertThat(next(clientHears)).isEqualTo("end");
        client.close().sync();
        assertThat(next(serverHears)).isEqualTo("inactive");
        assertThat(next(clientHears)).isEqualTo("inactive");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void withoutHalfClosureAnEndClosesBehindTheData(Transport transport) throws Exception {
        Channel client = connect(transport, false, true);
        client.write(Unpooled.buffer().writeZero(BYTES));
        client.close().sync(); // flushes
        assertThat(next(serverHears)).isEqualTo("data");
        assertThat(next(serverHears)).isEqualTo("inactive");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void readsWhenAskedWithAutoReadOff(Transport transport) throws Exception {
        Channel client = connect(transport, true, false);
        Channel server = accepted.take();
        for (int round = 0; round < 3; round++) {
            client.writeAndFlush(Unpooled.buffer().writeZero(BYTES));
            server.eventLoop().execute(() -> {
                serverHears.add("asks");
                server.read();
            });
            assertThat(next(serverHears)).isEqualTo("asks");
            assertThat(next(serverHears)).isEqualTo("data");
        }
        client.close().sync();
    }

    private static String next(BlockingQueue<String> heard) throws InterruptedException {
        return heard.poll(30, TimeUnit.SECONDS);
    }
}
