package io.saltunnel.cli;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.saltunnel.cli.probe.AddressRace;
import io.saltunnel.cli.probe.HelloOnly;
import io.saltunnel.cli.probe.Lookups;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.ClientBuilder;
import io.saltunnel.netty.SaltunnelHandler;
import io.saltunnel.netty.SaltunnelHandlers;
import io.saltunnel.netty.SaltunnelSettings;
import io.saltunnel.netty.Transport;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.handshake.HandshakeCompleted;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.stage.EndOfStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes handshakes with servers, one at a time. One thread. */
final class Ping implements AutoCloseable {

    private static final double NANOS_PER_MILLISECOND = 1e6;

    /** How far an attempt goes. */
    enum Reach {
        /** Until the server has proved the key. The server gets only the hello, and doesn't connect to its target. */
        SERVER,
        /** Until the target has sent data, or ended its stream. */
        TARGET
    }

    /**
     * The result of an attempt.
     *
     * @param good whether the attempt got as far as its {@link Reach}
     * @param line describes the result to the user
     */
    record Answer(boolean good, String line) {}

    /** A connection's handlers. Its pipeline no longer has them if the server has closed it at once. */
    private record Handlers(SaltunnelHandler tunnel, TargetListener target) {}

    private static final AttributeKey<Handlers> HANDLERS = AttributeKey.valueOf(Ping.class, "handlers");

    private final SaltunnelHandlers handshakes;
    private final Duration timeout;
    private final Optional<Duration> connectTimeout;
    private final Reach reach;
    private final Lookups lookups = new Lookups();
    private final EventLoopGroup loops = Transport.NIO.newEventLoops(1, new DefaultThreadFactory("saltunnel-ping"));

    /**
     * Prepares attempts with these settings.
     *
     * @param key borrowed
     */
    Ping(LongTermKey key, SaltunnelSettings settings, Optional<Duration> connectTimeout, Reach reach) {
        this.handshakes = SaltunnelHandlers.client(key, settings);
        this.timeout = settings.handshakeTimeout().orElse(ClientBuilder.DEFAULT_HANDSHAKE_TIMEOUT);
        this.connectTimeout = connectTimeout;
        this.reach = reach;
    }

    /**
     * Connects to the first of a server's addresses that accepts the connection, as a tunnel does, and makes a
     * handshake there. If the handshake fails without an answer, the result names the likely causes, the likeliest
     * first.
     */
    Answer once(Endpoint server) throws InterruptedException {
        CompletableFuture<Future<Channel>> begun = new CompletableFuture<>();
        EventLoop loop = loops.next();
        loop.execute(() -> {
            try {
                begun.complete(AddressRace.run(loop, lookups, List.of(server), this::connect));
            } catch (RuntimeException | Error e) {
                begun.completeExceptionally(e);
            }
        });
        Future<Channel> connection = begun.join().await();
        if (!connection.isSuccess()) {
            return new Answer(
                    false, "can't be connected to: " + connection.cause().getMessage());
        }
        Channel channel = connection.getNow();
        Handlers handlers = channel.attr(HANDLERS).get();
        return shakeHands(channel, handlers.tunnel, handlers.target);
    }

    private AddressRace.Attempt connect(SocketAddress address) {
        Handlers handlers = new Handlers(handshakes.newHandler(), new TargetListener(System.nanoTime()));
        TargetListener target = handlers.target;
        ChannelFuture connection = bootstrap(address, handlers.tunnel, target)
                .attr(HANDLERS, handlers)
                .connect(address);
        connection.addListener(connected -> target.connected = System.nanoTime());
        return new AddressRace.Attempt(connection.channel(), connection);
    }

    private Answer shakeHands(Channel channel, SaltunnelHandler tunnel, TargetListener target)
            throws InterruptedException {
        try {
            Future<Channel> handshake = tunnel.handshakeFuture().await();
            long proved = System.nanoTime();
            if (!handshake.isSuccess()) {
                return new Answer(false, explain((HandshakeFailedException) handshake.cause()));
            }
            String line = String.format(
                    Locale.ROOT,
                    "proved the key in %.1f ms, after %.1f ms to connect; protocol version %s; the clocks agree within an"
                            + " hour",
                    (proved - target.connected) / NANOS_PER_MILLISECOND,
                    (target.connected - target.began) / NANOS_PER_MILLISECOND,
                    target.version.join() == ProtocolVersion.V1 ? "1" : "2");
            return switch (reach) {
                case SERVER -> new Answer(true, line);
                case TARGET -> throughTo(channel, target, line, proved);
            };
        } finally {
            channel.close().await();
        }
    }

    private Answer throughTo(Channel channel, TargetListener target, String line, long proved)
            throws InterruptedException {
        channel.writeAndFlush(EndOfStream.INSTANCE);
        try {
            String heard = target.heard.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(
                    true,
                    String.format(
                            Locale.ROOT,
                            "%s; the target %s after %.1f ms",
                            line,
                            heard,
                            (System.nanoTime() - proved) / NANOS_PER_MILLISECOND));
        } catch (ExecutionException e) {
            return new Answer(
                    false,
                    line + "; then the connection was reset: can the server reach its target, which may refuse?");
        } catch (TimeoutException e) {
            return new Answer(
                    false,
                    line + "; the target sent nothing, and no end, within " + timeout.toMillis() / 1000.0 + " s");
        }
    }

    private Bootstrap bootstrap(SocketAddress server, SaltunnelHandler tunnel, TargetListener target) {
        return new Bootstrap()
                .group(loops)
                .channelFactory(
                        server instanceof InetSocketAddress ? NioSocketChannel::new : NioDomainSocketChannel::new)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(
                        Integer.MAX_VALUE, connectTimeout.orElse(timeout).toMillis()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (reach == Reach.SERVER) {
                            channel.pipeline().addLast(new HelloOnly());
                        }
                        channel.pipeline().addLast(tunnel, target);
                    }
                });
    }

    /** Adds the likely causes to the message of a failure, the likeliest first. */
    private static String explain(HandshakeFailedException failure) {
        String hint = switch (failure.reason()) {
            case REFUSED -> " (is it a saltunnel server, with the same key?)";
            case CLOSED, TIMED_OUT ->
                " (likely causes, the first is the likeliest: it isn't a saltunnel server; it hasn't the same key; both"
                        + " clocks don't agree within an hour, this one has "
                        + SystemClock.described(Instant.now(), SystemClock.sync())
                        + "; it hasn't the same name; it doesn't know this version of the protocol; its allow-from"
                        + " leaves this machine out)";
            case FAULT -> "";
        };
        return failure.getMessage() + hint;
    }

    @Override
    public void close() {
        lookups.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Records when the handshake completes, and what comes out of the tunnel first. */
    private static final class TargetListener extends ChannelInboundHandlerAdapter {
        final long began;
        volatile long connected;
        final CompletableFuture<ProtocolVersion> version = new CompletableFuture<>();
        final CompletableFuture<String> heard = new CompletableFuture<>();

        TargetListener(long began) {
            this.began = began;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof HandshakeCompleted completed) {
                version.complete(completed.version());
            } else if (event instanceof ChannelInputShutdownEvent) {
                heard.complete("ended its stream");
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
            heard.complete("sent data");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            heard.completeExceptionally(cause);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            heard.completeExceptionally(new ClosedChannelException());
        }
    }
}
