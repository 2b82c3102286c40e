package io.saltunnel.examples.recipes;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.saltunnel.netty.SaltunnelHandlers;

/** HTTP/2 in Netty's own handlers, without TLS and without an upgrade from HTTP/1.1: both sides know the key already. */
final class Http2Recipe {
    private Http2Recipe() {}

    static ChannelHandler server(SaltunnelHandlers saltunnel, ChannelHandler stream) {
        // @start region="http2-server"
        ChannelInitializer<Channel> child = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(saltunnel.newHandler()) // first: the codec writes as it is added
                        .addLast(Http2FrameCodecBuilder.forServer().build())
                        .addLast(new Http2MultiplexHandler(stream));
            }
        };
        // @end
        return child;
    }

    static ChannelHandler client(SaltunnelHandlers saltunnel, ChannelHandler pushed) {
        // @start region="http2-client"
        // Streams are opened with Http2StreamChannelBootstrap.
        ChannelInitializer<Channel> handler = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(saltunnel.newHandler())
                        .addLast(Http2FrameCodecBuilder.forClient().build())
                        .addLast(new Http2MultiplexHandler(pushed));
            }
        };
        // @end
        return handler;
    }
}
