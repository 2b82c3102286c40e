package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.KeyChanges;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.internal.abort.HalfClosingChannel;
import io.saltunnel.netty.internal.codec.FrameCodec;
import io.saltunnel.netty.stage.ClosePolicy;
import io.saltunnel.netty.stage.TrafficShape;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A sender with a shape and what receives from it, in virtual time. */
final class ShapedPair implements AutoCloseable {
    final HalfClosingChannel sender = new HalfClosingChannel();
    private final SecretMemory memory = SecretMemory.create();
    private final KeyChanges changes = new KeyChanges(this::nanos, RandomSource.system(), memory);
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final EmbeddedChannel receiver;
    private boolean ended;
    private boolean fin;
    private long nanos;

    ShapedPair(TrafficShape shape) {
        sender.freezeTime();
        sender.pipeline()
                .addLast(
                        new FrameCodec(),
                        new CipherHandler(Session.ofClient(keys(), changes), ClosePolicy.ABORT, shape));
        receiver = new EmbeddedChannel(
                new CipherHandler(Session.ofServer(keys(), changes), ClosePolicy.ABORT, TrafficShape.asWritten()),
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                        ended |= event == ChannelInputShutdownEvent.INSTANCE;
                    }
                });
    }

    private long nanos() {
        return nanos;
    }

    /** Always the same. */
    private SessionKeys keys() {
        try (SecretBytes shared = memory.allocate(32)) {
            shared.buffer().put(0, (byte) 7);
            return SessionKeys.derive(shared, memory);
        }
    }

    /** Lets time pass, and delivers what was sent. Returns its number of frames. */
    int pass(Duration time) {
        nanos += time.toNanos();
        sender.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        sender.runScheduledPendingTasks();
        return deliver();
    }

    /** The frames of each of the next ticks of a pace. */
    List<Integer> ticks(int count) {
        List<Integer> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(pass(PaceClock.TICK));
        }
        return frames;
    }

    /** Delivers what the socket has taken. Returns its number of frames. */
    int deliver() {
        int frames = 0;
        for (Object next = sender.readOutbound(); next != null; next = sender.readOutbound()) {
            if (next instanceof ByteBuf run) {
                assertThat(fin).isFalse();
                frames += run.readableBytes() / Frame.SIZE;
                receiver.writeInbound(run);
            } else {
                fin |= next == HalfClosingChannel.FIN;
            }
        }
        for (ByteBuf data = receiver.readInbound(); data != null; data = receiver.readInbound()) {
            data.forEachByte(octet -> {
                received.write(octet);
                return true;
            });
            data.release();
        }
        receiver.checkException();
        sender.checkException();
        return frames;
    }

    byte[] received() {
        return received.toByteArray();
    }

    /** Whether the sealed end has arrived. */
    boolean hasEnded() {
        return ended;
    }

    boolean hasFin() {
        return fin;
    }

    @Override
    public void close() {
        if (sender.isOpen()) {
            sender.pipeline().firstContext().close(); // past the cipher, which would wait for its timers
        }
        sender.runPendingTasks();
        sender.releaseOutbound();
        receiver.finishAndReleaseAll();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }
}
