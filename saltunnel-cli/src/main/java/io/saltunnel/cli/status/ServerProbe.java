package io.saltunnel.cli.status;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.saltunnel.netty.SaltunnelHandler;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks servers to prove the key. A connection is closed as soon as its server has answered the hello: a server connects
 * to its target only after the client's next message. Names are looked up on the one thread of this, which starts with
 * the first request. Any thread may ask.
 */
final class ServerProbe implements AutoCloseable {

    /** The longest time for an answer, less than a supervisor's patience as a rule. */
    static final int LIMIT_SECONDS = 5;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("saltunnel-probe", true), NioIoHandler.newFactory());

    /**
     * Asks the server of a tunnel.
     *
     * @param contact released before this completes
     * @return completes within {@link #LIMIT_SECONDS}: empty if the server has proved the key, otherwise why it hasn't
     */
    CompletableFuture<Optional<String>> ask(ServerContact contact) {
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        CompletableFuture<Optional<String>> released =
                answer.whenComplete((done, never) -> contact.release().run());
        loop.execute(() -> {
            try {
                List<SocketAddress> addresses = new ArrayList<>();
                String fault = "it has no address";
                for (Endpoint server : contact.servers()) {
                    if (answer.isDone()) { // the look-up of another name took too long
                        return;
                    }
                    try {
                        addresses.addAll(addressesOf(server));
                    } catch (UnknownHostException e) {
                        fault = "the name does not resolve";
                    }
                }
                tryNext(addresses.iterator(), fault, contact, answer);
            } catch (RuntimeException e) {
                answer.complete(Optional.of(String.valueOf(e.getMessage())));
            }
        });
        answer.completeOnTimeout(
                Optional.of("no answer within " + LIMIT_SECONDS + " s"), LIMIT_SECONDS, TimeUnit.SECONDS);
        return released;
    }

    private static List<SocketAddress> addressesOf(Endpoint server) throws UnknownHostException {
        if (!(server instanceof HostAndPort tcp)) {
            return List.of(server.toSocketAddress());
        }
        List<SocketAddress> addresses = new ArrayList<>();
        for (InetAddress each : InetAddress.getAllByName(tcp.host())) {
            addresses.add(new InetSocketAddress(each, tcp.port()));
        }
        return addresses;
    }

    private void tryNext(
            Iterator<SocketAddress> addresses,
            String fault,
            ServerContact contact,
            CompletableFuture<Optional<String>> answer) {
        if (!addresses.hasNext()) {
            answer.complete(Optional.of(fault));
        }
        if (answer.isDone()) {
            return;
        }
        SocketAddress address = addresses.next();
        SaltunnelHandler tunnel = contact.handshakes().newHandler();
        ChannelFuture connected = bootstrap(address, tunnel).connect(address);
        answer.whenComplete((done, never) -> connected.channel().close());
        connected.addListener(connection -> {
            if (!connection.isSuccess()) {
                tryNext(addresses, reasonOf(connection.cause()), contact, answer);
                return;
            }
            tunnel.handshakeFuture().addListener(handshake -> {
                if (handshake.isSuccess()) {
                    answer.complete(Optional.empty());
                } else {
                    tryNext(addresses, reasonOf(handshake.cause()), contact, answer);
                }
            });
        });
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

    /** In one line. */
    private static String reasonOf(Throwable cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    /** Requests that have no answer yet get none from their servers any more. */
    @Override
    public void close() {
        // A look-up of a name can't be interrupted. The loop's thread is a daemon.
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

    /** Lets the first message leave, which is the hello, and nothing else. */
    private static final class HelloOnly extends ChannelOutboundHandlerAdapter {
        private boolean sent;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (sent) {
                ReferenceCountUtil.release(message);
                promise.trySuccess();
            } else {
                sent = true;
                ctx.write(message, promise);
            }
        }
    }
}
