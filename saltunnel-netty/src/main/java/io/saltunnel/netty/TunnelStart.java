package io.saltunnel.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.NettyRuntime;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.cipher.EventLoopScratch;
import io.saltunnel.netty.internal.connect.Connector;
import io.saltunnel.netty.internal.handshake.HandshakeSettings;
import io.saltunnel.netty.internal.order.OrderHandler;
import io.saltunnel.netty.internal.transport.SocketOptions;
import io.saltunnel.netty.internal.transport.SocketTransport;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts a tunnel with the settings of a {@link TunnelBuilder}: event loops, buffers, the listening socket and the
 * connecting ones.
 */
final class TunnelStart {
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(64 * 1024, 128 * 1024);

    private final TunnelBuilder<?> options;
    private final InetSocketAddress from;
    private final HostAndPort to;
    private final HandshakeSettings handshakes;
    private final SocketTransport transport;
    private final EventLoopGroup loops;
    private final LockedBufferAllocator buffers;
    private final SocketOptions sockets;
    private final TunnelRuntime runtime;

    /** All checks come before the event loops, which hold files from their creation. */
    TunnelStart(TunnelBuilder<?> options) {
        this.options = options;
        this.from = socketAddress(given(options.listenAddress));
        this.to = given(options.target);
        options.transport.sockets().checkAvailable();
        this.transport = options.loops == null
                ? options.transport.sockets()
                : CallersLoops.transport(
                        options.loops, options.transport == Transport.AUTO ? null : options.transport.sockets());
        EventLoopScratch.chooseKernels();
        this.handshakes = handshakes();
        this.loops = options.loops != null ? options.loops : newLoops();
        this.buffers = options.bufferMemory > 0
                ? new LockedBufferAllocator(options.bufferMemory)
                : LockedBufferAllocator.create();
        this.sockets = new SocketOptions(options.keepAlive, options.wireKeepAlive, options.log());
        this.runtime = options.runtime(
                handshakes,
                new Connector(to, this::newSocket, options.connectTimeout),
                options.stages.forTunnel(loops),
                count(loops));
    }

    private static HostAndPort given(@Nullable HostAndPort address) {
        if (address == null) {
            throw new IllegalStateException("a tunnel needs an address to listen on and one to forward to");
        }
        return address;
    }

    private static InetSocketAddress socketAddress(HostAndPort address) {
        if (address.host().isEmpty()) {
            return new InetSocketAddress(address.port());
        }
        InetAddress numeric = address.numericAddress().orElse(null);
        return numeric != null
                ? new InetSocketAddress(numeric, address.port())
                : addressOfName(address.host(), address.port());
    }

    /**
     * A name to listen on means one of its addresses: the first IPv4 address if there is one, whatever the system's
     * order. Most users write "localhost" and mean 127.0.0.1.
     */
    private static InetSocketAddress addressOfName(String name, int port) {
        try {
            InetAddress[] addresses = InetAddress.getAllByName(name);
            InetAddress one = Stream.of(addresses)
                    .filter(Inet4Address.class::isInstance)
                    .findFirst()
                    .orElse(addresses[0]);
            return new InetSocketAddress(one, port);
        } catch (UnknownHostException e) {
            return InetSocketAddress.createUnresolved(name, port);
        }
    }

    private HandshakeSettings handshakes() {
        return new HandshakeSettings(options.key, options.clock, RandomSource.system(), options.handshakeDeadline());
    }

    private EventLoopGroup newLoops() {
        return transport.newEventLoops(NettyRuntime.availableProcessors(), new DefaultThreadFactory("saltunnel"));
    }

    private static int count(EventLoopGroup group) {
        int loops = 0;
        for (Iterator<?> each = group.iterator(); each.hasNext(); each.next()) {
            loops++;
        }
        return loops;
    }

    /** A time-out that was asked for and has no effect. */
    private void warnOfMissingUserTimeout() {
        Duration requested = options.stages.requestedUserTimeout;
        if (requested != null && !transport.hasUserTimeout()) {
            options.log()
                    .warn(
                            "the transport {} has no user time-out: the system decides when to give up a connection whose"
                                    + " data is not acknowledged, often after 15 minutes instead of {} s; use epoll or"
                                    + " io_uring on Linux",
                            transport,
                            requested.toMillis() / 1000.0);
        }
    }

    CompletableFuture<Tunnel> start() {
        warnOfMissingUserTimeout();
        boolean ownsLoops = options.loops == null;
        CompletableFuture<Tunnel> started = new CompletableFuture<>();
        if (from.isUnresolved()) { // each transport reports this in its own way, and without the name
            failed(started, ownsLoops, unresolved(given(options.listenAddress)));
            return started;
        }
        ChannelFuture binding = incoming().bind(from);
        if (binding.cause() != null) { // at once, because its event loop may have ended and complete nothing
            failed(started, ownsLoops, binding.cause());
            return started;
        }
        binding.addListener((ChannelFuture bound) -> {
            if (!bound.isSuccess()) {
                failed(started, ownsLoops, bound.cause());
                return;
            }
            Tunnel tunnel = new Tunnel(runtime, bound.channel(), loops, ownsLoops, buffers);
            if (!started.complete(tunnel)) { // the caller has cancelled the start, and could never stop the tunnel
                tunnel.stop(Duration.ZERO);
            }
        });
        return started;
    }

    private static UnknownHostException unresolved(HostAndPort address) {
        boolean scoped = address.host().indexOf('%') >= 0;
        return new UnknownHostException("can't listen on " + address + ": "
                + (scoped ? "this machine has no such interface" : "the name does not resolve"));
    }

    private void failed(CompletableFuture<Tunnel> started, boolean ownsLoops, Throwable cause) {
        runtime.connector.close();
        runtime.stages.stopped(options.log());
        buffers.close();
        if (ownsLoops) {
            loops.shutdownGracefully();
        }
        started.completeExceptionally(cause);
    }

    /** TCP_NODELAY isn't set here, nor for accepted connections, because Netty's connections have it by default. */
    private SocketChannel newSocket() {
        SocketChannel socket = transport.newSocket();
        socket.config()
                .setConnectTimeoutMillis(0)
                .setAllocator(buffers)
                .setAutoRead(false)
                .setAllowHalfClosure(true)
                .setSoLinger(Abort.RESET) // the peer must never take the end of this process for an end of the stream
                .setWriteBufferWaterMark(WATER_MARKS);
        if (options.role() == TunnelConnection.Role.CLIENT) {
            sockets.setOnWireSide(socket);
        } else {
            sockets.setOnPlainSide(socket);
        }
        return socket;
    }

    private void setOptions(Channel accepted) {
        if (options.role() == TunnelConnection.Role.CLIENT) {
            sockets.setOnPlainSide(accepted);
        } else {
            sockets.setOnWireSide(accepted);
        }
    }

    private ServerBootstrap incoming() {
        return new ServerBootstrap()
                .group(loops)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel listener) {
                        listener.pipeline().addLast(runtime.acceptHandler()); // decides when to accept
                        listener.pipeline()
                                .addLast(new OrderHandler(options.connectOrder.get())); // records the order of arrival
                    }
                })
                .childOption(ChannelOption.ALLOCATOR, buffers)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .childHandler(new LinkStarter());
    }

    /**
     * Takes up a connection on its event loop. A {@code ChannelInitializer} would see a handler that fails while it is
     * added first, and end the connection with FIN; this leaves that to the relay.
     */
    @Sharable
    private final class LinkStarter extends ChannelHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            Channel accepted = ctx.channel();
            ctx.pipeline().remove(this);
            try {
                setOptions(accepted);
                runtime.accept(accepted);
            } catch (RuntimeException | Error e) {
                options.log().error("{}: can't be taken up", accepted, e);
                Abort.reset(accepted);
            }
        }
    }
}
