package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.netty.HandlerPair.Wire;
import io.saltunnel.netty.stage.ClosePolicy;
import io.saltunnel.netty.stage.EndOfStream;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promises of {@link SaltunnelHandler} that only sockets can show, on each transport of this machine: half-closure
 * on and off, and {@code autoRead} off.
 */
@Timeout(60)
class SaltunnelHandlerSocketsTest {
    private static final int BYTES = 200_000;

    private final BlockingQueue<String> serverHears = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> clientHears = new LinkedBlockingQueue<>();

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init") // connect() makes it
    private HandlerPair pair;

    static Stream<Wire> transports() {
        return Wire.tcp();
    }

    /** Describes events in words, and data by its total length so far. */
    private static final class Ear extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<String> heard;
        private int bytes;

        Ear(BlockingQueue<String> heard) {
            this.heard = heard;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            bytes += ((ByteBuf) msg).readableBytes();
            ((ByteBuf) msg).release();
            if (bytes % BYTES == 0) {
                heard.add("data");
            }
        }

        /** One read may bring several pieces; only after the last one is it clear whether another is needed. */
        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (bytes % BYTES != 0 && !ctx.channel().config().isAutoRead()) {
                ctx.read();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                heard.add("end");
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            heard.add("inactive");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            heard.add(cause.toString());
        }
    }

    /** With {@code autoRead} off, data in the same read as the handshake's end arrives without a request. */
    private Channel connect(Wire wire, boolean halfClosure, boolean serverReads) throws Exception {
        return connect(wire, SaltunnelSettings.defaults(), halfClosure, serverReads);
    }

    private Channel connect(Wire wire, SaltunnelSettings settings, boolean halfClosure, boolean serverReads)
            throws Exception {
        pair = new HandlerPair(
                wire,
                directory,
                settings,
                server -> server.childOption(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure)
                        .childOption(ChannelOption.AUTO_READ, serverReads),
                client -> client.option(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure),
                new Ear(serverHears),
                new Ear(clientHears));
        return pair.client();
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void eitherDirectionMayEndFirst(Wire wire) throws Exception {
        Channel client = connect(wire, true, true);
        Channel server = pair.accepted();
        client.write(Unpooled.buffer().writeZero(BYTES));
        client.writeAndFlush(EndOfStream.INSTANCE).sync();
        assertThat(next(serverHears)).isEqualTo("data");
        assertThat(next(serverHears)).isEqualTo("end");
        server.writeAndFlush(Unpooled.buffer().writeZero(BYTES)).sync();
        server.writeAndFlush(EndOfStream.INSTANCE).sync();
        server.close().sync();
        assertThat(next(clientHears)).isEqualTo("data");
        assertThat(next(clientHears)).isEqualTo("end");
        client.close().sync();
        assertThat(next(serverHears)).isEqualTo("inactive");
        assertThat(next(clientHears)).isEqualTo("inactive");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void withoutHalfClosureAnEndClosesBehindTheData(Wire wire) throws Exception {
        Channel client = connect(wire, false, true);
        client.write(Unpooled.buffer().writeZero(BYTES));
        client.write(EndOfStream.INSTANCE);
        client.close().sync(); // flushes
        assertServerHears("data", "end", "inactive");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aCloseWithoutAnEndIsAnAbortBehindTheData(Wire wire) throws Exception {
        Channel client = connect(wire, false, true);
        client.write(Unpooled.buffer().writeZero(BYTES));
        client.close().sync(); // flushes
        assertServerHears("data");
        assertThat(next(serverHears)).contains("TruncatedStreamException");
        assertServerHears("inactive");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aCloseEndsTheStreamWhereTheSettingsSaySo(Wire wire) throws Exception {
        Channel client =
                connect(wire, SaltunnelSettings.defaults().withClosePolicy(ClosePolicy.END_OF_STREAM), false, true);
        client.write(Unpooled.buffer().writeZero(BYTES));
        client.close().sync(); // flushes
        assertServerHears("data", "end", "inactive");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aCloseThatResetsTheConnectionEndsNothing(Wire wire) throws Exception {
        Channel client =
                connect(wire, SaltunnelSettings.defaults().withClosePolicy(ClosePolicy.END_OF_STREAM), true, true);
        client.config().setOption(ChannelOption.SO_LINGER, 0);
        client.close().sync();
        assertThat(next(serverHears)).containsIgnoringCase("reset");
        assertThat(next(serverHears)).isEqualTo("inactive");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void readsWhenAskedWithAutoReadOff(Wire wire) throws Exception {
        Channel client = connect(wire, true, false);
        Channel server = pair.accepted();
        for (int round = 0; round < 3; round++) {
            client.writeAndFlush(Unpooled.buffer().writeZero(BYTES));
            server.eventLoop().execute(() -> {
                serverHears.add("asks");
                server.read();
            });
            assertThat(next(serverHears)).isEqualTo("asks");
            assertThat(next(serverHears)).isEqualTo("data");
        }
        client.close().sync();
    }

    private void assertServerHears(String... expected) throws InterruptedException {
        for (String next : expected) {
            assertThat(next(serverHears)).isEqualTo(next);
        }
    }

    private static String next(BlockingQueue<String> heard) throws InterruptedException {
        return heard.poll(30, TimeUnit.SECONDS);
    }
}
