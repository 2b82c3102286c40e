package io.saltunnel.core.session;

import static io.saltunnel.core.Vectors.hex;
import static io.saltunnel.core.session.Ends2.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saltunnel.core.Protocol2Vector;
import io.saltunnel.core.crypto.ChunkFailure;
import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Version 2's changes of keys, end and padding. The vectors show that chunks have the right bytes. */
class Session2Test {

    private static final int RUN = Ends2.RUN;
    private static final int SEALED_KEY = KeyChanges.MAX_CHUNKS;

    private final Ends2 ends = new Ends2(Protocol2Vector.judged());
    private final ChunkSealer sealer = ends.client.sealer();
    private final ChunkOpener opener = ends.server.opener();
    private final String firstKey = ends.vector.clientKey();

    @AfterEach
    void leavesNoSecret() {
        ends.close();
    }

    @Test
    void saysItsVersion() {
        assertThat(ends.client.version()).isEqualTo(ProtocolVersion.V2);
        assertThat(ends.server.version()).isEqualTo(ProtocolVersion.V2);
    }

    /** The last chunk under a key lies at every place of a run that matters: first, inside, last. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 127, 128})
    void theKeyChangesWithTheLastChunkThatItMaySeal(int place) throws Exception {
        ends.carry(SEALED_KEY - place);
        assertThat(ends.clientKey(ends.clientKeys)).isEqualTo(firstKey);
        ends.carry(RUN);
        assertThat(ends.clientKey(ends.clientKeys)).isEqualTo(next(firstKey));
        assertThat(ends.clientKey(ends.serverKeys)).isEqualTo(next(firstKey));
        ends.carry(SEALED_KEY - (RUN - place) - 1);
        assertThat(ends.clientKey(ends.clientKeys)).isEqualTo(next(firstKey));
        ends.carry(1);
        assertThat(ends.clientKey(ends.serverKeys)).isEqualTo(next(next(firstKey)));
        assertThat(hex(ends.serverKeys.bytes(), SessionKeys.SERVER_KEY, 32))
                .as("the other direction's key")
                .isEqualTo(ends.vector.serverKey());
    }

    @Test
    void theLastChunkUnderAKeyMayBeTheEndInstead() throws Exception {
        ends.carry(SEALED_KEY - 1);
        assertThat(sealer.sealEnd(ends.cipher, ends.data, 0, 7, ends.frames, 0)).isEqualTo(1);
        assertThat(opener.open(ends.cipher, ends.frames, 0, 1, ends.data, 0)).isEqualTo(7);
        assertThat(opener.hasEnded()).isTrue();
    }

    /** The key changes at each chunk of a run in turn, in its data and in its padding. */
    @Test
    void aPaddedRunChangesTheKeyWhereverItIsDue() throws Exception {
        int frames = 9;
        int length = 3 * Frame.MAX_DATA + 5;
        for (int before = 1; before <= frames; before++) {
            try (Ends2 other = new Ends2(ends.vector)) {
                other.carry(SEALED_KEY - before);
                other.client.sealer().sealPadded(other.cipher, other.data, 0, length, other.frames, 0, frames);
                assertThat(other.clientKey(other.clientKeys)).isEqualTo(next(firstKey));
                assertThat(other.server.opener().open(other.cipher, other.frames, 0, frames, other.data, 0))
                        .isEqualTo(length);
                other.carry(1);
            }
        }
    }

    @Test
    void aPaddedRunHasRoomForItsData() {
        for (int[] wrong : new int[][] {{0, 0}, {0, -1}, {0, RUN + 1}, {-1, 1}, {495, 1}, {Integer.MAX_VALUE, RUN}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> sealer.sealPadded(ends.cipher, ends.data, 0, wrong[0], ends.frames, 0, wrong[1]));
        }
        ByteBuffer small = ByteBuffer.allocateDirect(2 * Frame.SIZE - 1);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> sealer.sealPadded(ends.cipher, ends.data, 0, 0, small, 0, 2));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> sealer.sealPadded(ends.cipher, ends.data, ends.data.limit(), 1, ends.frames, 0, 2));
    }

    @Test
    void paddingCountsTowardsTheKeysChunks() throws Exception {
        ends.carry(SEALED_KEY - 1);
        padding();
        assertThat(ends.clientKey(ends.clientKeys)).isEqualTo(next(firstKey));
        ends.carry(1);
    }

    @Test
    void aKeyWithoutChunksStays() {
        assertThat(sealer.nanosUntilKeyChange()).isEmpty();
        ends.nanos = Duration.ofDays(1).toNanos();
        assertThat(sealer.nanosUntilKeyChange()).isEmpty();
    }

    @Test
    void theTimeOfAKeyBeginsWithItsFirstChunk() throws Exception {
        ends.nanos = Long.MAX_VALUE - 5; // such a clock may wrap around
        ends.carry(1);
        assertThat(sealer.nanosUntilKeyChange()).hasValue(Duration.ofMinutes(1).toNanos());
        ends.nanos += Duration.ofSeconds(59).toNanos();
        ends.carry(3);
        assertThat(sealer.nanosUntilKeyChange()).hasValue(Duration.ofSeconds(1).toNanos());
        assertThat(ends.clientKey(ends.clientKeys)).isEqualTo(firstKey);
        ends.nanos += Duration.ofSeconds(1).toNanos();
        assertThat(sealer.nanosUntilKeyChange()).hasValue(0);
        ends.carry(RUN);
        assertThat(ends.clientKey(ends.clientKeys)).isEqualTo(next(firstKey));
        assertThat(sealer.nanosUntilKeyChange())
                .as("the new key has sealed nothing")
                .isEmpty();
        assertThat(ends.server.sealer().nanosUntilKeyChange())
                .as("the other direction")
                .isEmpty();
        ends.carry(1);
        assertThat(sealer.nanosUntilKeyChange()).hasValue(Duration.ofMinutes(1).toNanos());
    }

    @Test
    void aQuietDirectionChangesItsKeyWithPadding() throws Exception {
        ends.carry(1);
        padding();
        assertThat(ends.clientKey(ends.clientKeys)).as("not due yet").isEqualTo(firstKey);
        ends.nanos += Duration.ofSeconds(61).toNanos();
        padding();
        assertThat(ends.clientKey(ends.clientKeys)).isEqualTo(next(firstKey));
        assertThat(ends.clientKey(ends.serverKeys)).isEqualTo(next(firstKey));
        ends.carry(2);
    }

    /** In a run whose second chunk announces a new key. */
    @Test
    void aRefusedChunkIsNamedByItsNumberAndWhatCameBeforeItIsDelivered() throws Exception {
        ends.carry(3);
        ends.nanos = Duration.ofMinutes(2).toNanos();
        assertThat(sealer.seal(ends.cipher, ends.data, 0, 2 * Frame.MAX_DATA, ends.frames, 0))
                .isEqualTo(2);
        assertThat(ends.clientKey(ends.clientKeys)).isEqualTo(next(firstKey));
        assertThat(sealer.seal(ends.cipher, ends.data, 0, 3 * Frame.MAX_DATA, ends.frames, 2 * Frame.SIZE))
                .isEqualTo(3);
        int altered = 3 * Frame.SIZE + 100;
        ends.frames.put(altered, (byte) ~ends.frames.get(altered));
        assertThatExceptionOfType(ChunkException.class)
                .isThrownBy(() -> opener.open(ends.cipher, ends.frames, 0, 5, ends.data, 0))
                .satisfies(e -> assertThat(e.chunkNumber()).isEqualTo(6))
                .satisfies(e -> assertThat(e.dataLength()).isEqualTo(3 * Frame.MAX_DATA));
    }

    @Test
    void momentsAreDrawnFromOneToTwoMinutes() {
        Random random = new Random(60);
        Duration least = KeyChanges.LATEST;
        Duration most = KeyChanges.EARLIEST;
        for (int i = 0; i < 2000; i++) {
            Duration drawn = drawn(target -> target.putLong(0, random.nextLong()));
            assertThat(drawn).isBetween(KeyChanges.EARLIEST, KeyChanges.LATEST);
            least = drawn.compareTo(least) < 0 ? drawn : least;
            most = drawn.compareTo(most) > 0 ? drawn : most;
        }
        assertThat(least).isLessThan(Duration.ofSeconds(61));
        assertThat(most).isGreaterThan(Duration.ofSeconds(119));
        assertThat(drawn(target -> {})).isEqualTo(Duration.ofMinutes(1));
        assertThat(drawn(target -> target.putLong(0, Long.MIN_VALUE))).isEqualTo(Duration.ofSeconds(90));
        assertThat(drawn(target -> target.putLong(0, -1)))
                .isEqualTo(Duration.ofMinutes(2).minusNanos(1));
    }

    private Duration drawn(RandomSource random) {
        return Duration.ofNanos(new KeyChanges(() -> 0, random, ends.memory).drawNanos());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 494, 495, 128 * 494})
    void theEndCarriesDataAndWipesTheKey(int length) throws Exception {
        int frames = sealer.endFrames(length);
        assertThat(frames).isEqualTo(Math.max(1, (length + 493) / 494));
        assertThat(sealer.sealEnd(ends.cipher, ends.data, 0, length, ends.frames, 0))
                .isEqualTo(frames);
        assertThat(ends.clientKey(ends.clientKeys)).isEqualTo("00".repeat(32));
        assertThat(sealer.nanosUntilKeyChange()).isEmpty();
        assertThat(opener.open(ends.cipher, ends.frames, 0, frames, ends.data, 0))
                .isEqualTo(length);
        assertThat(opener.hasEnded()).isTrue();
        assertThat(ends.clientKey(ends.serverKeys)).isEqualTo("00".repeat(32));
    }

    @Test
    void theOtherDirectionGoesOnAfterTheEnd() throws Exception {
        sealer.sealEnd(ends.cipher, ends.data, 0, 0, ends.frames, 0);
        opener.open(ends.cipher, ends.frames, 0, 1, ends.data, 0);
        assertThat(ends.server.sealer().seal(ends.cipher, ends.data, 0, 5, ends.frames, 0))
                .isEqualTo(1);
        assertThat(ends.client.opener().open(ends.cipher, ends.frames, 0, 1, ends.data, 0))
                .isEqualTo(5);
        assertThat(ends.client.opener().hasEnded()).isFalse();
    }

    @Test
    void nothingIsSealedAfterTheEnd() {
        sealer.sealEnd(ends.cipher, ends.data, 0, 3, ends.frames, 0);
        String sealed = hex(ends.frames);
        for (Runnable call : new Runnable[] {
            () -> sealer.seal(ends.cipher, ends.data, 0, 1, ends.frames, 0),
            () -> sealer.sealEnd(ends.cipher, ends.data, 0, 0, ends.frames, 0),
            () -> sealer.sealPadded(ends.cipher, ends.data, 0, 0, ends.frames, 0, 1)
        }) {
            assertThatIllegalStateException().isThrownBy(call::run).withMessage("this direction has ended");
        }
        assertThat(hex(ends.frames)).isEqualTo(sealed);
    }

    @Test
    void aChunkBehindTheEndIsRefusedAndTheEndStands() {
        sealer.sealEnd(ends.cipher, ends.data, 0, 500, ends.frames, 0);
        ChunkException e = refused(3);
        assertThat(e.reason()).isEqualTo(ChunkFailure.AFTER_END);
        assertThat(e.dataLength()).isEqualTo(500);
        assertThat(e.chunkNumber()).isEqualTo(2);
        assertThat(e).hasMessage("chunk 2 comes after the end");
        assertThat(opener.hasEnded()).isTrue();
    }

    @Test
    void aLaterRunBehindTheEndIsRefused() throws Exception {
        sealer.sealEnd(ends.cipher, ends.data, 0, 500, ends.frames, 0);
        opener.open(ends.cipher, ends.frames, 0, 2, ends.data, 0);
        ChunkException e = refused(1);
        assertThat(e.reason()).isEqualTo(ChunkFailure.AFTER_END);
        assertThat(e.dataLength()).isZero();
        assertThatIllegalStateException().isThrownBy(() -> opener.open(ends.cipher, ends.frames, 0, 1, ends.data, 0));
    }

    /** A recorded chunk, and one that is sealed under a replaced key. */
    @Test
    void aChunkUnderAnOldKeyIsRefused() throws Exception {
        ends.carry(1);
        ByteBuffer recorded = ByteBuffer.allocateDirect(Frame.SIZE).put(0, ends.frames, 0, Frame.SIZE);
        ends.nanos += Duration.ofSeconds(61).toNanos();
        padding();
        ends.frames.put(0, recorded, 0, Frame.SIZE);
        assertThat(refused(1).reason()).isEqualTo(ChunkFailure.BAD_TAG);
    }

    @Test
    void aBadChunkBehindAChangeOfKeysKeepsWhatWasBefore() throws Exception {
        ends.carry(1);
        ends.nanos += Duration.ofSeconds(61).toNanos();
        sealer.seal(ends.cipher, ends.data, 0, 1000, ends.frames, 0);
        sealer.seal(ends.cipher, ends.data, 0, 10, ends.frames, 3 * Frame.SIZE);
        ends.frames.put(3 * Frame.SIZE, (byte) ~ends.frames.get(3 * Frame.SIZE));
        ChunkException e = refused(4);
        assertThat(e.reason()).isEqualTo(ChunkFailure.BAD_TAG);
        assertThat(e.dataLength()).isEqualTo(1000);
        assertThat(e.chunkNumber()).isEqualTo(4);
    }

    @Test
    void paddingIsZerosAndDeliversNothing() throws Exception {
        ends.data.put(0, (byte) 0x55);
        sealer.sealPadded(ends.cipher, ends.data, 0, 0, ends.frames, Frame.SIZE, 1);
        ByteBuffer text = ByteBuffer.allocateDirect(Frame.SIZE).put(0, ends.frames, Frame.SIZE, Frame.SIZE);
        try (var box = new SecretBox()) {
            assertThat(box.open8(ends.clientKeys.bytes(), SessionKeys.CLIENT_KEY, 0, text, 0, 496))
                    .isTrue();
        }
        assertThat(hex(text, 16, 496)).isEqualTo("00".repeat(496));
        assertThat(opener.open(ends.cipher, ends.frames, Frame.SIZE, 1, ends.data, 0))
                .isZero();
        assertThat(ends.data.get(0)).isEqualTo((byte) 0x55);
    }

    @Test
    void aCallersMistakeSpendsNothing() throws Exception {
        for (int length : new int[] {0, -1, RUN * Frame.MAX_DATA + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> sealer.seal(ends.cipher, ends.data, 0, length, ends.frames, 0))
                    .withMessage("can't seal " + length + " bytes in one run");
        }
        for (int length : new int[] {-1, RUN * Frame.MAX_DATA + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> sealer.sealEnd(ends.cipher, ends.data, 0, length, ends.frames, 0));
        }
        ByteBuffer small = ByteBuffer.allocateDirect(511);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> sealer.seal(ends.cipher, ends.data, 0, 1, small, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> sealer.seal(ends.cipher, small, 0, 512, ends.frames, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> sealer.sealPadded(ends.cipher, ends.data, 0, 0, small, 0, 1));
        for (int count : new int[] {0, -1, RUN + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> opener.open(ends.cipher, ends.frames, 0, count, ends.data, 0))
                    .withMessage("can't open " + count + " frames in one run");
        }
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> opener.open(ends.cipher, small, 0, 1, ends.data, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> opener.open(ends.cipher, ends.frames, 0, 2, small, 0));
        ends.carry(1);
    }

    @Test
    void numbersGoOnOverChangesOfKeysAndNeverWrap() throws Exception {
        SessionKeys own = Ends2.keys(ends.vector, ends.memory);
        KeyChanges changes = new KeyChanges(() -> ends.nanos, target -> {}, ends.memory);
        try (Session late = Session.version2(own, SessionKeys.CLIENT_KEY, SessionKeys.SERVER_KEY, -2, -2, changes)) {
            late.sealer().sealPadded(ends.cipher, ends.data, 0, 0, ends.frames, 0, 1);
            ends.nanos += Duration.ofSeconds(61).toNanos();
            late.sealer().sealPadded(ends.cipher, ends.data, 0, 0, ends.frames, 0, 1);
            assertThatExceptionOfType(NonceExhaustedException.class)
                    .isThrownBy(() -> late.sealer().sealPadded(ends.cipher, ends.data, 0, 0, ends.frames, 0, 1));
            assertThatExceptionOfType(NonceExhaustedException.class)
                    .isThrownBy(() -> late.opener().open(ends.cipher, ends.frames, 0, 3, ends.data, 0));
        }
    }

    @Test
    void aFailureToDrawAMomentSealsNothing() {
        RandomSource broken = target -> {
            throw new IllegalStateException("no random bytes");
        };
        try (Ends2 other = new Ends2(ends.vector, broken)) {
            assertThatIllegalStateException()
                    .isThrownBy(
                            () -> other.client.sealer().sealPadded(other.cipher, other.data, 0, 0, other.frames, 0, 1))
                    .withMessage("no random bytes");
            assertThat(hex(other.frames, 0, Frame.SIZE)).isEqualTo("00".repeat(Frame.SIZE));
            assertThat(other.memory.liveSecrets()).isEqualTo(2);
        }
    }

    @Test
    void closedMemoryLeavesNothingOfARun() {
        SecretMemory closing = SecretMemory.create();
        SessionKeys keys = Ends2.keys(ends.vector, closing);
        Session session = Session.ofClient(keys, new KeyChanges(() -> 0, target -> closing.close(), ends.memory));
        assertThatIllegalStateException()
                .isThrownBy(() -> session.sealer().seal(ends.cipher, ends.data, 0, 1000, ends.frames, 0))
                .withMessage("secret memory is closed");
        assertThat(hex(ends.frames)).isEqualTo("00".repeat(ends.frames.limit()));
        assertThatIllegalStateException()
                .isThrownBy(() -> session.opener().open(ends.cipher, ends.frames, 0, 1, ends.data, 0))
                .withMessage("secret memory is closed");
        session.close();
    }

    private void padding() throws ChunkException {
        sealer.sealPadded(ends.cipher, ends.data, 0, 0, ends.frames, 0, 1);
        assertThat(opener.open(ends.cipher, ends.frames, 0, 1, ends.data, 0)).isZero();
    }

    private ChunkException refused(int count) {
        return catchThrowableOfType(
                ChunkException.class, () -> opener.open(ends.cipher, ends.frames, 0, count, ends.data, 0));
    }

    @Test
    void version1HasNeitherEndNorPaddingNorOtherKeys() throws Exception {
        SessionVector vector = SessionVector.all().get(0);
        try (Session client = Session.ofClient(vector.keys(ends.memory));
                Session server = Session.ofServer(vector.keys(ends.memory))) {
            assertThat(client.version()).isEqualTo(ProtocolVersion.V1);
            assertThat(server.version()).isEqualTo(ProtocolVersion.V1);
            assertThat(client.sealer().endFrames(0)).isZero();
            assertThat(client.sealer().endFrames(495)).isEqualTo(2);
            assertThat(client.sealer().sealEnd(ends.cipher, ends.data, 0, 0, ends.frames, 0))
                    .isZero();
            assertThat(client.sealer().sealEnd(ends.cipher, ends.data, 0, 495, ends.frames, 0))
                    .isEqualTo(2);
            assertThat(server.opener().open(ends.cipher, ends.frames, 0, 2, ends.data, 0))
                    .isEqualTo(495);
            assertThat(server.opener().hasEnded()).isFalse();
            assertThat(client.sealer().nanosUntilKeyChange()).isEqualTo(OptionalLong.empty());
            assertThatIllegalStateException()
                    .isThrownBy(() -> client.sealer().sealPadded(ends.cipher, ends.data, 0, 0, ends.frames, 0, 1))
                    .withMessage("version 1 has no padding");
        }
    }
}
