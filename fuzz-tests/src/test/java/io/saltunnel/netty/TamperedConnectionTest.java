package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.EmbeddedEnd.Role;
import io.saltunnel.netty.EmbeddedSocket.End;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: however a recorded connection is altered on its way, hellos included, whole clients and servers deliver no byte
 * of wrong data, and take no damage for an end. Before the key is proved, the server is silent until its deadline.
 * After that, and always at the client, both sides are reset.
 */
@Timeout(300)
@Tag("jdk-independent")
@ParameterizedClass
@EnumSource
class TamperedConnectionTest {
    private final ProtocolVersion version;
    private final Surroundings surroundings = new Surroundings();
    private RecordedConnection recorded;

    TamperedConnectionTest(ProtocolVersion version) {
        this.version = version;
    }

    @BeforeEach
    void record() {
        recorded = new RecordedConnection(version, surroundings);
    }

    @AfterEach
    void nothingIsLeft() {
        surroundings.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyFlippedBitIsRefused(Role role, TestReporter reporter) {
        int flipped = IntStream.range(0, RecordedConnection.FRAMES)
                .parallel()
                .map(frame -> flipEveryBit(role, frame))
                .sum();
        assertThat(flipped).isEqualTo(RecordedConnection.WIRE_BYTES * Byte.SIZE);
        reporter.publishEntry("bits flipped on the way to the " + role, String.valueOf(flipped));
    }

    /**
     * Returns the number of alterations tried. It has separate surroundings, because several threads do this at once.
     */
    private int flipEveryBit(Role role, int frame) {
        byte[] wire = recorded.wireTo(role);
        int first = frame * Frame.SIZE * Byte.SIZE;
        int end = first + Frame.SIZE * Byte.SIZE;
        try (Surroundings around = new Surroundings()) {
            for (int bit = first; bit < end; bit++) {
                wire[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
                assertRefused(role, around, wire, frame, "bit " + bit);
                wire[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            }
        }
        return end - first;
    }

    @ParameterizedTest
    @EnumSource
    void aFinPassesForAnEndWhereTheVersionSaysSoOnly(Role role, TestReporter reporter) {
        byte[] wire = recorded.wireTo(role);
        int cuts = 0;
        for (int cut = 0; cut <= wire.length; cut++) {
            int intact = cut / Frame.SIZE;
            surroundings.assertNothingIsHeld();
            try (EmbeddedEnd end = new EmbeddedEnd(role, version, surroundings)) {
                end.wire().receive(wire, 0, cut);
                end.wire().receiveEnd();
                if (isEnd(role, cut)) {
                    byte[] whole = Arrays.copyOf(recorded.dataTo(role), dataBefore(role, cut));
                    check(Arrays.equals(delivered(end), whole), "not all data of the cut at " + cut);
                    check(end.plain().orElseThrow().end() == End.FIN, "no FIN for the cut at " + cut);
                    check(end.wire().isOpen(), "the other direction ended with the cut at " + cut);
                } else {
                    assertRefused(role, end, intact, "cut at " + cut);
                }
            }
            cuts++;
        }
        reporter.publishEntry("cuts by FIN on the way to the " + role, String.valueOf(cuts));
    }

    /** In version 1 on the boundary of each frame; in version 2 behind the frame that says so. */
    private boolean isEnd(Role role, int cut) {
        int first = recorded.hasEnds() ? RecordedConnection.FRAMES : recorded.handshakeFramesTo(role);
        return cut % Frame.SIZE == 0 && cut / Frame.SIZE >= first;
    }

    private int dataBefore(Role role, int cut) {
        return Math.min(recorded.dataTo(role).length, chunks(role, cut / Frame.SIZE) * Frame.MAX_DATA);
    }

    @ParameterizedTest
    @EnumSource
    void aResetPassesForAnEndNowhere(Role role, TestReporter reporter) {
        byte[] wire = recorded.wireTo(role);
        int cuts = 0;
        for (int cut = 0; cut <= wire.length; cut++) {
            int intact = cut / Frame.SIZE;
            surroundings.assertNothingIsHeld();
            try (EmbeddedEnd end = new EmbeddedEnd(role, version, surroundings)) {
                end.wire().receive(wire, 0, cut);
                end.wire().receiveReset();
                if (recorded.hasEnds() && cut == wire.length) { // the end has arrived, and was delivered
                    check(end.plain().orElseThrow().end() == End.FIN, "no FIN for the reset after the end");
                    check(end.isOver(), "the reset after the end isn't the end of the connection");
                } else if (role == Role.SERVER && intact < recorded.handshakeFramesTo(role)) {
                    check(end.plain().isEmpty() && end.isOver(), "the reset at " + cut + " isn't the end");
                } else {
                    assertRefused(role, end, intact, "reset at " + cut);
                }
            }
            cuts++;
        }
        reporter.publishEntry("resets on the way to the " + role, String.valueOf(cuts));
    }

    @ParameterizedTest
    @EnumSource
    void framesSwappedRepeatedInsertedOrLeftOutAreRefusedAtTheirPlace(Role role, TestReporter reporter) {
        List<byte[]> frames = frames(recorded.wireTo(role));
        int changes = 0;
        for (int i = 0; i < frames.size(); i++) {
            for (int j = 0; j <= frames.size(); j++) {
                List<byte[]> inserted = new ArrayList<>(frames);
                inserted.add(j, frames.get(i));
                assertRefusedWhereItDiffers(role, frames, inserted, "frame " + i + " inserted at " + j);
                changes++;
                if (j < frames.size() && i != j) {
                    List<byte[]> swapped = new ArrayList<>(frames);
                    Collections.swap(swapped, i, j);
                    assertRefusedWhereItDiffers(role, frames, swapped, "frames " + i + " and " + j + " swapped");
                    List<byte[]> copied = new ArrayList<>(frames);
                    copied.set(j, frames.get(i));
                    assertRefusedWhereItDiffers(role, frames, copied, "frame " + i + " in the place of " + j);
                    changes += 2;
                }
            }
            if (i < frames.size() - 1) { // leaving out the last frame is a cut on a frame boundary
                List<byte[]> gap = new ArrayList<>(frames);
                gap.remove(i);
                assertRefusedWhereItDiffers(role, frames, gap, "frame " + i + " left out");
                changes++;
            }
        }
        reporter.publishEntry("frames swapped, repeated, inserted, left out: " + role, String.valueOf(changes));
    }

    // ---- what must come of it

    private void assertRefusedWhereItDiffers(Role role, List<byte[]> frames, List<byte[]> changed, String what) {
        int intact = 0;
        while (intact < frames.size() && Arrays.equals(frames.get(intact), changed.get(intact))) {
            intact++;
        }
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        changed.forEach(wire::writeBytes);
        assertRefused(role, surroundings, wire.toByteArray(), intact, what);
    }

    private void assertRefused(Role role, Surroundings around, byte[] wire, int intactFrames, String what) {
        try (EmbeddedEnd end = new EmbeddedEnd(role, version, around)) {
            end.wire().receive(wire);
            if (role == Role.CLIENT && intactFrames < recorded.handshakeFramesTo(role)) {
                assertSilent(end, what);
            }
            assertRefused(role, end, intactFrames, what);
        }
        around.assertNothingIsHeld();
    }

    /** Only data from before the damage was delivered, and there was no clean end. */
    private void assertRefused(Role role, EmbeddedEnd end, int intactFrames, String what) {
        if (role == Role.SERVER && intactFrames < recorded.handshakeFramesTo(role)) {
            assertSilent(end, intactFrames, what);
            return;
        }
        check(isPrefix(delivered(end), recorded.dataTo(role), chunks(role, intactFrames)), what + ": wrong data");
        check(end.plain().stream().allMatch(plain -> plain.end() == End.RESET), what + ": the plain side isn't reset");
        check(!end.wire().isOpen(), what + ": the wire side is open");
        boolean established = intactFrames >= recorded.handshakeFramesTo(role);
        check(!established || end.wire().end() == End.RESET, what + ": the wire side isn't reset");
        check(end.isOver(), what + ": not over");
    }

    /**
     * The server connects to no target, answers only clienthi, and ends the connection by FIN at the deadline, not
     * before.
     */
    private void assertSilent(EmbeddedEnd server, int intactFrames, String what) {
        byte[] answer = intactFrames == 0 ? new byte[0] : recorded.serverHi();
        server.pass(server.untilFin().minusMillis(1));
        check(server.wire().end() == End.NONE, what + ": an end before the deadline");
        server.pass(Duration.ofMillis(1));
        check(server.wire().end() == End.FIN, what + ": no FIN at the deadline");
        check(Arrays.equals(server.wire().sent(), answer), what + ": the answer gives something away");
        check(server.plain().isEmpty(), what + ": the target was connected to");
    }

    /** The client looks as if it had got no answer, until its time-out. */
    private static void assertSilent(EmbeddedEnd client, String what) {
        client.pass(Surroundings.DEADLINE.minusMillis(1));
        check(client.wire().end() == End.NONE, what + ": an end before the time-out");
        check(client.plain().orElseThrow().end() == End.NONE, what + ": the application learns of it early");
        client.pass(Duration.ofMillis(1));
    }

    private static byte[] delivered(EmbeddedEnd end) {
        return end.plain().map(EmbeddedSocket::sent).orElse(new byte[0]);
    }

    private int chunks(Role role, int frames) {
        return Math.max(0, frames - recorded.handshakeFramesTo(role));
    }

    /** The application doesn't read, while the other end's system gives up the connection. */
    @Test
    void aResetAfterBothEndsCostsNothingThatWasReceived() {
        if (!recorded.hasEnds()) {
            return;
        }
        try (EmbeddedEnd client = new EmbeddedEnd(Role.CLIENT, version, surroundings)) {
            EmbeddedSocket application = client.plain().orElseThrow();
            byte[] wire = recorded.wireTo(Role.CLIENT);
            application.receive(recorded.dataFrom(Role.CLIENT));
            client.wire().receive(wire, 0, recorded.serverHi().length);
            Held held = new Held();
            application.pipeline().addFirst(held);
            application.receiveEnd();
            client.wire().receive(wire, recorded.serverHi().length, wire.length);
            client.wire().receiveReset();
            check(application.end() == End.NONE && !client.isOver(), "it ended with the reset");
            held.release();
            application.runTasks();
            check(Arrays.equals(application.sent(), recorded.dataTo(Role.CLIENT)), "not all that was received");
            check(application.end() == End.FIN, "no FIN");
            check(client.isOver(), "not over");
        }
    }

    /** A system whose buffers are full for a while. */
    private static final class Held extends ChannelOutboundHandlerAdapter {
        private final List<Runnable> writes = new ArrayList<>();

        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            writes.add(() -> ctx.writeAndFlush(msg, promise));
        }

        void release() {
            writes.forEach(Runnable::run);
        }
    }

    /** The reset may drop data of the same read, but only whole chunks. */
    private static boolean isPrefix(byte[] delivered, byte[] data, int maxChunks) {
        return delivered.length % Frame.MAX_DATA == 0
                && delivered.length <= maxChunks * Frame.MAX_DATA
                && Arrays.equals(delivered, 0, delivered.length, data, 0, delivered.length);
    }

    /** An assertion that costs nothing if it holds. */
    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            assertThat(holds).as(otherwise).isTrue();
        }
    }

    private static List<byte[]> frames(byte[] wire) {
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0; at < wire.length; at += Frame.SIZE) {
            frames.add(Arrays.copyOfRange(wire, at, at + Frame.SIZE));
        }
        return frames;
    }
}
