package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/embedding.md shows, so that it is known to work. */
@Timeout(60)
class EmbeddingExampleTest {

    @Test
    void anEchoServerAndItsClient() throws Exception {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        CompletableFuture<String> answer = new CompletableFuture<>();
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey key = LongTermKey.random(RandomSource.system(), memory)) {
            SaltunnelHandlers servers = SaltunnelHandlers.server(key);
            SaltunnelHandlers clients = SaltunnelHandlers.client(key);
            Channel listener = new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(servers.newHandler(), new Echo());
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            Channel client = new Bootstrap()
                    .group(loops)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(clients.newHandler(), new Listen(answer));
                        }
                    })
                    .connect(listener.localAddress())
                    .sync()
                    .channel();
            client.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.UTF_8));
            assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
            client.close().sync();
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }

    private static final class Listen extends SimpleChannelInboundHandler<ByteBuf> {
        private final CompletableFuture<String> heard;

        Listen(CompletableFuture<String> heard) {
            this.heard = heard;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf msg) {
            heard.complete(msg.toString(StandardCharsets.UTF_8));
        }
    }

    /** The cookbook's stage. */
    static final class ByteMeter implements PipelineStage {
        final LongAdder total = new LongAdder();

        @Override
        public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
            return place == Place.PLAIN_SOCKET ? List.of(new Meter()) : List.of();
        }

        private final class Meter extends ChannelInboundHandlerAdapter {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                total.add(((ByteBuf) msg).readableBytes());
                ctx.fireChannelRead(msg);
            }
        }
    }

    @Test
    void aStageOfOnesOwn() throws Exception {
        ByteMeter meter = new ByteMeter();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.stage(meter), UnaryOperator.identity());
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            application.getOutputStream().write(new byte[1234]);
            assertThat(target.getInputStream().readNBytes(1234)).hasSize(1234);
            assertThat(meter.total.sum()).isEqualTo(1234);
        }
    }
}
