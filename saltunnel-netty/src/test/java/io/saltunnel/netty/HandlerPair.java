package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
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
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A client and a server of an embedding program, on sockets of this machine: each has a {@link SaltunnelHandler} and
 * the test's own handler behind it. Its end checks that no secret is left.
 */
final class HandlerPair implements AutoCloseable {
    /** The client's handler in its pipeline. */
    static final String TUNNEL = "tun";

    /** The kinds of sockets that this machine has. */
    record Wire(
            String name,
            Supplier<IoHandlerFactory> loops,
            Class<? extends ServerChannel> server,
            Supplier<? extends Channel> client,
            boolean hasReset) {

        static Stream<Wire> tcp() {
            return Arrays.stream(Transport.values())
                    .filter(Transport::isAvailable)
                    .map(transport -> new Wire(
                            transport.toString(),
                            transport::ioHandlerFactory,
                            transport.serverChannel(),
                            transport.sockets()::newSocket,
                            true));
        }

        static Stream<Wire> domain() {
            return Epoll.isAvailable()
                    ? Stream.of(new Wire(
                            "epoll's domain sockets",
                            EpollIoHandler::newFactory,
                            EpollServerDomainSocketChannel.class,
                            EpollDomainSocketChannel::new,
                            false))
                    : Stream.empty();
        }

        private SocketAddress address(Path directory) {
            return hasReset
                    ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
                    : new DomainSocketAddress(directory.resolve("socket").toFile());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private final EventLoopGroup loops;
    private final Channel client;

    /** Connects, with the default settings on both sides. */
    HandlerPair(
            Wire wire,
            Path directory,
            Consumer<ServerBootstrap> serverOptions,
            Consumer<Bootstrap> clientOptions,
            ChannelHandler atServer,
            ChannelHandler atClient)
            throws InterruptedException {
        this(wire, directory, SaltunnelSettings.defaults(), serverOptions, clientOptions, atServer, atClient);
    }

    /**
     * Connects, and waits for the client's end of the handshake.
     *
     * @param directory for the name of a domain socket
     * @param settings of both sides
     */
    HandlerPair(
            Wire wire,
            Path directory,
            SaltunnelSettings settings,
            Consumer<ServerBootstrap> serverOptions,
            Consumer<Bootstrap> clientOptions,
            ChannelHandler atServer,
            ChannelHandler atClient)
            throws InterruptedException {
        loops = new MultiThreadIoEventLoopGroup(2, wire.loops().get());
        SaltunnelHandlers servers = SaltunnelHandlers.server(key, settings);
        ServerBootstrap server = new ServerBootstrap()
                .group(loops)
                .channel(wire.server())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SaltunnelHandler tunnel = servers.newHandler();
                        channel.pipeline().addLast(tunnel, atServer);
                        tunnel.handshakeFuture().addListener(done -> accepted.add(channel));
                    }
                });
        serverOptions.accept(server);
        Channel listener = server.bind(wire.address(directory)).sync().channel();
        SaltunnelHandler tunnel = SaltunnelHandlers.client(key, settings).newHandler();
        Bootstrap connecting = new Bootstrap()
                .group(loops)
                .channelFactory(wire.client()::get)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(TUNNEL, tunnel).addLast(atClient);
                    }
                });
        clientOptions.accept(connecting);
        client = connecting.connect(listener.localAddress()).sync().channel();
        tunnel.handshakeFuture().sync();
    }

    Channel client() {
        return client;
    }

    /** The server's channel, once its handshake is done. */
    Channel accepted() throws InterruptedException {
        return accepted.take();
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        key.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }
}
