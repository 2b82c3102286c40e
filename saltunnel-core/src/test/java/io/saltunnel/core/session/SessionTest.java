package io.saltunnel.core.session;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saltunnel.core.Vectors;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.crypto.ChunkFailure;
import io.saltunnel.core.crypto.RawChunk;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.SessionVector.Chunk;
import io.saltunnel.core.wire.Frame;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sealers and openers: numbering, ends, failures. The vectors show that chunks have the right bytes. */
class SessionTest {

    private static final int RUN = ChunkCipher.MAX_CHUNKS_PER_RUN;

    private final SecretMemory memory = SecretMemory.create();
    private final ChunkCipher cipher = ChunkCipher.create();
    private final SessionVector first = SessionVector.all().get(0);
    private final ByteBuffer frames = ByteBuffer.allocateDirect((RUN + 1) * Frame.SIZE);
    private final ByteBuffer data = ByteBuffer.allocateDirect(RUN * Frame.MAX_DATA);

    @AfterEach
    void leavesNoSecret() {
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
        cipher.close();
    }

    static List<SessionVector> vectors() {
        return SessionVector.all();
    }

    record RejectedChunk(String why, BigInteger nonce, String bytes) {
        @Override
        public String toString() {
            return why;
        }
    }

    static List<RejectedChunk> rejections() {
        return Vectors.list(Vectors.read("rejections.json"), "chunk", RejectedChunk.class);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void bothEndsReproduceTheVectorsFromTheirFirstChunkOn(SessionVector vector) throws Exception {
        try (Session client = Session.ofClient(vector.keys(memory));
                Session server = Session.ofServer(vector.keys(memory))) {
            for (Chunk chunk : vector.clientToServer()) {
                assertCarries(chunk, client.sealer(), server.opener());
            }
            for (Chunk chunk : vector.serverToClient()) {
                assertCarries(chunk, server.sealer(), client.opener());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void numbersAreUnsignedUpToTheLast(SessionVector vector) throws Exception {
        for (Chunk chunk : vector.highNonces()) {
            try (Session client = Session.ofClient(vector.keys(memory), chunk.number(), 0);
                    Session server = Session.ofServer(vector.keys(memory), 0, chunk.number())) {
                assertCarries(chunk, client.sealer(), server.opener());
                if (chunk.number() == -1) {
                    assertThatExceptionOfType(NonceExhaustedException.class)
                            .isThrownBy(() -> client.sealer().seal(cipher, data, 0, 1, frames, 0));
                    assertThatExceptionOfType(NonceExhaustedException.class)
                            .isThrownBy(() -> server.opener().open(cipher, frames, 0, 1, data, 0));
                }
            }
        }
    }

    @Test
    void theVectorsHaveTheLastNumber() {
        assertThat(first.highNonces()).anyMatch(chunk -> chunk.number() == -1);
    }

    @ParameterizedTest
    @MethodSource("rejections")
    void refusesEveryRejectedChunkForItsReason(RejectedChunk rejected) {
        ChunkFailure expected = rejected.why.startsWith("length") ? ChunkFailure.BAD_LENGTH : ChunkFailure.BAD_TAG;
        try (Session server = Session.ofServer(first.keys(memory), 0, rejected.nonce.longValue())) {
            ChunkException e = catchThrowableOfType(
                    ChunkException.class, () -> server.opener().open(cipher, direct(rejected.bytes), 0, 1, data, 0));
            assertThat(e.reason()).isEqualTo(expected);
            assertThat(e.chunkNumber()).isEqualTo(rejected.nonce.longValue());
            assertThat(e.dataLength()).isZero();
            assertThat(e.getStackTrace()).isEmpty();
        }
    }

    @Test
    void aRunIsTheSameAsItsChunksOneByOne() throws Exception {
        Random random = new Random(1);
        int[] lengths = {1, 493, 494, 495, 988, 10_000, ChunkSealer.MAX_DATA_PER_RUN};
        try (Session client = Session.ofClient(first.keys(memory));
                Session server = Session.ofServer(first.keys(memory));
                Session single = Session.ofClient(first.keys(memory))) {
            for (int length : lengths) {
                ByteBuffer sent = random(random, length);
                int count = client.sealer().seal(cipher, sent, 0, length, frames, 0);
                assertThat(count).isEqualTo((length + 493) / 494);
                for (int i = 0; i < count; i++) {
                    ByteBuffer frame = ByteBuffer.allocateDirect(Frame.SIZE);
                    int from = i * Frame.MAX_DATA;
                    single.sealer().seal(cipher, sent, from, Math.min(Frame.MAX_DATA, length - from), frame, 0);
                    assertThat(hex(frames, i * Frame.SIZE, Frame.SIZE)).isEqualTo(hex(frame));
                }
                assertThat(server.opener().open(cipher, frames, 0, count, data, 0))
                        .isEqualTo(length);
                assertThat(hex(data, 0, length)).isEqualTo(hex(sent));
            }
        }
    }

    @Test
    void aRunThatWouldPassTheLastNumberSealsNothing() {
        try (Session client = Session.ofClient(first.keys(memory), -2, 0)) {
            ByteBuffer sent = random(new Random(2), 3 * Frame.MAX_DATA);
            assertThatExceptionOfType(NonceExhaustedException.class)
                    .isThrownBy(() -> client.sealer().seal(cipher, sent, 0, sent.limit(), frames, 0));
            assertThat(hex(frames)).isEqualTo("00".repeat(frames.limit()));
            assertThat(client.sealer().seal(cipher, sent, 0, 2 * Frame.MAX_DATA, frames, 0))
                    .isEqualTo(2);
        }
    }

    @Test
    void whatCameBeforeABadChunkIsDeliveredAndTheRestIsNot() {
        try (Session client = Session.ofClient(first.keys(memory));
                Session server = Session.ofServer(first.keys(memory))) {
            ByteBuffer sent = random(new Random(3), 5 * Frame.MAX_DATA);
            client.sealer().seal(cipher, sent, 0, sent.limit(), frames, 0);
            frames.put(3 * Frame.SIZE, (byte) ~frames.get(3 * Frame.SIZE));
            ChunkException e = catchThrowableOfType(
                    ChunkException.class, () -> server.opener().open(cipher, frames, 0, 5, data, 0));
            assertThat(e.reason()).isEqualTo(ChunkFailure.BAD_TAG);
            assertThat(e.chunkNumber()).isEqualTo(4);
            assertThat(e).hasMessage("chunk 4 was altered, or isn't the one due");
            assertThat(e.dataLength()).isEqualTo(3 * Frame.MAX_DATA);
            assertThat(hex(data)).isEqualTo(hex(sent, 0, 3 * Frame.MAX_DATA) + "00".repeat(data.limit() - 3 * 494));
        }
    }

    @Test
    void anOpenerThatRefusedAChunkOpensNoOther() {
        try (Session client = Session.ofClient(first.keys(memory));
                Session server = Session.ofServer(first.keys(memory))) {
            client.sealer().seal(cipher, data, 0, 1, frames, 0);
            ByteBuffer good = frames.duplicate();
            ByteBuffer bad = ByteBuffer.allocateDirect(Frame.SIZE);
            assertThatExceptionOfType(ChunkException.class)
                    .isThrownBy(() -> server.opener().open(cipher, bad, 0, 1, data, 0));
            assertThatIllegalStateException()
                    .isThrownBy(() -> server.opener().open(cipher, good, 0, 1, data, 0))
                    .withMessage("a chunk was refused before");
        }
    }

    @Test
    void anOpenerThatRanOutOfNumbersOpensNoOther() {
        try (Session server = Session.ofServer(first.keys(memory), 0, -1)) {
            assertThatExceptionOfType(NonceExhaustedException.class)
                    .isThrownBy(() -> server.opener().open(cipher, frames, 0, 2, data, 0));
            assertThatIllegalStateException().isThrownBy(() -> server.opener().open(cipher, frames, 0, 1, data, 0));
        }
    }

    @Test
    void aChunkWithoutDataIsNoData() throws Exception {
        try (SessionKeys keys = first.keys(memory);
                Session server = Session.ofServer(first.keys(memory))) {
            RawChunk.seal(keys.bytes(), SessionKeys.CLIENT_KEY, 1, frames, 0);
            assertThat(server.opener().open(cipher, frames, 0, 1, data, 0)).isZero();
        }
    }

    @Test
    void opensInPlace() throws Exception {
        try (Session client = Session.ofClient(first.keys(memory));
                Session server = Session.ofServer(first.keys(memory))) {
            ByteBuffer sent = random(new Random(4), ChunkSealer.MAX_DATA_PER_RUN);
            client.sealer().seal(cipher, sent, 0, sent.limit(), frames, Frame.SIZE);
            server.opener().open(cipher, frames, Frame.SIZE, RUN, frames, Frame.SIZE);
            assertThat(hex(frames, Frame.SIZE, sent.limit())).isEqualTo(hex(sent));
        }
    }

    @Test
    void aMistakenCallerSpendsNoNumber() throws Exception {
        try (Session client = Session.ofClient(first.keys(memory));
                Session server = Session.ofServer(first.keys(memory))) {
            ChunkSealer sealer = client.sealer();
            ChunkOpener opener = server.opener();
            for (int length : new int[] {-1, 0, ChunkSealer.MAX_DATA_PER_RUN + 1}) {
                assertThatIllegalArgumentException().isThrownBy(() -> sealer.seal(cipher, data, 0, length, frames, 0));
            }
            for (int count : new int[] {-1, 0, RUN + 1}) {
                assertThatIllegalArgumentException().isThrownBy(() -> opener.open(cipher, frames, 0, count, data, 0));
            }
            int lastData = data.limit() - 1;
            int lastFrame = frames.limit() - Frame.SIZE;
            assertOutOfBounds(() -> sealer.seal(cipher, data, lastData, 2, frames, 0));
            assertOutOfBounds(() -> sealer.seal(cipher, data, 0, 1, frames, lastFrame + 1));
            assertOutOfBounds(() -> opener.open(cipher, frames, lastFrame + 1, 1, data, 0));
            assertOutOfBounds(() -> opener.open(cipher, frames, 0, 1, data, data.limit() - 493));
            assertCarries(first.clientToServer().get(0), sealer, opener);
        }
    }

    @Test
    void nothingIsSealedOrOpenedOnceClosed() {
        Session session = Session.ofClient(first.keys(memory));
        ChunkSealer sealer = session.sealer();
        ChunkOpener opener = session.opener();
        session.close();
        session.close();
        assertThatIllegalStateException().isThrownBy(() -> sealer.seal(cipher, data, 0, 1, frames, 0));
        assertThatIllegalStateException().isThrownBy(() -> opener.open(cipher, frames, 0, 1, data, 0));
        assertThat(session).hasToString("Session[SessionKeys[SecretBytes[64 bytes, closed]]]");
    }

    @Test
    void aLengthThatNoChunkHasIsSaidSo() {
        assertThat(new ChunkException(ChunkFailure.BAD_LENGTH, -1, 0))
                .hasMessage("chunk 18446744073709551615 claims more data than a chunk can hold");
    }

    private void assertCarries(Chunk chunk, ChunkSealer sealer, ChunkOpener opener) throws ChunkException {
        ByteBuffer plaintext = chunk.plaintext();
        ByteBuffer frame = ByteBuffer.allocateDirect(Frame.SIZE);
        assertThat(sealer.seal(cipher, plaintext, 0, plaintext.limit(), frame, 0))
                .isEqualTo(1);
        assertThat(hex(frame)).isEqualTo(chunk.chunk());
        int length = opener.open(cipher, chunk.frame(), 0, 1, data, 0);
        assertThat(hex(data, 0, length)).isEqualTo(chunk.data());
    }

    private static void assertOutOfBounds(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(call);
    }

    private static ByteBuffer random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return direct(bytes);
    }
}
