package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: no thread's doings lose a frame, and a reset is one where there are resets; on each transport of this machine. */
@Timeout(60)
class SaltunnelHandlerTransportsTest {
    private static final int WRITES = 5000;

    /** A transport, and where to listen. */
    private record Wire(
            String name,
            Supplier<IoHandlerFactory> loops,
            Class<? extends ServerChannel> server,
            Supplier<? extends Channel> client,
            boolean hasReset) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Wire> wires() {
        Stream<Wire> tcp = Arrays.stream(Transport.values())
                .filter(Transport::isAvailable)
                .map(transport -> new Wire(
                        transport.toString(),
                        transport::ioHandlerFactory,
                        transport.serverChannel(),
                        transport.sockets()::newSocket,
                        true));
        Stream<Wire> domain = Epoll.isAvailable()
                ? Stream.of(new Wire(
                        "epoll's domain sockets",
                        EpollIoHandler::newFactory,
                        EpollServerDomainSocketChannel.class,
                        EpollDomainSocketChannel::new,
                        false))
                : Stream.empty();
        return Stream.concat(tcp, domain);
    }

    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
    private final AtomicInteger received = new AtomicInteger();
    private final BlockingQueue<String> serverHears = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> clientHears = new LinkedBlockingQueue<>();

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init") // connect() makes them
    private EventLoopGroup loops;

    private final class Ear extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<String> heard;

        Ear(BlockingQueue<String> heard) {
            this.heard = heard;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            received.addAndGet(((ByteBuf) msg).readableBytes());
            ((ByteBuf) msg).release();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            heard.add("inactive");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            heard.add(String.valueOf(cause.getMessage()));
        }
    }

    private Channel connect(Wire wire) throws InterruptedException {
        loops = new MultiThreadIoEventLoopGroup(2, wire.loops().get());
        SocketAddress address = wire.hasReset()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
                : new DomainSocketAddress(directory.resolve("socket").toFile());
        SaltunnelHandlers servers = SaltunnelHandlers.server(key);
        Channel listener = new ServerBootstrap()
                .group(loops)
                .channel(wire.server())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(servers.newHandler(), new Ear(serverHears));
                    }
                })
                .bind(address)
                .sync()
                .channel();
        SaltunnelHandler tunnel = SaltunnelHandlers.client(key).newHandler();
        Channel client = new Bootstrap()
                .group(loops)
                .channelFactory(wire.client()::get)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast("tun", tunnel).addLast(new Ear(clientHears));
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
    @MethodSource("wires")
    void cancellingFromAnotherThreadLosesNoFrame(Wire wire) throws Exception {
        Channel client = connect(wire);
        List<ChannelFuture> writes = new ArrayList<>();
        for (int i = 0; i < WRITES; i++) {
            writes.add(client.writeAndFlush(Unpooled.buffer().writeZero(100)));
            writes.get(i / 2).cancel(false);
        }
        client.close().sync(); // behind all of them
        assertThat(next(serverHears)).isEqualTo("inactive");
        int sent = 0;
        for (ChannelFuture write : writes) {
            assertThat(write.await().isSuccess()).isNotEqualTo(write.isCancelled());
            sent += write.isSuccess() ? 100 : 0;
        }
        assertThat(received.get()).isEqualTo(sent);
    }

    @ParameterizedTest
    @MethodSource("wires")
    void whenTheHandlerIsRemovedTheOtherEndSeesAReset(Wire wire) throws Exception {
        Channel client = connect(wire);
        client.pipeline().remove("tun");
        assertThat(client.writeAndFlush(Unpooled.buffer().writeZero(100))
                        .await()
                        .isSuccess())
                .isFalse();
        assertThat(next(clientHears)).contains("tun was removed from an open channel");
        if (wire.hasReset()) {
            assertThat(next(serverHears)).containsIgnoringCase("reset");
        }
        assertThat(next(serverHears)).isEqualTo("inactive");
        assertThat(received.get()).isZero();
    }

    private static String next(BlockingQueue<String> heard) throws InterruptedException {
        return heard.poll(30, TimeUnit.SECONDS);
    }
}
