package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.KeyChanges;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.internal.abort.HalfClosingChannel;
import io.saltunnel.netty.stage.ClosePolicy;
import io.saltunnel.netty.stage.EndOfStream;
import io.saltunnel.netty.stage.TrafficShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: a key that has sealed something is gone two minutes later, and an unused connection sends nothing. */
class KeyChangeTest {
    private static final Duration BEFORE = KeyChanges.EARLIEST.minusMillis(1);
    private static final Duration REST = KeyChanges.LATEST.minus(BEFORE);

    private final SecretMemory memory = SecretMemory.create();
    private final KeyChanges changes = new KeyChanges(this::nanos, RandomSource.system(), memory);
    private final HalfClosingChannel sender = new HalfClosingChannel(
            new CipherHandler(Session.ofClient(keys(), changes), ClosePolicy.ABORT, TrafficShape.asWritten()));
    private final EmbeddedChannel receiver = new EmbeddedChannel(
            new CipherHandler(Session.ofServer(keys(), changes), ClosePolicy.ABORT, TrafficShape.asWritten()));
    private long nanos;

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

    @BeforeEach
    void stopTime() {
        sender.freezeTime();
    }

    @AfterEach
    void nothingIsLeft() {
        sender.finishAndReleaseAll();
        receiver.finishAndReleaseAll();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    @Test
    void anUnusedConnectionSendsNothing() {
        pass(Duration.ofHours(1));
        assertThat(sent()).isEmpty();
    }

    @Test
    void aQuietConnectionChangesItsKeyOnceByPadding() {
        say(10);
        pass(BEFORE);
        assertThat(sent()).isEmpty();
        pass(REST);
        List<ByteBuf> padding = sent();
        assertThat(padding).hasSize(1);
        assertThat(hear(padding)).as("nothing is delivered").isZero();
        pass(Duration.ofHours(1));
        assertThat(sent()).as("the new key has sealed nothing").isEmpty();
        say(20);
        pass(KeyChanges.LATEST);
        assertThat(sent())
                .hasSize(1)
                .allSatisfy(frame -> assertThat(hear(List.of(frame))).isZero());
    }

    @Test
    void dataThatIsSentInTimeCarriesTheChange() {
        say(10);
        pass(BEFORE);
        nanos += REST.toNanos(); // the event loop hasn't looked yet
        say(10);
        pass(Duration.ofMillis(2));
        assertThat(sent()).isEmpty();
    }

    @Test
    void aStreamThatHasEndedHasNoKeyToChange() {
        say(10);
        sender.writeAndFlush(EndOfStream.INSTANCE);
        hear(sent());
        pass(Duration.ofHours(1));
        assertThat(sent()).isEmpty();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        sender.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        sender.runScheduledPendingTasks();
    }

    private void say(int length) {
        sender.writeAndFlush(Unpooled.directBuffer().writeZero(length));
        assertThat(hear(sent())).isEqualTo(length);
    }

    private List<ByteBuf> sent() {
        List<ByteBuf> frames = new ArrayList<>();
        for (Object next = sender.readOutbound(); next != null; next = sender.readOutbound()) {
            if (next instanceof ByteBuf frame && frame.isReadable()) {
                assertThat(frame.readableBytes()).isEqualTo(Frame.SIZE);
                frames.add(frame);
            }
        }
        return frames;
    }

    /** The number of bytes delivered. */
    private int hear(List<ByteBuf> frames) {
        int length = 0;
        for (ByteBuf frame : frames) {
            receiver.writeInbound(frame);
        }
        for (ByteBuf data = receiver.readInbound(); data != null; data = receiver.readInbound()) {
            length += data.readableBytes();
            data.release();
        }
        receiver.checkException();
        return length;
    }
}
