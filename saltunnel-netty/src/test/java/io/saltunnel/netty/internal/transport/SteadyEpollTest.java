package io.saltunnel.netty.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.saltunnel.netty.HeldUpLoop;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: an event of a connection that has been closed meanwhile reaches no channel, least of all a connection that got
 * its file descriptor.
 */
class SteadyEpollTest {
    private static final int CONNECTIONS = 16;

    /** The kernel's number for a closed connection, as in {@code netinet/tcp.h}. */
    private static final int TCP_CLOSE = 7;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, SteadyEpoll.newFactory());
    private final EventLoop loop = loops.next();
    private final List<Channel> old = new ArrayList<>();
    private final List<Channel> young = new ArrayList<>();
    private final List<Integer> freed = new ArrayList<>();
    private final List<Object> told = new ArrayList<>();

    @AfterEach
    void end() {
        loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void anEventOfAClosedConnectionReachesNobodyElse() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, CONNECTIONS, InetAddress.getLoopbackAddress())) {
            List<Socket> peers = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                old.add(connect(listener));
                peers.add(listener.accept());
            }
            HeldUpLoop.during(loop, () -> {
                for (Socket peer : peers) {
                    peer.setSoLinger(true, 0);
                    peer.close();
                }
                awaitReset();
            }); // the loop sees all resets at once
            old.get(CONNECTIONS - 1).closeFuture().sync();
            loop.submit(() -> {}).sync(); // all events of that round have been handled
        }

        assertThat(young)
                .as("connections that got a file descriptor of those before them")
                .anyMatch(this::isReused);
        assertThat(told).isEmpty();
    }

    private Channel connect(ServerSocket listener) {
        return bootstrap()
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                        if (young.isEmpty()) {
                            replaceAll();
                        }
                    }
                })
                .connect(listener.getLocalSocketAddress())
                .syncUninterruptibly()
                .channel();
    }

    /** As when a relay ends and others begin before the loop has handled all its events. */
    private void replaceAll() {
        for (Channel channel : old) {
            freed.add(descriptor(channel));
            channel.close();
        }
        for (int i = 0; i < CONNECTIONS; i++) {
            young.add(bootstrap().handler(new Listener()).register().channel());
        }
    }

    /** On a busy machine, a reset takes a while from one socket to the other. */
    private void awaitReset() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!old.stream().allMatch(SteadyEpollTest::isReset)) {
            assertThat(System.nanoTime()).as("time for resets to arrive").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static boolean isReset(Channel channel) {
        return ((EpollSocketChannel) channel).tcpInfo().state() == TCP_CLOSE;
    }

    private Bootstrap bootstrap() {
        return new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    private boolean isReused(Channel channel) {
        return freed.contains(descriptor(channel));
    }

    private static int descriptor(Channel channel) {
        return ((EpollSocketChannel) channel).fd().intValue();
    }

    /** On an unconnected channel. */
    private final class Listener extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            told.add(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            told.add(cause);
        }
    }
}
