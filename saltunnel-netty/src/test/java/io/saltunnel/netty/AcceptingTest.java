package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.saltunnel.netty.internal.accept.AcceptBudget;
import io.saltunnel.netty.internal.accept.AcceptPacingHandler;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.metrics.TunnelEvents;
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
 * Goal: a server accepts all waiting connections in one batch, as far as the budget allows. If it accepted one at a
 * time, a busy server would take in one connection for each round through all of its tunnels.
 */
class AcceptingTest {
    private static final int WAITING = 20;

    private final BlockingQueue<Integer> batches = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void allWaitingConnectionsAreAcceptedInOneBatch(Transport transport) throws Exception {
        assertThat(acceptedInBatches(transport, new AcceptBudget(1, 8 * WAITING), 1))
                .containsExactly(WAITING);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void aBatchIsNoLargerThanAnEighthOfTheUnauthenticatedPeers(Transport transport) throws Exception {
        assertThat(acceptedInBatches(transport, new AcceptBudget(1, 8 * WAITING / 4), 4))
                .containsOnly(WAITING / 4);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void noConnectionIsAcceptedBeforeThoseAheadCouldBeRead(Transport transport) throws Exception {
        EventLoopGroup accepting = new MultiThreadIoEventLoopGroup(1, transport.ioHandlerFactory());
        EventLoopGroup reading = new MultiThreadIoEventLoopGroup(1, transport.ioHandlerFactory());
        AcceptBudget budget = new AcceptBudget(1, WAITING); // a quarter of it may be newcomers, and a batch is two
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
                    accepting.submit(() -> {}).sync(); // the server has had time to accept more
                }
                assertThat(batches).isEmpty();
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

    /** Sums the next batches until there are enough connections, or no batch has come for 30 seconds. */
    private int total(int enough) throws InterruptedException {
        int total = 0;
        while (total < enough) {
            Integer batch = batches.poll(30, TimeUnit.SECONDS);
            if (batch == null) {
                break;
            }
            total += batch;
        }
        return total;
    }

    private List<Integer> acceptedInBatches(Transport transport, AcceptBudget budget, int count) throws Exception {
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
                result.add(batches.poll(30, TimeUnit.SECONDS));
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
                                .addLast(new AcceptPacingHandler(
                                        budget,
                                        () -> 0,
                                        new TunnelEvents() {},
                                        new ConnectOrder(ConnectOrder.PATIENCE),
                                        NOPLogger.NOP_LOGGER))
                                .addLast(new Counter());
                    }
                })
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // The test only counts these.
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel()
                .localAddress();
    }

    /**
     * A client is connected before the kernel has put it into the queue: on a busy machine, the last step takes a
     * while.
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

    /** Counts the connections of each batch. */
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
                batches.add(count);
            }
            count = 0;
            ctx.fireChannelReadComplete();
        }
    }
}
