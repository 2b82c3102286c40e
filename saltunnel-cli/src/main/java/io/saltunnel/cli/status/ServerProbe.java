package io.saltunnel.cli.status;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseNotifier;
import io.saltunnel.cli.probe.AddressRace;
import io.saltunnel.cli.probe.HelloOnly;
import io.saltunnel.cli.probe.Lookups;
import io.saltunnel.netty.SaltunnelHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks servers to prove the key. A connection is closed as soon as its server has answered the hello: a server connects
 * to its target only after the client's next message. Any thread may ask.
 */
final class ServerProbe implements AutoCloseable {

    /** The longest time for an answer, less than a supervisor's patience as a rule. */
    static final int LIMIT_SECONDS = 5;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("saltunnel-probe", true), NioIoHandler.newFactory());
    private final Lookups lookups = new Lookups();

    /**
     * Asks the servers of a tunnel: the next one if one fails, or hasn't answered after a moment.
     *
     * @param contact released before this completes
     * @return completes within {@link #LIMIT_SECONDS}: empty if a server has proved the key, otherwise why none has
     */
    CompletableFuture<Optional<String>> ask(ServerContact contact) {
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        CompletableFuture<Optional<String>> released =
                answer.whenComplete((done, never) -> contact.release().run());
        EventLoop only = loop.next();
        only.execute(() -> {
            Future<Channel> race =
                    AddressRace.run(only, lookups, contact.servers(), address -> attempt(address, contact));
            answer.whenComplete((done, never) -> race.cancel(false));
            race.addListener(won -> {
                if (won.isSuccess()) {
                    race.getNow().close();
                    answer.complete(Optional.empty());
                } else {
                    answer.complete(Optional.of(String.valueOf(won.cause().getMessage())));
                }
            });
        });
        answer.completeOnTimeout(
                Optional.of("no answer within " + LIMIT_SECONDS + " s"), LIMIT_SECONDS, TimeUnit.SECONDS);
        return released;
    }

    private AddressRace.Attempt attempt(SocketAddress address, ServerContact contact) {
        SaltunnelHandler tunnel = contact.handshakes().newHandler();
        ChannelFuture connected = bootstrap(address, tunnel).connect(address);
        Promise<Channel> proof = connected.channel().eventLoop().newPromise();
        connected.addListener(connection -> {
            if (connection.isSuccess()) {
                tunnel.handshakeFuture().addListener(new PromiseNotifier<>(false, proof));
            } else {
                proof.tryFailure(connection.cause());
            }
        });
        return new AddressRace.Attempt(connected.channel(), proof);
    }

    private Bootstrap bootstrap(SocketAddress address, SaltunnelHandler tunnel) {
        return new Bootstrap()
                .group(loop)
                .channelFactory(
                        address instanceof InetSocketAddress ? NioSocketChannel::new : NioDomainSocketChannel::new)
                .option(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HelloOnly(), tunnel, new LastHandler());
                    }
                });
    }

    /** Requests that have no answer yet get none from their servers any more. */
    @Override
    public void close() {
        lookups.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    /** Takes what nobody needs: the handshake's future has told its end. */
    private static final class LastHandler extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            ReferenceCountUtil.release(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
