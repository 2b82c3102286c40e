package consumer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.Version;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.MemoryLockStatus;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.SaltunnelHandlers;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An echo server and its client from the public API alone. Prints "hello" and the path on which it ran. */
public final class Echo {
    private Echo() {}

    @SuppressWarnings("deprecation") // since 4.2; what took its place is not in 4.1
    public static void main(String[] arguments) throws Exception {
        EventLoopGroup loops = new NioEventLoopGroup(1);
        CompletableFuture<String> answer = new CompletableFuture<>();
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey key = LongTermKey.random(RandomSource.system(), memory)) {
            if (MemoryLockStatus.ofProcess().lockedBytes() == 0) {
                throw new AssertionError("no memory is locked: " + MemoryLockStatus.ofProcess());
            }
            SaltunnelHandlers servers = SaltunnelHandlers.server(key);
            SaltunnelHandlers clients = SaltunnelHandlers.client(key);
            Channel listener = new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(servers.newHandler(), new ChannelInboundHandlerAdapter() {
                                @Override
                                public void channelRead(ChannelHandlerContext ctx, Object msg) {
                                    ctx.writeAndFlush(msg);
                                }
                            });
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
                            channel.pipeline().addLast(clients.newHandler(), new SimpleChannelInboundHandler<ByteBuf>() {
                                @Override
                                protected void channelRead0(ChannelHandlerContext ctx, ByteBuf msg) {
                                    answer.complete(msg.toString(StandardCharsets.UTF_8));
                                }
                            });
                        }
                    })
                    .connect(listener.localAddress())
                    .sync()
                    .channel();
            client.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.UTF_8));
            String path = Echo.class.getModule().isNamed() ? "module path" : "class path";
            String netty = Version.identify().get("netty-common").artifactVersion();
            System.out.println(answer.get(20, TimeUnit.SECONDS) + " on the " + path + ", Netty " + netty);
            client.close().sync();
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }
}
