package io.saltunnel.examples.snippets;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.saltunnel.core.key.KeyFileException;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.SaltunnelHandler;
import io.saltunnel.netty.SaltunnelHandlers;
import io.saltunnel.netty.SaltunnelSettings;
import io.saltunnel.netty.handshake.FailurePolicy;
import io.saltunnel.netty.handshake.HandshakeCompleted;
import io.saltunnel.netty.handshake.HandshakeFailed;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.stage.EndOfStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;

/** Saltunnel in one's own pipelines. */
final class Handlers {
    private Handlers() {}

    static LongTermKey server(Path keyFile, ServerBootstrap bootstrap) throws KeyFileException {
        // @start region="server"
        LongTermKey key = LongTermKey.load(keyFile); // 32 bytes that both sides share; closed at the program's end
        SaltunnelHandlers saltunnel = SaltunnelHandlers.server(key); // one for each server
        bootstrap.childHandler(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(saltunnel.newHandler()); // one for each channel, next to the socket
                channel.pipeline().addLast(new EchoHandler()); // your protocol, in plain ByteBufs
            }
        });
        // @end
        return key;
    }

    static void client(LongTermKey key, Bootstrap bootstrap, EchoListener myProtocol, BlockingQueue<String> log) {
        // @start region="client"
        SaltunnelHandlers saltunnel = SaltunnelHandlers.client(key); // one for each client
        bootstrap.handler(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                SaltunnelHandler tunnel = saltunnel.newHandler();
                channel.pipeline().addLast(tunnel, myProtocol);
                tunnel.handshakeFuture()
                        .addListener(done ->
                                log.add(done.isSuccess() ? "up" : done.cause().getMessage()));
            }
        });
        // @end
    }

    /** What a protocol is told before its first data. */
    static final class TellsOfTheHandshake extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<String> log;

        TellsOfTheHandshake(BlockingQueue<String> log) {
            this.log = log;
        }

        // @start region="events"
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof HandshakeCompleted) {
                log.add("the other side knows the key");
            } else if (event instanceof HandshakeFailed failed) {
                log.add(reason(failed.cause()));
            }
            ctx.fireUserEventTriggered(event);
        }

        private static String reason(HandshakeFailedException failure) {
            return switch (failure.reason()) {
                case REFUSED -> "it has another key, or is no Saltunnel: " + failure.failure();
                case CLOSED -> "it ended the connection";
                case TIMED_OUT -> "it has not answered in time";
                case FAULT -> "a fault of this side: " + failure.getCause();
            };
        }
        // @end
    }

    static SaltunnelHandlers settings(LongTermKey key) {
        // @start region="settings"
        SaltunnelSettings settings = SaltunnelSettings.defaults()
                .withHandshakeTimeout(Duration.ofSeconds(5))
                .withFailurePolicy(FailurePolicy.CLOSE); // don't hide that this is a server
        SaltunnelHandlers saltunnel = SaltunnelHandlers.server(key, settings);
        // @end
        return saltunnel;
    }

    static void endAndClose(Channel channel, ByteBuf lastData) {
        // @start region="end-and-close"
        channel.write(lastData);
        channel.writeAndFlush(EndOfStream.INSTANCE);
        channel.close();
        // @end
    }

    static LockedBufferAllocator lockedBuffers(AbstractBootstrap<?, ?> bootstrap) {
        // @start region="locked-buffers"
        LockedBufferAllocator buffers = LockedBufferAllocator.create(); // one for the program, closed at its end
        bootstrap.option(ChannelOption.ALLOCATOR, buffers); // of a ServerBootstrap: childOption
        // @end
        return buffers;
    }
}
