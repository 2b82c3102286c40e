package io.saltunnel.examples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.examples.KeyExtension;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs what the documentation shows of handlers. */
class HandlersTest {
    @RegisterExtension
    final KeyExtension keys = new KeyExtension();

    @TempDir
    Path folder;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void aServerAndAClient() throws Exception {
        Path keyFile = folder.resolve("tunnel.key");
        Keys.create(keyFile);
        ServerBootstrap server = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class);
        Bootstrap client = new Bootstrap().group(loops).channel(NioSocketChannel.class);
        LockedBufferAllocator buffers = Handlers.lockedBuffers(client);
        try (LongTermKey key = Handlers.server(keyFile, server)) {
            Channel listener =
                    server.bind(InetAddress.getLoopbackAddress(), 0).sync().channel();
            Handlers.client(key, client, new EchoListener(heard), log);
            Channel channel = client.connect(listener.localAddress()).sync().channel();
            channel.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.UTF_8));
            assertThat(next(heard)).isEqualTo("hello");
            assertThat(next(log)).isEqualTo("up");
            Handlers.endAndClose(channel, Unpooled.copiedBuffer("goodbye", StandardCharsets.UTF_8));
            channel.closeFuture().sync();
        } finally {
            buffers.close();
        }
    }

    @Test
    void whatAnEmbedderIsTold() throws Exception {
        ServerBootstrap server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new io.netty.channel.ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(Handlers.settings(keys.key()).newHandler());
                        channel.pipeline().addLast(new Handlers.TellsOfTheHandshake(log));
                    }
                });
        Channel listener =
                server.bind(InetAddress.getLoopbackAddress(), 0).sync().channel();
        Bootstrap client = new Bootstrap().group(loops).channel(NioSocketChannel.class);
        Handlers.client(keys.key(), client, new EchoListener(heard), new LinkedBlockingQueue<>());
        client.connect(listener.localAddress()).sync();
        assertThat(next(log)).isEqualTo("the other side knows the key");

        Channel stranger = client.handler(new EchoListener(heard))
                .connect(listener.localAddress())
                .sync()
                .channel();
        stranger.writeAndFlush(Unpooled.wrappedBuffer(new byte[512]));
        assertThat(next(log)).startsWith("it has another key, or is no Saltunnel");
        assertThat(stranger.closeFuture().await(30, TimeUnit.SECONDS)).isTrue();
    }

    private static String next(BlockingQueue<String> queue) throws InterruptedException {
        return queue.poll(30, TimeUnit.SECONDS);
    }
}
