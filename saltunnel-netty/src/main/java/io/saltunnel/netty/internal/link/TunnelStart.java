package io.saltunnel.netty.internal.link;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.cipher.EventLoopScratch;
import io.saltunnel.netty.internal.connect.Connector;
import io.saltunnel.netty.internal.handshake.HandshakeSettings;
import io.saltunnel.netty.internal.order.OrderHandler;
import io.saltunnel.netty.internal.transport.CallersLoops;
import io.saltunnel.netty.internal.transport.SocketOptions;
import io.saltunnel.netty.internal.transport.SocketTransport;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts a tunnel: event loops, buffers, the listening socket and the connecting ones.
 */
public final class TunnelStart {
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(64 * 1024, 128 * 1024);

    private final TunnelSettings settings;
    private final InetSocketAddress from;
    private final SocketTransport transport;
    private final Side side;
    private final TunnelLoops loops;
    private final LockedBufferAllocator buffers;
    private final SocketOptions sockets;
    private final TunnelRuntime runtime;

    /**
     * All checks come before the event loops, which hold files from their creation.
     *
     * @throws IllegalStateException if an address is missing, or a server's key is closed
     * @throws IllegalArgumentException if no tunnel can run on the caller's event loops
     * @throws UnsupportedOperationException if the transport is not available
     */
    public TunnelStart(TunnelSettings settings) {
        this.settings = settings;
        this.from = socketAddress(given(settings.listen));
        HostAndPort to = given(settings.target);
        this.transport = transport();
        EventLoopScratch.chooseKernels();
        this.side = side();
        this.loops = TunnelLoops.of(settings.loops, transport);
        this.buffers = settings.bufferMemory > 0
                ? new LockedBufferAllocator(settings.bufferMemory)
                : LockedBufferAllocator.create();
        this.sockets = new SocketOptions(settings.keepAlive, settings.wireKeepAlive, side.log());
        LinkContext context = new LinkContext(
                side.log(),
                new HandshakeSettings(settings.key, settings.clock, RandomSource.system(), side.handshakeTimeout()),
                new Connector(to, this::newSocket, settings.connectTimeout),
                settings.stages.forTunnel(loops.group()));
        this.runtime = new TunnelRuntime(side, context, buffers);
    }

    private SocketTransport transport() {
        if (settings.transport != null) {
            settings.transport.checkAvailable();
        }
        if (settings.loops != null) {
            return CallersLoops.transport(settings.loops, settings.transport);
        }
        return settings.transport != null ? settings.transport : SocketTransport.best();
    }

    private Side side() {
        return switch (settings.role) {
            case CLIENT -> ClientSide.of(settings);
            case SERVER -> ServerSide.of(settings, TunnelLoops.count(settings.loops));
        };
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

    /**
     * Binds, and begins to accept.
     *
     * @return completes on an event loop with the tunnel, or fails with the reason why it can't listen
     */
    public CompletableFuture<RunningTunnel> start() {
        warnOfMissingUserTimeout();
        CompletableFuture<RunningTunnel> started = new CompletableFuture<>();
        if (from.isUnresolved()) { // each transport reports this in its own way, and without the name
            failed(started, unresolved(given(settings.listen)));
            return started;
        }
        ChannelFuture binding = incoming().bind(from);
        if (binding.cause() != null) { // at once, because its event loop may have ended and complete nothing
            failed(started, binding.cause());
            return started;
        }
        binding.addListener((ChannelFuture bound) -> {
            if (bound.isSuccess()) {
                started.complete(running(bound.channel()));
            } else {
                failed(started, bound.cause());
            }
        });
        return started;
    }

    /** A time-out that was asked for and has no effect. */
    private void warnOfMissingUserTimeout() {
        Duration requested = settings.stages.requestedUserTimeout;
        if (requested != null && !transport.hasUserTimeout()) {
            side.log()
                    .warn(
                            "the transport {} has no user time-out: the system decides when to give up a connection whose"
                                    + " data is not acknowledged, often after 15 minutes instead of {} s; use epoll or"
                                    + " io_uring on Linux",
                            transport,
                            requested.toMillis() / 1000.0);
        }
    }

    private RunningTunnel running(Channel listener) {
        InetSocketAddress boundAddress = (InetSocketAddress) listener.localAddress();
        return new RunningTunnel(boundAddress, runtime, new TunnelEnd(runtime, listener, loops));
    }

    private static UnknownHostException unresolved(HostAndPort address) {
        boolean scoped = address.host().indexOf('%') >= 0;
        return new UnknownHostException("can't listen on " + address + ": "
                + (scoped ? "this machine has no such interface" : "the name does not resolve"));
    }

    private void failed(CompletableFuture<RunningTunnel> started, Throwable cause) {
        runtime.stopConnecting();
        runtime.close();
        loops.abandon();
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
        switch (settings.role) {
            case CLIENT -> sockets.setOnWireSide(socket);
            case SERVER -> sockets.setOnPlainSide(socket);
        }
        return socket;
    }

    private void setOptions(Channel accepted) {
        switch (settings.role) {
            case CLIENT -> sockets.setOnPlainSide(accepted);
            case SERVER -> sockets.setOnWireSide(accepted);
        }
    }

    private ServerBootstrap incoming() {
        return new ServerBootstrap()
                .group(loops.group())
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel listener) {
                        listener.pipeline().addLast(runtime.newAcceptHandler()); // decides when to accept
                        listener.pipeline()
                                .addLast(new OrderHandler(settings.connectOrder.get())); // records the order of arrival
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
                side.log().error("{}: can't be taken up", accepted, e);
                Abort.reset(accepted);
            }
        }
    }
}
