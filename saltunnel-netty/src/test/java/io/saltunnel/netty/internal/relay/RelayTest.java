package io.saltunnel.netty.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.abort.EndOfStreamHandler;
import io.saltunnel.netty.internal.abort.FinishedStreams;
import io.saltunnel.netty.internal.abort.HalfClosingChannel;
import io.saltunnel.netty.stage.EndOfStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A relay between two channels without sockets. */
class RelayTest {
    private final LongAdder fromPlain = new LongAdder();
    private final LongAdder fromWire = new LongAdder();
    private final List<String> endings = new ArrayList<>();
    private final Relay relay = new Relay(
            fromPlain,
            fromWire,
            (outcome, cause) -> endings.add(outcome + (cause == null ? "" : " " + cause.getMessage())));
    private final Outlet plainOutlet = new Outlet();
    private final Outlet wireOutlet = new Outlet();
    private final HalfClosingChannel plain = channel(plainOutlet, relay.plainSide());
    private final HalfClosingChannel wire = channel(wireOutlet, relay.wireSide());

    /** Next to the socket: counts reads, and may let writes fail. */
    private static final class Outlet extends ChannelOutboundHandlerAdapter {
        private int reads;
        private boolean broken;

        @Override
        public void read(ChannelHandlerContext ctx) {
            reads++;
            ctx.read();
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            if (broken) {
                ReferenceCountUtil.release(msg);
                IOException failure = new IOException("broken pipe");
                if (promise.isVoid()) {
                    ctx.fireExceptionCaught(failure);
                } else {
                    promise.setFailure(failure);
                }
            } else {
                ctx.write(msg, promise);
            }
        }
    }

    private static HalfClosingChannel channel(Outlet outlet, RelayHandler handler) {
        HalfClosingChannel channel = new HalfClosingChannel();
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(EndOfStreamHandler.INSTANCE, outlet, handler);
        return channel;
    }

    @AfterEach
    void nothingIsLeft() {
        plain.finishAndReleaseAll();
        wire.finishAndReleaseAll();
    }

    @Test
    void carriesBytesBothWaysAndCountsThem() {
        relay.start();
        plain.writeInbound(bytes(10));
        wire.writeInbound(bytes(20));
        assertThat(received(wire)).isEqualTo(10);
        assertThat(received(plain)).isEqualTo(20);
        assertThat(relay.bytesFromPlain()).isEqualTo(fromPlain.sum()).isEqualTo(10);
        assertThat(relay.bytesFromWire()).isEqualTo(fromWire.sum()).isEqualTo(20);
    }

    @Test
    void keepsWhatComesBeforeTheStart() {
        plain.writeInbound(bytes(10));
        assertThat(wire.outboundMessages()).isEmpty();
        assertThat(plainOutlet.reads).as("one read is enough to keep").isZero();
        relay.start();
        assertThat(received(wire)).isEqualTo(10);
        assertThat(plainOutlet.reads).isOne();
    }

    @Test
    void anEndBeforeTheStartIsDeliveredBehindTheData() {
        plain.writeInbound(bytes(10));
        end(plain);
        relay.start();
        assertThat(received(wire)).isEqualTo(10);
        assertThat(wire.isOutputShutdown()).isTrue();
        end(wire);
        assertThat(endings).containsExactly("COMPLETED");
    }

    /** The server has ended during the handshake, and another one is tried. */
    @Test
    void aWireSideThatWasGivenUpIsResetAndMeansNothingAnyMore() {
        plain.writeInbound(bytes(10));
        wire.writeInbound(bytes(20));
        RelayHandler before = relay.wireSide();
        ChannelHandlerContext ctx = wire.pipeline().context(before);
        relay.renewWireSide();
        assertThat(wire.isOpen()).isFalse();
        before.exceptionCaught(ctx, new IOException("Connection reset by peer"));
        before.exceptionCaught(ctx, new IllegalStateException("late"));
        before.userEventTriggered(ctx, ChannelInputShutdownEvent.INSTANCE);
        before.channelInactive(ctx);
        assertThat(endings).isEmpty();
        HalfClosingChannel other = channel(new Outlet(), relay.wireSide());
        relay.start();
        other.writeInbound(bytes(5));
        assertThat(received(other)).isEqualTo(10);
        assertThat(received(plain)).isEqualTo(5);
        assertThat(relay.bytesFromWire()).isEqualTo(5);
        assertThatIllegalStateException().isThrownBy(relay::renewWireSide);
        other.close();
        assertThat(endings).containsExactly("ABORTED");
        assertThat(plain.isOpen()).isFalse();
    }

    @Test
    void aFailureOfThePlainSideEndsItWhileThereIsNoWireSide() {
        plain.writeInbound(bytes(10));
        relay.renewWireSide();
        plain.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        assertThat(endings).containsExactly("ABORTED Connection reset by peer");
        assertThat(plain.isOpen()).isFalse();
        relay.start();
        assertThat(endings).hasSize(1);
    }

    /** As of a connection that isn't read because the other side is slow, while the system holds its last data. */
    @Test
    void aFailureThatIsToldBeforeTheAuthenticatedEndsAreReadCostsNothing() {
        relay.start();
        end(plain);
        wire.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        wire.writeInbound(bytes(10));
        FinishedStreams.mark(wire); // as the cipher does
        end(wire);
        assertThat(received(plain)).isEqualTo(10);
        assertThat(plain.isOutputShutdown()).isTrue();
        assertThat(endings).containsExactly("COMPLETED");
    }

    @Test
    void anEndIsWrittenThroughThePipelineBehindTheData() {
        List<Object> written = new ArrayList<>();
        wire.pipeline()
                .addAfter(wire.pipeline().context(wireOutlet).name(), "stage", new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                        written.add(msg instanceof ByteBuf data ? data.readableBytes() : msg);
                        ctx.write(msg, promise);
                    }
                });
        relay.start();
        plain.writeInbound(bytes(10));
        end(plain);
        assertThat(written).containsExactly(10, EndOfStream.INSTANCE);
        assertThat(received(wire)).isEqualTo(10);
    }

    @Test
    void anEndIsDeliveredOnceTheStagesHaveLetItPass() {
        List<Runnable> held = new ArrayList<>();
        wire.pipeline()
                .addAfter(wire.pipeline().context(wireOutlet).name(), "stage", new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                        held.add(() -> ctx.writeAndFlush(msg, promise));
                    }
                });
        relay.start();
        end(wire);
        plain.writeInbound(bytes(10));
        end(plain);
        assertThat(endings).isEmpty();
        assertThat(wire.isOutputShutdown()).isFalse();
        held.forEach(Runnable::run);
        assertThat(received(wire)).isEqualTo(10);
        assertThat(wire.isOutputShutdown()).isTrue();
        assertThat(endings).containsExactly("COMPLETED");
    }

    @Test
    void anEndThatAStageRefusesEndsBothAtOnce() {
        wire.pipeline()
                .addAfter(wire.pipeline().context(wireOutlet).name(), "stage", new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                        ctx.write((ByteBuf) msg, promise);
                    }
                });
        relay.start();
        end(plain);
        assertThat(endings).singleElement().asString().startsWith("ABORTED").contains("EndOfStream");
        assertThat(wire.isOutputShutdown()).isFalse();
    }

    @Test
    void anEndThatTheSystemRefusesBreaksTheConnection() {
        relay.start();
        wire.refuseFin(new IOException("Connection reset by peer"));
        end(plain);
        wire.writeInbound(bytes(20));
        assertThat(received(plain)).isEqualTo(20);
        end(wire);
        assertThat(endings).containsExactly("ABORTED Connection reset by peer");
    }

    @Test
    void asksForMoreOnlyWhenThePartnerCanTakeIt() {
        relay.start();
        assertThat(plainOutlet.reads).isOne();
        wire.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        plain.writeInbound(bytes(10));
        assertThat(plainOutlet.reads).isOne();
        assertThat(received(wire)).as("what was read is passed on").isEqualTo(10);
        wire.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        wire.runPendingTasks();
        assertThat(plainOutlet.reads).isEqualTo(2);
        plain.writeInbound(bytes(10));
        assertThat(plainOutlet.reads).isEqualTo(3);
        assertThat(wireOutlet.reads).as("the other direction is its own").isOne();
    }

    @Test
    void oneDirectionGoesOnWhenTheOtherHasEnded() {
        relay.start();
        end(plain);
        int reads = plainOutlet.reads;
        wire.writeInbound(bytes(20));
        assertThat(received(plain)).isEqualTo(20);
        assertThat(plainOutlet.reads).as("there is nothing more to read").isEqualTo(reads);
        assertThat(endings).isEmpty();
        end(wire);
        assertThat(endings).containsExactly("COMPLETED");
        assertThat(plain.isOpen() || wire.isOpen()).isFalse();
    }

    @Test
    void aFaultOfEitherSideEndsBothOnce() {
        relay.start();
        plain.pipeline().fireExceptionCaught(new IOException("reset"));
        end(plain);
        relay.wireSide().exceptionCaught(wire.pipeline().firstContext(), new IOException("later"));
        assertThat(endings).containsExactly("ABORTED reset");
        assertThat(plain.isOpen() || wire.isOpen()).isFalse();
    }

    @Test
    void aCloseWithoutAnEndIsAFault() {
        relay.start();
        wire.close();
        assertThat(endings).containsExactly("ABORTED");
        assertThat(plain.isOpen()).isFalse();
    }

    @Test
    void whatABrokenConnectionStillHeldIsDeliveredBeforeTheReset() {
        relay.start();
        wireOutlet.broken = true;
        plain.writeInbound(bytes(10));
        assertThat(endings).as("what the wire's peer said last may lie there").isEmpty();
        wire.writeInbound(bytes(20));
        wire.writeInbound(bytes(30));
        assertThat(received(plain)).isEqualTo(50);
        end(wire);
        assertThat(endings).containsExactly("ABORTED broken pipe");
        assertThat(plain.isOpen() || wire.isOpen()).isFalse();
    }

    /** A paced connection would send padding for as long as the reset waits for what was sent. */
    @Test
    void nothingIsSentOnceAllThatABrokenConnectionHeldIsWritten() {
        List<Boolean> announced = new ArrayList<>();
        plain.closeFuture().addListener(closed -> announced.add(Abort.isResetToFollow(plain)));
        relay.start();
        wireOutlet.broken = true;
        plain.writeInbound(bytes(10));
        wire.writeInbound(bytes(20));
        assertThat(Abort.isResetToFollow(plain)).as("more may come").isFalse();
        end(wire);
        assertThat(announced).containsExactly(true);
        assertThat(Abort.isResetToFollow(wire)).isFalse();
    }

    @Test
    void anEndThatCannotBeDeliveredBreaksTheConnectionLikeAWrite() {
        relay.start();
        wireOutlet.broken = true;
        end(plain);
        assertThat(endings).isEmpty();
        wire.writeInbound(bytes(20));
        assertThat(received(plain)).isEqualTo(20);
        end(wire);
        assertThat(endings).containsExactly("ABORTED broken pipe");
    }

    @Test
    void whatABrokenConnectionHeldIsReadNoFasterThanTheOtherTakesIt() {
        relay.start();
        wireOutlet.broken = true;
        plain.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        plain.writeInbound(bytes(10));
        wire.writeInbound(bytes(20));
        int reads = wireOutlet.reads;
        wire.writeInbound(bytes(30));
        assertThat(wireOutlet.reads).isEqualTo(reads);
        plain.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        plain.runPendingTasks();
        assertThat(wireOutlet.reads).isEqualTo(reads + 1);
    }

    @Test
    void whatCannotBeDeliveredInTimeIsNot() {
        relay.start();
        wireOutlet.broken = true;
        plain.writeInbound(bytes(10));
        plain.advanceTimeBy(Relay.SALVAGE_TIME.toMillis(), TimeUnit.MILLISECONDS);
        wire.advanceTimeBy(Relay.SALVAGE_TIME.toMillis(), TimeUnit.MILLISECONDS);
        wire.runPendingTasks();
        wire.runPendingTasks();
        assertThat(endings).containsExactly("ABORTED broken pipe");
        assertThat(plain.isOpen() || wire.isOpen()).isFalse();
    }

    @Test
    void theOtherSidesDataGoesNowhereOnceAConnectionBroke() {
        relay.start();
        wireOutlet.broken = true;
        plain.writeInbound(bytes(10));
        ByteBuf late = bytes(10);
        plain.writeInbound(late);
        assertThat(late.refCnt()).isZero();
        assertThat(relay.bytesFromPlain()).isEqualTo(10);
    }

    @Test
    void aResetAfterAnEndEndsBoth() {
        relay.start();
        end(plain);
        wire.writeInbound(bytes(20));
        plain.pipeline().fireExceptionCaught(new IOException("reset"));
        assertThat(endings).containsExactly("ABORTED reset");
    }

    @Test
    void whoIsToBeGivenTheRestMayBreakToo() {
        relay.start();
        wireOutlet.broken = true;
        plainOutlet.broken = true;
        plain.writeInbound(bytes(10));
        wire.writeInbound(bytes(20));
        assertThat(endings).containsExactly("ABORTED broken pipe");
    }

    @Test
    void aStopWaitsForNoDelivery() {
        relay.start();
        wireOutlet.broken = true;
        plain.writeInbound(bytes(10));
        relay.abort(null);
        assertThat(endings).containsExactly("ABORTED");
    }

    @Test
    void alteredDataEndsBothAtOnce() {
        relay.start();
        wire.pipeline().fireExceptionCaught(new IllegalStateException("altered"));
        assertThat(endings).containsExactly("ABORTED altered");
    }

    @Test
    void aFaultBeforeTheStartReleasesWhatWasKept() {
        ByteBuf kept = bytes(10);
        plain.writeInbound(kept);
        relay.abort(new IOException("no tunnel"));
        assertThat(kept.refCnt()).isZero();
        relay.start();
        assertThat(endings).containsExactly("ABORTED no tunnel");
    }

    @Test
    void whatComesAfterTheEndIsReleased() {
        relay.start();
        relay.abort(null);
        ByteBuf late = bytes(10);
        relay.plainSide().channelRead(plain.pipeline().firstContext(), late);
        assertThat(late.refCnt()).isZero();
        assertThat(fromPlain.sum()).isZero();
    }

    private static void end(EmbeddedChannel channel) {
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.runPendingTasks();
    }

    private static ByteBuf bytes(int count) {
        return Unpooled.directBuffer(count).writeZero(count);
    }

    private static int received(EmbeddedChannel channel) {
        int total = 0;
        for (Object next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            total += next instanceof ByteBuf data ? data.readableBytes() : 0;
            ReferenceCountUtil.release(next);
        }
        return total;
    }
}
