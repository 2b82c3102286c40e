package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saltunnel.core.Vectors;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nothing stays in the scratch space of ML-KEM after a call, whether it returns or throws. While a call runs, its message,
 * shared secret and noise are in locked memory alone.
 */
class MlKemScratchTest {

    private static final int SHARED = 32;

    /** Two vectors of three arrays each, and three single ones. */
    private static final int ARRAYS = 9;

    private final Random random = new Random(203);
    private final ByteBuffer seed = Vectors.direct(bytes(MlKem768.SEED_SIZE));
    private final ByteBuffer message = Vectors.direct(bytes(MlKem768.MESSAGE_SIZE));
    private final ByteBuffer encapsulationKey = ByteBuffer.allocateDirect(MlKem768.ENCAPSULATION_KEY_SIZE);
    private final ByteBuffer decapsulationKey = ByteBuffer.allocateDirect(MlKem768.DECAPSULATION_KEY_SIZE);
    private final ByteBuffer ciphertext = ByteBuffer.allocateDirect(MlKem768.CIPHERTEXT_SIZE);
    private final ByteBuffer shared = ByteBuffer.allocateDirect(MlKem768.SHARED_SECRET_SIZE);

    MlKemScratchTest() {
        MlKem768.keyPair(seed, 0, encapsulationKey, 0, decapsulationKey, 0);
        MlKem768.encapsulate(encapsulationKey, 0, message, 0, ciphertext, 0, shared, 0);
    }

    private enum Algorithm {
        KEY_PAIR {
            @Override
            void run(MlKemScratchTest test, MlKemCall call) {
                call.generate(test.seed, 0, test.encapsulationKey, 0, test.decapsulationKey, 0);
            }

            @Override
            void fail(MlKemScratchTest test) {
                MlKem768.keyPair(test.seed, 0, test.encapsulationKey, 0, test.decapsulationKey.asReadOnlyBuffer(), 0);
            }
        },
        ENCAPSULATION {
            @Override
            void run(MlKemScratchTest test, MlKemCall call) {
                call.encapsulate(test.encapsulationKey, 0, test.message, 0, test.ciphertext, 0, test.shared, 0);
            }

            @Override
            void fail(MlKemScratchTest test) {
                ByteBuffer refused = test.shared.asReadOnlyBuffer();
                MlKem768.encapsulate(test.encapsulationKey, 0, test.message, 0, test.ciphertext, 0, refused, 0);
            }
        },
        DECAPSULATION {
            @Override
            void run(MlKemScratchTest test, MlKemCall call) {
                call.decapsulate(test.decapsulationKey, 0, test.ciphertext, 0, test.shared, 0);
            }

            @Override
            void fail(MlKemScratchTest test) {
                MlKem768.decapsulate(test.decapsulationKey, 0, test.ciphertext, 0, test.shared.asReadOnlyBuffer(), 0);
            }
        };

        abstract void run(MlKemScratchTest test, MlKemCall call);

        /** Its last result can't be written. */
        abstract void fail(MlKemScratchTest test);
    }

    @ParameterizedTest
    @EnumSource
    void isWipedWhenACallEnds(Algorithm algorithm) {
        MlKemCall call = MlKemCall.begin();
        try (call) {
            algorithm.run(this, call);
            assertThat(isZero(call.block)).isFalse();
            assertThat(call.arrays()).hasSize(ARRAYS).noneMatch(MlKemScratchTest::isZero);
        }
        assertWiped(call);
    }

    @ParameterizedTest
    @EnumSource
    void isWipedWhenACallThrows(Algorithm algorithm) {
        MlKemCall next = nextCall();
        assertThatExceptionOfType(ReadOnlyBufferException.class).isThrownBy(() -> algorithm.fail(this));
        assertThat(nextCall()).isSameAs(next);
        assertWiped(next);
    }

    /** So its arrays become old, and the collector moves them no more. */
    @Test
    void isUsedAgainByTheNextCall() {
        MlKemCall first = nextCall();
        for (Algorithm algorithm : Algorithm.values()) {
            try (MlKemCall call = MlKemCall.begin()) {
                assertThat(call).isSameAs(first);
                algorithm.run(this, call);
            }
        }
    }

    @Test
    void isNotSharedByTwoCallsAtATime() {
        try (MlKemCall one = MlKemCall.begin();
                MlKemCall other = MlKemCall.begin()) {
            assertThat(one).isNotSameAs(other);
            assertThat(one.block).isNotSameAs(other.block);
        }
    }

    /** A search finds the secrets of an encapsulation in its block, and in none of its arrays. */
    @Test
    void secretsInOnePieceAreInLockedMemoryAlone() {
        try (MlKemCall call = MlKemCall.begin()) {
            call.encapsulate(encapsulationKey, 0, message, 0, ciphertext, 0, shared, 0);
            assertThat(call.block.isDirect()).isTrue();
            for (ByteBuffer secret : List.of(message, shared)) {
                for (int at = 0; at < SHARED; at += Long.BYTES) {
                    long word = LittleEndian.getLong(secret, at);
                    assertThat(words(call.block)).contains(word);
                    assertThat(call.arrays()).noneMatch(array -> words(array).contains(word));
                }
            }
        }
    }

    /** The call that the next one will use. */
    private static MlKemCall nextCall() {
        MlKemCall call = MlKemCall.begin();
        call.close();
        return call;
    }

    private static void assertWiped(MlKemCall call) {
        assertThat(isZero(call.block)).isTrue();
        assertThat(call.arrays()).allMatch(MlKemScratchTest::isZero);
    }

    private static boolean isZero(int[] array) {
        return Arrays.stream(array).allMatch(value -> value == 0);
    }

    private static boolean isZero(ByteBuffer buffer) {
        return words(buffer).stream().allMatch(word -> word == 0);
    }

    private static List<Long> words(ByteBuffer buffer) {
        List<Long> words = new ArrayList<>();
        for (int at = 0; at < buffer.limit(); at += Long.BYTES) {
            words.add(LittleEndian.getLong(buffer, at));
        }
        return words;
    }

    private static List<Long> words(int[] array) {
        List<Long> words = new ArrayList<>();
        for (int i = 0; i + 1 < array.length; i++) {
            words.add(array[i] & 0xffff_ffffL | (long) array[i + 1] << 32);
        }
        return words;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
