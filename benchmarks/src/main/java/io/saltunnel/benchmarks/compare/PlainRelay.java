package io.saltunnel.benchmarks.compare;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.NettyRuntime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A relay in Netty without a cipher, to measure what that costs: 64 KiB reads, epoll, one loop per core. Arguments: the
 * port to listen on and the port to forward to, both on 127.0.0.1.
 */
final class PlainRelay {
    private static final int READ_BYTES = 64 * 1024;

    private PlainRelay() {}

    public static void main(String... args) throws InterruptedException {
        int to = Integer.parseInt(args[1]);
        EventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(NettyRuntime.availableProcessors(), EpollIoHandler.newFactory());
        new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connect(channel, to);
                    }
                })
                .bind("127.0.0.1", Integer.parseInt(args[0]))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    private static void connect(Channel accepted, int port) {
        Side here = new Side();
        Side there = new Side();
        accepted.pipeline().addLast(here);
        new Bootstrap()
                .group(accepted.eventLoop())
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .handler(there)
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        here.partner = connected.channel();
                        there.partner = accepted;
                        accepted.read();
                        connected.channel().read();
                    } else {
                        accepted.close();
                    }
                });
    }

    private static final class Side extends ChannelInboundHandlerAdapter {
        private @Nullable Channel partner;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            partner().write(msg, partner().voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (partner == null) {
                return;
            }
            partner.flush();
            if (partner.isWritable()) {
                ctx.read();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (partner != null && ctx.channel().isWritable()) {
                partner.read();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (partner != null) {
                partner.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(flushed -> partner().close());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }

        private Channel partner() {
            return Objects.requireNonNull(partner);
        }
    }
}
