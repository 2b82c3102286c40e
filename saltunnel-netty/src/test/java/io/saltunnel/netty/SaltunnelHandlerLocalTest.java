package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.handshake.HandshakeCompleted;
import io.saltunnel.netty.stage.EndOfStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a handler that is added to a channel that is active loses nothing. On channels within the process, which
 * deliver at once, on one event loop and on two.
 */
@Timeout(60)
class SaltunnelHandlerLocalTest {
    private static final int RUNS = 200;

    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
    private final SaltunnelHandlers servers = SaltunnelHandlers.server(key);
    private final SaltunnelHandlers clients = SaltunnelHandlers.client(key);
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final LocalAddress address = new LocalAddress(SaltunnelHandlerLocalTest.class);

    @SuppressWarnings({"NullAway.Init", "deprecation"}) // listen() makes them, of the kind that 4.1 has too
    private EventLoopGroup loops;

    /** Tells of the end of the handshake and of data. */
    private final class Ear extends ChannelInboundHandlerAdapter {
        private final String name;

        Ear(String name) {
            this.name = name;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof HandshakeCompleted completed) {
                heard.add(name + " completed " + completed.handler());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            heard.add(name + " got " + ((ByteBuf) msg).readableBytes());
            ((ByteBuf) msg).release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            heard.add(name + " " + cause);
        }
    }

    @SuppressWarnings("deprecation") // the only one that both 4.1 and 4.2 have
    private void listen(int threads) throws InterruptedException {
        loops = new DefaultEventLoopGroup(threads);
        new ServerBootstrap()
                .group(loops)
                .channel(LocalServerChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast("tun", servers.newHandler()).addLast(new Ear("server"));
                    }
                })
                .bind(address)
                .sync();
    }

    private Channel connect() throws InterruptedException {
        return new Bootstrap()
                .group(loops)
                .channel(LocalChannel.class)
                .option(ChannelOption.AUTO_READ, true)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(address)
                .sync()
                .channel();
    }

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        key.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatOneTaskOfTheLoopAddsMissesNothing(int threads) throws Exception {
        listen(threads);
        for (int run = 0; run < RUNS; run++) {
            Channel client = connect();
            client.eventLoop()
                    .submit(() -> {
                        client.pipeline().addLast("tun", clients.newHandler());
                        client.read(); // as handlers do when they are added
                        client.pipeline().addLast(new Ear("client"));
                    })
                    .sync();
            assertCompleted(client);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatAnotherThreadAddsBeforeTheHandlerMissesNothing(int threads) throws Exception {
        listen(threads);
        for (int run = 0; run < RUNS; run++) {
            Channel client = connect();
            client.pipeline().addLast(new Ear("client")).addFirst("tun", clients.newHandler());
            assertCompleted(client);
        }
    }

    private void assertCompleted(Channel client) throws InterruptedException {
        client.writeAndFlush(Unpooled.buffer().writeZero(10));
        assertThat(next()).isEqualTo("client completed tun");
        assertThat(next()).isEqualTo("server completed tun");
        assertThat(next()).isEqualTo("server got 10");
        client.writeAndFlush(EndOfStream.INSTANCE).sync();
        client.close().sync();
    }

    @ParameterizedTest
    @CsvSource({"1, true", "1, false", "2, true", "2, false"})
    void removingTheHandlerEndsTheConnectionWithAnException(int threads, boolean onTheLoop) throws Exception {
        listen(threads);
        Channel client = connect();
        client.pipeline().addLast(new Ear("client")).addFirst("tun", clients.newHandler());
        assertThat(next()).endsWith("completed tun");
        assertThat(next()).endsWith("completed tun");
        if (onTheLoop) {
            client.eventLoop().submit(() -> client.pipeline().remove("tun")).sync();
        } else {
            client.pipeline().remove("tun");
        }
        assertThat(client.writeAndFlush(Unpooled.buffer().writeZero(10)).await().isSuccess())
                .isFalse();
        assertThat(List.of(next(), next()))
                .anySatisfy(said -> assertThat(said).contains("tun was removed from an open channel"))
                .anySatisfy(said -> assertThat(said).contains("TruncatedStreamException"));
        client.closeFuture().sync();
    }

    private String next() throws InterruptedException {
        return heard.poll(30, TimeUnit.SECONDS);
    }
}
