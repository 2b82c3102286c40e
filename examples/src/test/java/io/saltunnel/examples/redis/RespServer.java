package io.saltunnel.examples.redis;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.redis.ArrayRedisMessage;
import io.netty.handler.codec.redis.ErrorRedisMessage;
import io.netty.handler.codec.redis.FullBulkStringRedisMessage;
import io.netty.handler.codec.redis.IntegerRedisMessage;
import io.netty.handler.codec.redis.RedisArrayAggregator;
import io.netty.handler.codec.redis.RedisBulkStringAggregator;
import io.netty.handler.codec.redis.RedisDecoder;
import io.netty.handler.codec.redis.RedisEncoder;
import io.netty.handler.codec.redis.RedisMessage;
import io.netty.handler.codec.redis.SimpleStringRedisMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Enough of Redis to talk to: PING, SET, GET, APPEND and MGET. */
final class RespServer implements AutoCloseable {
    private static final int MAX_ELEMENTS = 1000;
    private static final int MAX_DEPTH = 10;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final Channel listener = new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(SocketChannel channel) {
                    channel.pipeline()
                            .addLast(new RedisDecoder(), new RedisBulkStringAggregator())
                            .addLast(new RedisArrayAggregator(MAX_ELEMENTS, MAX_DEPTH), new RedisEncoder())
                            .addLast(new Commands());
                }
            })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();

    InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Commands extends SimpleChannelInboundHandler<ArrayRedisMessage> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ArrayRedisMessage command) {
            List<String> words = command.children().stream()
                    .map(word -> ((FullBulkStringRedisMessage) word).content().toString(StandardCharsets.UTF_8))
                    .toList();
            ctx.writeAndFlush(reply(ctx, words));
        }

        private RedisMessage reply(ChannelHandlerContext ctx, List<String> words) {
            return switch (words.get(0)) {
                case "PING" -> new SimpleStringRedisMessage("PONG");
                case "SET" -> {
                    values.put(words.get(1), words.get(2));
                    yield new SimpleStringRedisMessage("OK");
                }
                case "APPEND" ->
                    new IntegerRedisMessage(values.merge(words.get(1), words.get(2), String::concat)
                            .length());
                case "GET" -> bulk(ctx, words.get(1));
                case "MGET" -> {
                    List<RedisMessage> all = new ArrayList<>();
                    words.subList(1, words.size()).forEach(key -> all.add(bulk(ctx, key)));
                    yield new ArrayRedisMessage(all);
                }
                default -> new ErrorRedisMessage("ERR unknown command '" + words.get(0) + "'");
            };
        }

        private FullBulkStringRedisMessage bulk(ChannelHandlerContext ctx, String key) {
            String value = values.get(key);
            return value == null
                    ? FullBulkStringRedisMessage.NULL_INSTANCE
                    : new FullBulkStringRedisMessage(ByteBufUtil.writeUtf8(ctx.alloc(), value));
        }
    }
}
