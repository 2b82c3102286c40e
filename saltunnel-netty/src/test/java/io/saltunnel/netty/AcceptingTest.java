package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.saltunnel.netty.internal.limit.AcceptBudget;
import io.saltunnel.netty.internal.limit.ConnectionLimitHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.helpers.NOPLogger;

/**
 * Goal: whoever waits to be accepted is, as many in one go as the budget allows; or a busy server would take in one of
 * them for each round that it makes through all of its tunnels.
 */
class AcceptingTest {
    private static final int WAITING = 20;

    private final BlockingQueue<Integer> goes = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void allWhoWaitAreAcceptedInOneGo(Transport transport) throws Exception {
        assertThat(acceptedInGoes(transport, AcceptBudget.of(1, 8 * WAITING), 1))
                .containsExactly(WAITING);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void aGoIsNoLargerThanAnEighthOfTheStrangers(Transport transport) throws Exception {
        assertThat(acceptedInGoes(transport, AcceptBudget.of(1, 8 * WAITING / 4), 4))
                .containsOnly(WAITING / 4);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void nobodyIsAcceptedBeforeThoseAheadCouldBeRead(Transport transport) throws Exception {
        EventLoopGroup accepting = new MultiThreadIoEventLoopGroup(1, transport.ioHandlerFactory());
        EventLoopGroup reading = new MultiThreadIoEventLoopGroup(1, transport.ioHandlerFactory());
        AcceptBudget budget =
                AcceptBudget.of(1, WAITING); // of whom a quarter may be unheard, and two be accepted at a time
        List<Socket> sockets = new ArrayList<>();
        try {
            InetSocketAddress address = listen(accepting, reading, transport, budget);
            HeldUpLoop.during(reading.next(), () -> {
                HeldUpLoop.during(accepting.next(), () -> {
                    for (int i = 0; i < WAITING; i++) {
                        sockets.add(new Socket(address.getAddress(), address.getPort()));
                    }
                    awaitQueue(address.getPort());
                });
                assertThat(total(WAITING / 4)).isEqualTo(WAITING / 4);
                for (int i = 0; i < WAITING; i++) {
                    accepting.submit(() -> {}).sync(); // has had time to accept more
                }
                assertThat(goes).isEmpty();
            });
            assertThat(total(WAITING - WAITING / 4)).isEqualTo(WAITING - WAITING / 4);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
            accepting.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
            reading.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    /** Of the next goes, until there are as many; of all in 30 seconds, if they are fewer. */
    private int total(int enough) throws InterruptedException {
        int total = 0;
        while (total < enough) {
            Integer go = goes.poll(30, TimeUnit.SECONDS);
            if (go == null) {
                break;
            }
            total += go;
        }
        return total;
    }

    private List<Integer> acceptedInGoes(Transport transport, AcceptBudget budget, int count) throws Exception {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, transport.ioHandlerFactory());
        List<Socket> sockets = new ArrayList<>();
        try {
            InetSocketAddress address = listen(loops, loops, transport, budget);
            HeldUpLoop.during(loops.next(), () -> {
                for (int i = 0; i < WAITING; i++) {
                    sockets.add(new Socket(address.getAddress(), address.getPort()));
                }
                awaitQueue(address.getPort());
            });
            List<Integer> result = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                result.add(goes.poll(30, TimeUnit.SECONDS));
            }
            return result;
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
            loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private InetSocketAddress listen(
            EventLoopGroup accepting, EventLoopGroup reading, Transport transport, AcceptBudget budget) {
        return (InetSocketAddress) new ServerBootstrap()
                .group(accepting, reading)
                .channel(transport.serverChannel())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new ConnectionLimitHandler(1000, budget, () -> 0, NOPLogger.NOP_LOGGER))
                                .addLast(new Counter());
                    }
                })
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // They are only counted.
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel()
                .localAddress();
    }

    /**
     * A client is connected before the kernel has put it into the queue: on a busy machine, the last step takes its
     * time.
     */
    private static void awaitQueue(int port) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (queued(port) < WAITING) {
            assertThat(System.nanoTime()).as("time for %d to queue", WAITING).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /**
     * The kernel's own table: "sl local remote state tx:rx …", where the rx of a listener (state 0A) is the length of
     * its queue.
     */
    private static int queued(int port) throws IOException {
        Pattern listener = Pattern.compile(" [0-9A-F]+:%04X [0-9A-F:]+ 0A [0-9A-F]+:([0-9A-F]+) .*".formatted(port));
        for (Path table : List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"))) {
            for (String line : Files.readAllLines(table)) {
                Matcher matcher = listener.matcher(line);
                if (matcher.find()) {
                    return Integer.parseInt(matcher.group(1), 16);
                }
            }
        }
        return 0;
    }

    /** How many come in each go. */
    private final class Counter extends ChannelInboundHandlerAdapter {
        private int count;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object accepted) {
            count++;
            ctx.fireChannelRead(accepted);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (count > 0) {
                goes.add(count);
            }
            count = 0;
            ctx.fireChannelReadComplete();
        }
    }
}
