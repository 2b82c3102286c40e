package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.EmbeddedEnd.Role;
import io.saltunnel.netty.EmbeddedSocket.End;
import java.time.Duration;
import java.util.Arrays;

/**
 * A whole client or server, and an arbitrary network: the bytes of a recorded connection in any pieces, altered,
 * repeated, left out or mixed with noise, and FIN or RST at any time, on either side. The delivered data is a prefix of
 * the sent data. An end is clean only if the wire's was: in version 1 a FIN between two frames, in version 2 the sealed
 * end.
 */
class PipelineFuzzTest {
    private static final int MAX_PIECE = 2 * RecordedConnection.WIRE_BYTES;
    private static final int MAX_STEPS = 64;

    private static final Surroundings SURROUNDINGS = new Surroundings();
    private static final RecordedConnection VERSION_1 = new RecordedConnection(ProtocolVersion.V1, SURROUNDINGS);
    private static final RecordedConnection VERSION_2 = new RecordedConnection(ProtocolVersion.V2, SURROUNDINGS);

    /** The actions of the network. */
    private enum Step {
        NEXT_BYTES,
        NEXT_FRAMES,
        ALTERED_BYTES,
        NOISE,
        SKIP,
        BACK,
        WIRE_FIN,
        WIRE_RESET,
        PLAIN_DATA,
        PLAIN_FIN,
        PLAIN_RESET,
        TIME
    }

    /** One connection, and the actions on it so far. */
    private static final class Play {
        final Role role;
        final RecordedConnection recorded;
        final EmbeddedEnd end;
        final byte[] wire;
        final FuzzedDataProvider choices;
        int position;
        /** The length of the recording's prefix that arrived over the wire. */
        int honest;

        boolean faithful = true;
        boolean wireEnded;
        boolean plainEnded;

        Play(Role role, RecordedConnection recorded, EmbeddedEnd end, FuzzedDataProvider choices) {
            this.role = role;
            this.recorded = recorded;
            this.end = end;
            this.wire = recorded.wireTo(role);
            this.choices = choices;
        }

        void take(Step step) {
            switch (step) {
                case NEXT_BYTES -> next(choices.consumeInt(0, MAX_PIECE));
                case NEXT_FRAMES -> next(choices.consumeInt(1, 3) * Frame.SIZE);
                case ALTERED_BYTES -> alter(choices.consumeInt(1, Frame.SIZE), choices.consumeByte());
                case NOISE -> receive(choices.consumeBytes(choices.consumeInt(0, MAX_PIECE)));
                case SKIP -> position = Math.min(wire.length, position + choices.consumeInt(0, MAX_PIECE));
                case BACK -> position = Math.max(0, position - choices.consumeInt(0, MAX_PIECE));
                case WIRE_FIN -> {
                    wireEnded = true;
                    end.wire().receiveEnd();
                }
                case WIRE_RESET -> {
                    faithful &= wireEnded; // after a FIN it accepts nothing
                    wireEnded = true;
                    end.wire().receiveReset();
                }
                case PLAIN_DATA -> end.plain().ifPresent(plain -> plain.receive(recorded.dataFrom(role)));
                case PLAIN_FIN ->
                    end.plain().ifPresent(plain -> {
                        plainEnded = true;
                        plain.receiveEnd();
                    });
                case PLAIN_RESET -> end.plain().ifPresent(EmbeddedSocket::receiveReset);
                case TIME -> end.pass(Duration.ofMillis(choices.consumeInt(0, 40_000)));
            }
        }

        private void next(int count) {
            int to = Math.min(wire.length, position + count);
            receive(Arrays.copyOfRange(wire, position, to));
            position = to;
        }

        private void alter(int count, byte mask) {
            int to = Math.min(wire.length, position + count);
            byte[] bytes = Arrays.copyOfRange(wire, position, to);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] ^= mask;
            }
            receive(bytes);
            position = to;
        }

        /** The action's name doesn't matter: the bytes are honest if they continue the recording. */
        private void receive(byte[] bytes) {
            if (wireEnded || !end.wire().isOpen()) {
                return;
            }
            for (byte next : bytes) {
                faithful &= honest < wire.length && next == wire[honest];
                honest += faithful ? 1 : 0;
            }
            end.wire().receive(bytes);
        }
    }

    /**
     * Performs a sequence of actions on one connection of version 1, and checks what each side receives.
     *
     * @param choices selects the end under test and the actions
     */
    @FuzzTest(maxDuration = "")
    void deliversTheTruthOrNothing(FuzzedDataProvider choices) {
        play(VERSION_1, choices);
    }

    /**
     * The same in version 2.
     *
     * @param choices selects the end under test and the actions
     */
    @FuzzTest(maxDuration = "")
    void deliversTheTruthOrNothingInVersion2(FuzzedDataProvider choices) {
        play(VERSION_2, choices);
    }

    private static void play(RecordedConnection recorded, FuzzedDataProvider choices) {
        Role role = choices.pickValue(Role.values());
        try (EmbeddedEnd end = new EmbeddedEnd(role, recorded.version(), SURROUNDINGS)) {
            Play play = new Play(role, recorded, end, choices);
            for (int i = 0; i < MAX_STEPS && choices.remainingBytes() > 0; i++) {
                play.take(choices.pickValue(Step.values()));
                check(play);
            }
        }
        SURROUNDINGS.assertNothingIsHeld();
    }

    private static void check(Play play) {
        RecordedConnection recorded = play.recorded;
        int intact = play.honest / Frame.SIZE;
        int handshake = recorded.handshakeFramesTo(play.role);
        byte[] delivered = play.end.plain().map(EmbeddedSocket::sent).orElse(new byte[0]);
        byte[] truth = recorded.dataTo(play.role);
        int arrived = Math.min(truth.length, Math.max(0, intact - handshake) * Frame.MAX_DATA);
        assertThat(delivered.length).isLessThanOrEqualTo(arrived);
        assertThat(delivered).isEqualTo(Arrays.copyOf(truth, delivered.length));
        End plainEnd = play.end.plain().map(EmbeddedSocket::end).orElse(End.NONE);
        if (plainEnd == End.FIN) {
            assertThat(hasEnded(play)).as("a clean end that the wire's wasn't").isTrue();
            assertThat(delivered).hasSize(arrived);
        }
        boolean established = intact >= handshake && play.end.plain().isPresent(); // not if it came after the deadline
        if (established && play.end.wire().end() == End.FIN) {
            assertThat(play.plainEnded)
                    .as("a clean end that the plain side's wasn't")
                    .isTrue();
        }
        if (play.role == Role.SERVER && intact < handshake) {
            assertThat(play.end.plain())
                    .as("a connection to the target for a stranger")
                    .isEmpty();
            int answered = intact == 0 ? 0 : recorded.serverHi().length;
            assertThat(play.end.wire().sent()).hasSizeLessThanOrEqualTo(answered);
        }
    }

    /** Whether the peer's stream has ended in order, by the rules of its version. */
    private static boolean hasEnded(Play play) {
        return switch (play.recorded.version()) {
            case V1 -> play.faithful && play.wireEnded && play.honest % Frame.SIZE == 0;
            case V2 -> play.honest == play.wire.length;
        };
    }
}
