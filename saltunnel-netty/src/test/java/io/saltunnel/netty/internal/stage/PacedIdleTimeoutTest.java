package io.saltunnel.netty.internal.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.KeyChanges;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.internal.abort.HalfClosingChannel;
import io.saltunnel.netty.internal.cipher.CipherHandler;
import io.saltunnel.netty.internal.codec.FrameCodec;
import io.saltunnel.netty.stage.ClosePolicy;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.EndOfStream;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TrafficShape;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The idle time-out of a connection whose wire side has a pace: data moves at the pace, and padding doesn't count. In
 * virtual time.
 */
class PacedIdleTimeoutTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofMillis(10);
    private static final int LONGEST_READ = 63_232;

    /** Four frames a second: a read takes 32 s. */
    private static final long RATE = 2048;

    private final SecretMemory memory = SecretMemory.create();
    private final KeyChanges changes = new KeyChanges(() -> 0, RandomSource.system(), memory);
    private final EmbeddedChannel plain = new EmbeddedChannel();
    private final HalfClosingChannel wire = new HalfClosingChannel();
    private final Socket socket = new Socket();

    /** Leaves written data in the channel's queue while it is blocked, as a socket does whose peer reads nothing. */
    private static final class Socket extends ChannelOutboundHandlerAdapter {
        private boolean blocked;

        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (!blocked) {
                ctx.flush();
            }
        }
    }

    private record Connection() implements TunnelConnection {
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
            return new InetSocketAddress(1);
        }

        @Override
        public SocketAddress local() {
            return new InetSocketAddress(2);
        }

        @Override
        public HostAndPort target() {
            return HostAndPort.parse("a:1");
        }

        @Override
        public void whenEnded(Consumer<? super ConnectionSummary> listener) {}
    }

    @BeforeEach
    void assemble() {
        plain.freezeTime();
        wire.freezeTime();
        wire.pipeline().addLast(socket, new FrameCodec());
        wire.pipeline()
                .addLast(new CipherHandler(
                        Session.ofClient(keys(), changes), ClosePolicy.ABORT, TrafficShape.paced(RATE)));
        watch(new IdleTimeoutStage(TIMEOUT));
    }

    private void watch(IdleTimeoutStage stage) {
        Connection connection = new Connection();
        plain.pipeline()
                .addLast(stage.handlersAt(PipelineStage.Place.PLAIN_SOCKET, connection)
                        .toArray(ChannelHandler[]::new));
        wire.pipeline()
                .addLast(stage.nextToRelay()
                        .handlersAt(PipelineStage.Place.TUNNEL, connection)
                        .toArray(ChannelHandler[]::new));
    }

    private SessionKeys keys() {
        try (SecretBytes shared = memory.allocate(32)) {
            return SessionKeys.derive(shared, memory);
        }
    }

    @AfterEach
    void nothingIsLeft() {
        socket.blocked = false;
        wire.pipeline().firstContext().close(); // past the cipher, which would wait for its pace
        wire.runPendingTasks();
        wire.releaseOutbound();
        plain.finishAndReleaseAll();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    @Test
    void aLongWriteMovesAtThePace() {
        ChannelFuture written = write(LONGEST_READ);
        pass(Duration.ofMillis(31_900));
        assertThat(written.isDone()).isFalse();
        pass(Duration.ofMillis(100));
        assertThat(written.isSuccess()).isTrue();
        pass(TIMEOUT.minus(STEP.multipliedBy(2)));
        assertIdleIn(STEP);
    }

    /** There is a frame in 250 ms. */
    @Test
    void dataMayWaitForItsFrameLongerThanTheTimeout() {
        watch(new IdleTimeoutStage(Duration.ofMillis(100)));
        ChannelFuture written = write(LONGEST_READ);
        pass(Duration.ofSeconds(3));
        assertThat(written.isDone()).isFalse();
    }

    @Test
    void theEndMovesWhileItIsPaddedToTheFullSecond() {
        pass(TIMEOUT.dividedBy(2));
        write(1);
        ChannelFuture end = wire.writeAndFlush(EndOfStream.INSTANCE);
        pass(TIMEOUT);
        assertThat(end.isSuccess()).isTrue();
    }

    @Test
    void paddingThatWaitsForTheSocketDoesNotCount() {
        pass(TIMEOUT.dividedBy(2));
        socket.blocked = true;
        pass(TIMEOUT.dividedBy(2).minus(STEP));
        assertIdleIn(STEP);
    }

    @Test
    void paddingThatLeavesDoesNotCount() {
        write(1);
        pass(Duration.ofMillis(300)); // the data has left
        socket.blocked = true;
        pass(Duration.ofMillis(700));
        assertThat(wire.unsafe().outboundBuffer().totalPendingWriteBytes()).isPositive();
        socket.blocked = false;
        wire.flush();
        pass(Duration.ofMillis(230));
        assertIdleIn(STEP);
    }

    @Test
    void dataBehindASocketThatTakesNothingIsIdle() {
        write(LONGEST_READ);
        pass(Duration.ofMillis(300));
        socket.blocked = true;
        pass(TIMEOUT); // one frame has moved since
        assertIdleIn(TIMEOUT.multipliedBy(2));
    }

    /** Each look finds one frame in the socket's queue, never the same one. */
    @Test
    void dataThatASlowSocketTakesMoves() {
        ChannelFuture written = write(LONGEST_READ);
        for (int frames = 0; frames < 100; frames++) {
            socket.blocked = true;
            pass(Duration.ofMillis(290));
            assertThat(wire.unsafe().outboundBuffer().totalPendingWriteBytes()).isPositive();
            socket.blocked = false;
            wire.flush();
        }
        assertThat(written.isDone()).isFalse();
    }

    /** As the relay does. */
    private ChannelFuture write(int bytes) {
        plain.writeInbound(Unpooled.buffer(1).writeByte(1)); // it was read from here
        return wire.writeAndFlush(Unpooled.directBuffer(bytes).writeZero(bytes));
    }

    private void pass(Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(STEP)) {
            wire.advanceTimeBy(STEP.toNanos(), TimeUnit.NANOSECONDS);
            wire.runScheduledPendingTasks();
            plain.advanceTimeBy(STEP.toNanos(), TimeUnit.NANOSECONDS);
            for (int looks = 0; looks < 4; looks++) { // the time is up, once more, and again after movement
                plain.runScheduledPendingTasks();
            }
            plain.checkException();
            wire.checkException();
        }
    }

    private void assertIdleIn(Duration time) {
        assertThatThrownBy(() -> pass(time)).isInstanceOf(IdleTimeoutException.class);
    }
}
