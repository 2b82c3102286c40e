package io.saltunnel.netty.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
    private final EmbeddedChannel plain = channel(plainOutlet, relay.plainSide());
    private final EmbeddedChannel wire = channel(wireOutlet, relay.wireSide());

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
                ((ByteBuf) msg).release();
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

    private static EmbeddedChannel channel(Outlet outlet, RelayHandler handler) {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(outlet, handler);
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
        end(wire);
        assertThat(endings).containsExactly("COMPLETED");
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
    void aWriteThatFailsEndsBoth() {
        relay.start();
        wireOutlet.broken = true;
        plain.writeInbound(bytes(10));
        assertThat(endings).containsExactly("ABORTED broken pipe");
    }

    @Test
    void anEndThatCannotBeDeliveredEndsBoth() {
        relay.start();
        wireOutlet.broken = true;
        end(plain);
        assertThat(endings).containsExactly("ABORTED broken pipe");
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
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            total += next.readableBytes();
            next.release();
        }
        return total;
    }
}
