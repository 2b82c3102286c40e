package io.saltunnel.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.examples.KeyExtension;
import io.saltunnel.netty.SaltunnelHandlers;
import io.saltunnel.netty.SaltunnelSettings;
import io.saltunnel.netty.stage.ClosePolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class Http2RecipeTest {
    private static final SaltunnelSettings SETTINGS =
            SaltunnelSettings.defaults().withClosePolicy(ClosePolicy.END_OF_STREAM);

    @RegisterExtension
    final KeyExtension keys = new KeyExtension();

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void streamsGoThroughTheTunnel() throws Exception {
        Channel listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(Http2Recipe.server(SaltunnelHandlers.server(keys.key(), SETTINGS), new Greeter()))
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        try (WireTap wire = WireTap.before((InetSocketAddress) listener.localAddress())) {
            Channel connection = new Bootstrap()
                    .group(loops)
                    .channel(NioSocketChannel.class)
                    .handler(Http2Recipe.client(
                            SaltunnelHandlers.client(keys.key(), SETTINGS), new ChannelInboundHandlerAdapter()))
                    .connect(wire.address())
                    .sync()
                    .channel();
            for (String path : new String[] {"/one", "/two"}) {
                assertThat(get(connection, path)).isEqualTo("hello from " + path);
            }
            connection.close().sync();
            wire.assertShowsNothingOf("PRI * HTTP/2.0", "hello from");
        }
    }

    private static String get(Channel connection, String path) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Http2StreamChannel stream = new Http2StreamChannelBootstrap(connection)
                .handler(new SimpleChannelInboundHandler<Http2StreamFrame>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, Http2StreamFrame frame) {
                        if (frame instanceof Http2DataFrame data && data.isEndStream()) {
                            answer.complete(data.content().toString(StandardCharsets.UTF_8));
                        }
                    }
                })
                .open()
                .sync()
                .getNow();
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(
                new DefaultHttp2Headers()
                        .method("GET")
                        .scheme("http")
                        .authority("a")
                        .path(path),
                true));
        return answer.get(30, TimeUnit.SECONDS);
    }

    /** Answers each request with its path. */
    @Sharable
    private static final class Greeter extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (msg instanceof Http2HeadersFrame request) {
                String text = "hello from " + request.headers().path();
                ctx.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
                ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), true));
            }
            ReferenceCountUtil.release(msg);
        }
    }
}
