package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.deadline.Deadline;
import io.saltunnel.netty.internal.stage.IdleTimeoutStage;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: a process that was stopped for longer than a time-out handles the data that has arrived meanwhile, instead of
 * timing out.
 */
// The thread that created the event loop is its thread.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SAME_THREAD)
class StoppedProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final StoppedLoop stopped = new StoppedLoop();
    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
    private final SaltunnelSettings settings = SaltunnelSettings.defaults().withHandshakeTimeout(LIMIT);
    private final SaltunnelHandler client =
            SaltunnelHandlers.client(key, settings).newHandler();
    private final SaltunnelHandler server =
            SaltunnelHandlers.server(key, settings).newHandler();
    private final List<String> events = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        stopped.close();
        key.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    // ---- a deadline by itself

    @Test
    void aDeadlinePassesAfterOneMoreLook() {
        Deadline.in(stopped.loop, LIMIT, () -> events.add("passed"));
        stopped.stopFor(LONG, () -> events.add("looked"));
        assertThat(events).containsExactly("looked", "passed");
    }

    @Test
    void whatThatLookBringsCallsItOff() {
        Deadline deadline = Deadline.in(stopped.loop, LIMIT, () -> events.add("passed"));
        stopped.stopFor(LONG, () -> events.add("called off: " + deadline.callOff()));
        assertThat(events).containsExactly("called off: true");
        assertThat(deadline.callOff()).isFalse();
    }

    @Test
    void aDeadlineDoesNotPassBefore() {
        Deadline deadline = Deadline.in(stopped.loop, LIMIT, () -> events.add("passed"));
        stopped.stopFor(LIMIT.minusMillis(1), () -> {});
        assertThat(events).isEmpty();
        assertThat(deadline.callOff()).isTrue();
    }

    // ---- handshakes

    @Test
    void aClientTakesTheAnswerThatCameMeanwhile() throws Exception {
        Held toClient = new Held();
        connect(new ChannelHandler[] {toClient, client}, server);
        stopped.run();
        assertThat(toClient.frames).hasSize(1);
        stopped.stopFor(LONG, toClient::release);
        assertThat(client.handshakeFuture().isSuccess()).isTrue();
    }

    @Test
    void aClientThatWasStoppedBeforeItSpokeWaitsForTheAnswer() throws Exception {
        AtomicBoolean stops = new AtomicBoolean();
        SaltunnelHandler slow = SaltunnelHandlers.client(key, settings.withRandom(target -> {
                    if (stops.getAndSet(false)) { // in the middle of its hello
                        stopped.ticker.advance(LONG.toNanos(), TimeUnit.NANOSECONDS);
                    }
                    RandomSource.system().fill(target);
                }))
                .newHandler();
        SaltunnelHandler patient = SaltunnelHandlers.server(key, settings.withHandshakeTimeout(LONG.multipliedBy(2)))
                .newHandler();
        Held toClient = new Held();
        stops.set(true);
        connect(new ChannelHandler[] {toClient, slow}, patient);
        stopped.run();
        assertThat(stops).isFalse();
        assertThat(slow.handshakeFuture().isDone()).isFalse();
        toClient.release();
        assertThat(slow.handshakeFuture().isSuccess()).isTrue();
        stopped.run();
    }

    @Test
    void aServerTakesTheProofThatCameMeanwhile() throws Exception {
        Held toServer = new Held();
        connect(new ChannelHandler[] {client}, toServer, server);
        stopped.run();
        toServer.release();
        stopped.run();
        assertThat(client.handshakeFuture().isSuccess()).isTrue();
        assertThat(server.handshakeFuture().isDone()).isFalse();
        stopped.stopFor(LONG, toServer::release);
        assertThat(server.handshakeFuture().isSuccess()).isTrue();
    }

    @Test
    void aClientThatGotNoAnswerGivesUp() throws Exception {
        Held toClient = new Held();
        Channel channel = connect(new ChannelHandler[] {toClient, client}, server);
        stopped.run();
        stopped.stopFor(LONG, () -> {});
        assertThat(client.handshakeFuture().cause())
                .isInstanceOfSatisfying(
                        HandshakeFailedException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(HandshakeFailedException.Reason.TIMED_OUT));
        assertThat(channel.isOpen()).isFalse();
        toClient.frames.forEach(ByteBuf::release);
    }

    // ---- idle connections

    @Test
    void aConnectionIsNotIdleIfDataCameMeanwhile() throws Exception {
        Held toPlain = new Held();
        Channel channel = connect(idleAfter(toPlain), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext ctx) {
                ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[1]));
            }
        });
        stopped.run();
        stopped.stopFor(LONG, toPlain::release);
        assertThat(events).isEmpty();
        channel.close();
        stopped.run();
    }

    @Test
    void aConnectionIsNotIdleIfSomethingWasWrittenMeanwhile() throws Exception {
        Channel channel = connect(idleAfter(new Held()));
        stopped.run();
        stopped.stopFor(LONG, () -> channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1])));
        assertThat(events).isEmpty();
        channel.close();
        stopped.run();
    }

    @Test
    void aConnectionIsIdleIfNothingCameMeanwhile() throws Exception {
        Channel channel = connect(idleAfter(new Held()));
        stopped.run();
        stopped.stopFor(LONG, () -> {});
        assertThat(events).containsExactly("idle for 10.0 s");
        channel.close();
        stopped.run();
    }

    private ChannelHandler[] idleAfter(ChannelHandler first) {
        IdleTimeoutStage stage = new IdleTimeoutStage(LIMIT);
        AnyConnection connection = new AnyConnection();
        List<ChannelHandler> handlers = new ArrayList<>(List.of(first));
        handlers.addAll(stage.handlersAt(PipelineStage.Place.PLAIN_SOCKET, connection));
        handlers.addAll(stage.nextToRelay().handlersAt(PipelineStage.Place.PLAIN_SOCKET, connection));
        handlers.add(new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                events.add(cause.getMessage());
            }
        });
        return handlers.toArray(ChannelHandler[]::new);
    }

    // ---- parts

    /** Two ends on the stopped loop. */
    private Channel connect(ChannelHandler[] connecting, ChannelHandler... accepting) {
        LocalAddress address = new LocalAddress(StoppedProcessTest.class);
        new ServerBootstrap()
                .group(stopped.loop)
                .channel(LocalServerChannel.class)
                .childHandler(of(accepting))
                .bind(address);
        stopped.run();
        return new Bootstrap()
                .group(stopped.loop)
                .channel(LocalChannel.class)
                .handler(of(connecting))
                .connect(address)
                .channel();
    }

    private static ChannelHandler of(ChannelHandler... handlers) {
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handlers);
            }
        };
    }

    /** A wire that holds sent messages and passes them on one at a time. */
    private static final class Held extends ChannelInboundHandlerAdapter {
        final Queue<ByteBuf> frames = new ArrayDeque<>();

        @SuppressWarnings("NullAway.Init") // handlerAdded() sets it
        private ChannelHandlerContext ctx;

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            ctx = context;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object msg) {
            frames.add((ByteBuf) msg);
        }

        void release() {
            ctx.fireChannelRead(frames.remove());
            ctx.fireChannelReadComplete();
        }
    }

    private static final class AnyConnection implements TunnelConnection {
        @Override
        public long id() {
            return 1;
        }

        @Override
        public Role role() {
            return Role.CLIENT;
        }

        @Override
        public SocketAddress peer() {
            return LocalAddress.ANY;
        }

        @Override
        public SocketAddress local() {
            return LocalAddress.ANY;
        }

        @Override
        public HostAndPort target() {
            return HostAndPort.parse("127.0.0.1:1");
        }

        @Override
        public void whenEnded(Consumer<? super ConnectionSummary> listener) {
            // Only its handlers are used.
        }
    }
}
