package io.saltunnel.examples.redis;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.redis.RedisArrayAggregator;
import io.netty.handler.codec.redis.RedisBulkStringAggregator;
import io.netty.handler.codec.redis.RedisDecoder;
import io.netty.handler.codec.redis.RedisEncoder;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.SaltunnelHandler;
import io.saltunnel.netty.SaltunnelHandlers;
import io.saltunnel.netty.SaltunnelSettings;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.stage.ClosePolicy;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A Redis client with Saltunnel in its pipeline: it connects to a {@code saltunnel server} that forwards to a Redis
 * server. Any thread.
 */
public final class RedisClient implements AutoCloseable {
    private static final int MAX_ELEMENTS = 1000;
    private static final int MAX_DEPTH = 10;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final SaltunnelHandler tunnel;
    private final Channel channel;

    /**
     * Connects, and begins the handshake. What is sent before it's done waits for it.
     *
     * @param key the long-term key; borrowed, must stay open until the handshake is done
     * @param saltunnel where the saltunnel server listens; throws what made connecting fail
     */
    public RedisClient(LongTermKey key, SocketAddress saltunnel) {
        SaltunnelSettings settings = SaltunnelSettings.defaults().withClosePolicy(ClosePolicy.END_OF_STREAM);
        tunnel = SaltunnelHandlers.client(key, settings).newHandler();
        channel = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel wire) {
                        wire.pipeline()
                                .addLast(tunnel)
                                .addLast(new RedisDecoder(), new RedisBulkStringAggregator())
                                .addLast(new RedisArrayAggregator(MAX_ELEMENTS, MAX_DEPTH), new RedisEncoder())
                                .addLast(new Conversation());
                    }
                })
                .connect(saltunnel)
                .addListener(this::endIfFailed)
                .syncUninterruptibly()
                .channel();
    }

    /** Ends the event loops if connecting fails, since the caller then gets no client to close. */
    private void endIfFailed(Future<? super Void> connected) {
        if (!connected.isSuccess()) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /**
     * Sends a command.
     *
     * @param words the command and its arguments
     * @return the reply, lists and numbers as text; fails with {@link RedisException} if the server says so, with what
     *     became of the handshake (a {@code HandshakeFailedException}, if the keys differ), or of the connection
     */
    public CompletableFuture<String> send(String... words) {
        CompletableFuture<String> reply = new CompletableFuture<>();
        channel.writeAndFlush(new Conversation.Request(List.of(words), reply)).addListener(written -> {
            if (!written.isSuccess()) {
                Throwable handshake = tunnel.handshakeFuture().cause();
                reply.completeExceptionally(handshake != null ? handshake : written.cause());
            }
        });
        return reply;
    }

    /** Closes the connection. */
    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /**
     * Sends one command and prints the reply.
     *
     * @param arguments a key file, {@code host:port} of a saltunnel server, and the command's words
     * @throws Exception if the key can't be read, or there is no reply
     */
    public static void main(String[] arguments) throws Exception {
        HostAndPort saltunnel = HostAndPort.parse(arguments[1]);
        try (LongTermKey key = LongTermKey.load(Path.of(arguments[0]));
                RedisClient redis = new RedisClient(key, new InetSocketAddress(saltunnel.host(), saltunnel.port()))) {
            String[] words = Arrays.copyOfRange(arguments, 2, arguments.length);
            System.out.println(redis.send(words).get(1, TimeUnit.MINUTES));
        }
    }
}
