package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.saltunnel.netty.internal.transport.ReadOnDemandHandler;
import io.saltunnel.netty.memory.BufferLimitException;
import io.saltunnel.netty.memory.BufferUse;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A connection that waits for a buffer reads nothing meanwhile, costs almost nothing, and continues when there is one.
 */
@Timeout(60)
class ReadingInShortageTest {
    private static final int BYTES = 50_000;

    private final LockedBufferAllocator buffers = new LockedBufferAllocator(1 << 20);
    private final Deque<ByteBuf> taken = new ArrayDeque<>();
    private final Ear ear = new Ear();

    @SuppressWarnings("NullAway.Init") // connect() makes them
    private EventLoopGroup loops;

    static Stream<Transport> transports() {
        return Arrays.stream(Transport.values()).filter(Transport::isAvailable);
    }

    /** Records how much each read brought, and counts the transport's attempts. */
    private static final class Ear extends ChannelInboundHandlerAdapter {
        final BlockingQueue<ChannelHandlerContext> connected = new LinkedBlockingQueue<>();
        final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        volatile int attempts;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            connected.add(ctx);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            heard.add(((ByteBuf) msg).readableBytes());
            ((ByteBuf) msg).release();
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // on the event loop only
        public void channelReadComplete(ChannelHandlerContext ctx) {
            attempts++;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            heard.add(cause);
        }

        int nextRead() throws InterruptedException {
            return (int) Objects.requireNonNull(heard.poll(30, TimeUnit.SECONDS), "nothing is read");
        }
    }

    private Socket connect(Transport transport) throws Exception {
        loops = new MultiThreadIoEventLoopGroup(1, transport.ioHandlerFactory());
        Channel listener = new ServerBootstrap()
                .group(loops)
                .channel(transport.serverChannel())
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOCATOR, buffers)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(ReadOnDemandHandler.forPlainSide(), ear);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        return new Socket(address.getAddress(), address.getPort());
    }

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        taken.forEach(ByteBuf::release);
        assertThat(buffers.buffersInUse()).isZero();
        buffers.close();
    }

    private void takeAll() {
        try {
            while (true) {
                taken.push(buffers.directBuffer(65_536, BufferUse.PLAINTEXT_READ));
            }
        } catch (BufferLimitException e) {
            assertThat(taken).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aReadRequestedInAShortageWaitsUntilItIsOver(Transport transport) throws Exception {
        try (Socket socket = connect(transport)) {
            socket.getOutputStream().write(new byte[BYTES]);
            ChannelHandlerContext reader = ear.connected.take();
            takeAll();
            reader.read();
            awaitSomePauses(reader);
            assertThat(ear.heard).isEmpty();
            assertThat(ear.attempts).as("attempts meanwhile").isZero();

            taken.pop().release();
            int bytes = ear.nextRead();
            while (bytes < BYTES) {
                reader.read();
                bytes += ear.nextRead();
            }
            assertThat(bytes).isEqualTo(BYTES);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aReadRequestedBeforeTheShortageGetsASmallBuffer(Transport transport) throws Exception {
        try (Socket socket = connect(transport)) {
            ChannelHandlerContext reader = ear.connected.take();
            reader.read();
            reader.executor().submit(this::takeAll).sync();
            socket.getOutputStream().write(new byte[BYTES]);
            assertThat(ear.nextRead()).isEqualTo(1024);
            reader.read();
            awaitSomePauses(reader);
            assertThat(ear.heard).as("the next one waits").isEmpty();
            taken.pop().release();
            assertThat(ear.nextRead()).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void afterAnEndNoMoreIsReadThanAskedFor(Transport transport) throws Exception {
        try (Socket socket = connect(transport)) {
            ChannelHandlerContext reader = ear.connected.take();
            socket.getOutputStream().write(new byte[BYTES]);
            socket.shutdownOutput();
            reader.read();
            assertThat(ear.nextRead()).isPositive();
            awaitSomePauses(reader);
            // io_uring reads once more when it learns of the end.
            assertThat(ear.heard).hasSizeLessThanOrEqualTo(transport == Transport.IO_URING ? 1 : 0);
        }
    }

    /** Waits until a few of the reader's pauses have passed on the event loop, with all events meanwhile. */
    private static void awaitSomePauses(ChannelHandlerContext reader) throws InterruptedException {
        long pause = ReadOnDemandHandler.MEMORY_PAUSE.toMillis();
        reader.executor().schedule(() -> {}, 5 * pause, TimeUnit.MILLISECONDS).sync();
    }
}
