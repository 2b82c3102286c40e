package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.EmbeddedEnd.Role;
import io.saltunnel.netty.EmbeddedSocket.End;
import java.time.Duration;
import java.util.Arrays;

/**
 * A whole client or server, and an arbitrary network: the bytes of a recorded connection in any pieces, altered,
 * repeated, left out or mixed with noise, and FIN or RST at any time, on either side. The delivered data is a prefix of
 * the sent data, and an end is clean only if the wire's was.
 */
class PipelineFuzzTest {
    private static final int MAX_PIECE = 2 * RecordedConnection.WIRE_BYTES;
    private static final int MAX_STEPS = 64;

    private static final Surroundings SURROUNDINGS = new Surroundings();
    private static final RecordedConnection RECORDED = new RecordedConnection(SURROUNDINGS);

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
        final EmbeddedEnd end;
        final byte[] wire;
        final FuzzedDataProvider choices;
        int position;
        /** The length of the recording's prefix that arrived over the wire. */
        int honest;

        boolean faithful = true;
        boolean wireEnded;

        Play(Role role, EmbeddedEnd end, FuzzedDataProvider choices) {
            this.role = role;
            this.end = end;
            this.wire = RECORDED.wireTo(role);
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
                case PLAIN_DATA -> end.plain().ifPresent(plain -> plain.receive(RECORDED.dataFrom(role)));
                case PLAIN_FIN -> end.plain().ifPresent(EmbeddedSocket::receiveEnd);
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
     * Performs a sequence of actions on one connection, and checks what each side receives.
     *
     * @param choices selects the end under test and the actions
     */
    @FuzzTest(maxDuration = "")
    void deliversTheTruthOrNothing(FuzzedDataProvider choices) {
        Role role = choices.pickValue(Role.values());
        try (EmbeddedEnd end = new EmbeddedEnd(role, SURROUNDINGS)) {
            Play play = new Play(role, end, choices);
            for (int i = 0; i < MAX_STEPS && choices.remainingBytes() > 0; i++) {
                play.take(choices.pickValue(Step.values()));
                check(play);
            }
        }
        SURROUNDINGS.assertNothingIsHeld();
    }

    private static void check(Play play) {
        int chunks = Math.max(0, play.honest / Frame.SIZE - RECORDED.handshakeFramesTo(play.role));
        byte[] delivered = play.end.plain().map(EmbeddedSocket::sent).orElse(new byte[0]);
        byte[] truth = Arrays.copyOf(RECORDED.dataTo(play.role), chunks * Frame.MAX_DATA);
        assertThat(delivered.length).isLessThanOrEqualTo(truth.length);
        assertThat(delivered).isEqualTo(Arrays.copyOf(truth, delivered.length));
        End plainEnd = play.end.plain().map(EmbeddedSocket::end).orElse(End.NONE);
        if (plainEnd == End.FIN) {
            assertThat(play.faithful && play.wireEnded && play.honest % Frame.SIZE == 0)
                    .as("a clean end that the wire's wasn't")
                    .isTrue();
            assertThat(delivered).hasSameSizeAs(truth);
        }
        if (play.role == Role.SERVER && play.honest < 2 * Frame.SIZE) {
            assertThat(play.end.plain())
                    .as("a connection to the target for a stranger")
                    .isEmpty();
            int answered = play.honest < Frame.SIZE ? 0 : Frame.SIZE;
            assertThat(play.end.wire().sent()).hasSizeLessThanOrEqualTo(answered);
        }
    }
}
