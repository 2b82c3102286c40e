package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An echo on sockets that uses nothing that only newer versions of Netty have, so that it runs with 4.1 too (see the
 * profile {@code netty-versions}).
 */
@Timeout(60)
class SaltunnelHandlerNioTest {
    private static final int BYTES = 1_000_000;

    @Test
    void echoes() throws Exception {
        @SuppressWarnings("deprecation") // the only event loop that both 4.1 and 4.2 have
        EventLoopGroup loops = new NioEventLoopGroup(2);
        CompletableFuture<Integer> echoed = new CompletableFuture<>();
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey key = LongTermKey.random(RandomSource.system(), memory)) {
            SaltunnelHandlers servers = SaltunnelHandlers.server(key);
            SaltunnelHandlers clients = SaltunnelHandlers.client(key);
            Channel listener = new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<>() {
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
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(clients.newHandler(), new Count(echoed));
                        }
                    })
                    .connect(listener.localAddress())
                    .sync()
                    .channel();
            client.writeAndFlush(client.alloc().buffer().writeZero(BYTES));
            assertThat(echoed.get(30, TimeUnit.SECONDS)).isEqualTo(BYTES);
            client.close().sync();
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
            assertThat(memory.liveSecrets()).as("beside the key").isOne();
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.write(msg);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }
    }

    private static final class Count extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Integer> all;
        private int bytes;

        Count(CompletableFuture<Integer> all) {
            this.all = all;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            bytes += ((ByteBuf) msg).readableBytes();
            ((ByteBuf) msg).release();
            if (bytes == BYTES) {
                all.complete(bytes);
            }
        }
    }
}
