package io.saltunnel.examples.redis;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.redis.ArrayRedisMessage;
import io.netty.handler.codec.redis.ErrorRedisMessage;
import io.netty.handler.codec.redis.FullBulkStringRedisMessage;
import io.netty.handler.codec.redis.IntegerRedisMessage;
import io.netty.handler.codec.redis.RedisMessage;
import io.netty.handler.codec.redis.SimpleStringRedisMessage;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Pairs commands with replies, which come in the order of the commands. */
final class Conversation extends ChannelDuplexHandler {
    record Request(List<String> words, CompletableFuture<String> reply) {}

    private final Queue<CompletableFuture<String>> waiting = new ArrayDeque<>();

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        Request request = (Request) msg;
        List<RedisMessage> words = new ArrayList<>();
        for (String word : request.words()) {
            words.add(new FullBulkStringRedisMessage(ByteBufUtil.writeUtf8(ctx.alloc(), word)));
        }
        waiting.add(request.reply());
        ctx.write(new ArrayRedisMessage(words), promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        try {
            CompletableFuture<String> reply = waiting.remove();
            if (msg instanceof ErrorRedisMessage error) {
                reply.completeExceptionally(new RedisException(error.content()));
            } else {
                reply.complete(text((RedisMessage) msg));
            }
        } finally {
            ReferenceCountUtil.release(msg);
        }
    }

    private static String text(RedisMessage message) {
        if (message instanceof SimpleStringRedisMessage simple) {
            return simple.content();
        } else if (message instanceof FullBulkStringRedisMessage bulk) {
            return bulk.isNull() ? "(nil)" : bulk.content().toString(StandardCharsets.UTF_8);
        } else if (message instanceof IntegerRedisMessage integer) {
            return Long.toString(integer.value());
        } else if (message instanceof ArrayRedisMessage array) {
            return array.isNull()
                    ? "(nil)"
                    : array.children().stream().map(Conversation::text).collect(Collectors.joining(" "));
        }
        throw new IllegalArgumentException("a reply of an unknown kind: " + message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        waiting.forEach(reply -> reply.completeExceptionally(new ClosedChannelException()));
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        waiting.forEach(reply -> reply.completeExceptionally(cause));
        ctx.close();
    }
}
