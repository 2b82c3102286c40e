package io.saltunnel.core.session;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saltunnel.core.Protocol2Vector;
import io.saltunnel.core.Protocol2Vector.Chunk;
import io.saltunnel.core.Protocol2Vector.Sample;
import io.saltunnel.core.crypto.ChunkFailure;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The chunks of every connection of {@code protocol2.json} in both roles, and every chunk that must be refused. */
class Session2VectorsTest {

    static List<Protocol2Vector> sessions() {
        return Protocol2Vector.all();
    }

    static List<Sample> rejections() {
        return Protocol2Vector.rejections("firstClientChunk");
    }

    static List<Sample> accepted() {
        return Protocol2Vector.acceptedFirstChunks();
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void everyChunkIsSealedBitForBit(Protocol2Vector vector) {
        try (Ends2 ends = new Ends2(vector)) {
            seal(ends, ends.client, vector.clientToServer());
            seal(ends, ends.server, vector.serverToClient());
        }
    }

    private static void seal(Ends2 ends, Session session, List<Chunk> chunks) {
        for (Chunk chunk : chunks) {
            if (chunk.rekey()) {
                ends.nanos += KeyChanges.LATEST.toNanos();
            }
            ByteBuffer data = chunk.plaintext();
            if (chunk.end()) {
                assertThat(session.sealer().sealEnd(ends.cipher, data, 0, data.limit(), ends.frames, 0))
                        .isEqualTo(1);
            } else if (data.limit() == 0) {
                session.sealer().sealPadded(ends.cipher, ends.data, 0, 0, ends.frames, 0, 1);
            } else {
                assertThat(session.sealer().seal(ends.cipher, data, 0, data.limit(), ends.frames, 0))
                        .isEqualTo(1);
            }
            assertThat(hex(ends.frames, 0, Frame.SIZE)).isEqualTo(chunk.chunk());
        }
    }

    /** Keys change inside a run, and the data replaces the frames. */
    @ParameterizedTest
    @MethodSource("sessions")
    void everySplitOfAStreamOpensToTheSameData(Protocol2Vector vector) throws Exception {
        for (int splits = 0; splits < 1 << vector.clientToServer().size() - 1; splits++) {
            try (Ends2 ends = new Ends2(vector)) {
                assertOpens(ends, ends.server, vector.clientToServer(), splits);
                assertOpens(ends, ends.client, vector.serverToClient(), splits);
            }
        }
    }

    private static void assertOpens(Ends2 ends, Session session, List<Chunk> chunks, int splits) throws Exception {
        ByteBuffer frames = direct(chunks.stream().map(Chunk::chunk).collect(Collectors.joining()));
        StringBuilder opened = new StringBuilder();
        int first = 0;
        for (int i = 0; i < chunks.size(); i++) {
            assertThat(session.opener().hasEnded()).isFalse();
            if (i == chunks.size() - 1 || (splits >>> i & 1) != 0) {
                int at = first * Frame.SIZE;
                int length = session.opener().open(ends.cipher, frames, at, i + 1 - first, frames, at);
                opened.append(hex(frames, at, length));
                first = i + 1;
            }
        }
        assertThat(session.opener().hasEnded()).isTrue();
        assertThat(opened.toString()).isEqualTo(chunks.stream().map(Chunk::data).collect(Collectors.joining()));
    }

    @ParameterizedTest
    @MethodSource("rejections")
    void everyRejectedChunkIsRefusedForItsReason(Sample rejected) {
        ChunkFailure expected = switch (rejected.why()) {
            case "length 495", "length 511" -> ChunkFailure.BAD_LENGTH;
            case "bit 9", "bit 13" -> ChunkFailure.RESERVED_BITS;
            case "END and REKEY" -> ChunkFailure.END_AND_REKEY;
            case "nonce 1" -> ChunkFailure.BAD_TAG;
            default -> throw new AssertionError("a rejection that this test doesn't know");
        };
        try (Ends2 ends = new Ends2(Protocol2Vector.judged())) {
            ChunkOpener opener = ends.server.opener();
            ByteBuffer frame = rejected.message();
            ChunkException e = catchThrowableOfType(
                    ChunkException.class, () -> opener.open(ends.cipher, frame, 0, 1, ends.data, 0));
            assertThat(e.reason()).isEqualTo(expected);
            assertThat(e.chunkNumber()).isZero();
            assertThat(e.dataLength()).isZero();
            assertThat(e).hasMessageStartingWith("chunk 0 ");
            assertThat(hex(ends.data)).as("nothing is delivered").isEqualTo("00".repeat(ends.data.limit()));
            assertThat(opener.hasEnded()).isFalse();
            assertThatIllegalStateException()
                    .isThrownBy(() -> opener.open(ends.cipher, frame, 0, 1, ends.data, 0))
                    .withMessage("a chunk was refused before");
        }
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void paddingMayBeAnything(Sample sample) throws Exception {
        try (Ends2 ends = new Ends2(Protocol2Vector.judged())) {
            int length = ends.server.opener().open(ends.cipher, sample.message(), 0, 1, ends.data, 0);
            assertThat(hex(ends.data, 0, length)).isEqualTo(sample.data());
        }
    }
}
