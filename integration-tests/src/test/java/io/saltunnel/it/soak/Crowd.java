package io.saltunnel.it.soak;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The applications, each with one connection after another, and the target of all of them. */
final class Crowd implements AutoCloseable {
    private static final int SIP_BYTES = 4096;

    /** The applications don't all start at once. */
    private static final int COMING_PER_SECOND = 400;

    /** The longest pause before an application's next connection, so that these don't all start at once either. */
    private static final int MAX_BREAK_MILLIS = 5_000;

    /**
     * Not tracked by leak detection, which would cost the load more than all its data. Only the tunnels' buffers have
     * to be tracked.
     */
    private static final ByteBufAllocator UNCOUNTED = new UnpooledByteBufAllocator(true, true);

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final Tally tally;
    private final Channel target;
    private final AtomicLong number = new AtomicLong();
    private final AtomicInteger present = new AtomicInteger();
    private volatile boolean leaving;

    Crowd(Tally tally) {
        this.tally = tally;
        this.target = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.ALLOCATOR, UNCOUNTED)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Target(tally));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    InetSocketAddress target() {
        return (InetSocketAddress) target.localAddress();
    }

    /** Starts a number of applications. Each makes at least one connection, and stays until it is told to leave. */
    void come(int applications, SocketAddress client) {
        leaving = false;
        for (int i = 0; i < applications; i++) {
            present.incrementAndGet();
            loops.next().schedule(() -> connect(client), i * 1000L / COMING_PER_SECOND, TimeUnit.MILLISECONDS);
        }
    }

    /** Makes every application leave when its connection has ended. */
    void leave() {
        leaving = true;
    }

    int present() {
        return present.get();
    }

    private void next(SocketAddress client) {
        int millis = leaving ? 0 : ThreadLocalRandom.current().nextInt(MAX_BREAK_MILLIS);
        loops.next().schedule(() -> connectOrLeave(client), millis, TimeUnit.MILLISECONDS);
    }

    private void connectOrLeave(SocketAddress client) {
        if (leaving) {
            present.decrementAndGet();
        } else {
            connect(client);
        }
    }

    private void connect(SocketAddress client) {
        Plan plan = Plan.number(number.getAndIncrement());
        Bootstrap bootstrap = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.ALLOCATOR, UNCOUNTED)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Application(plan, tally, () -> next(client)));
                    }
                });
        if (plan.kind() == Plan.Kind.SLOW_READER) {
            bootstrap.option(
                    ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(SIP_BYTES).maxMessagesPerRead(1));
        }
        tally.started();
        bootstrap.connect(client).addListener((ChannelFuture connected) -> {
            if (!connected.isSuccess()) {
                tally.fault(plan, "the client does not accept: " + connected.cause());
                next(client);
            }
        });
    }

    @Override
    public void close() {
        target.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
