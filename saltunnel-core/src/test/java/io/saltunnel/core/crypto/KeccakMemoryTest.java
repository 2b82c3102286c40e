package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.secret.SecretMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the hash functions keep their state, and what is left of it. */
class KeccakMemoryTest {

    private final Random random = new Random(202);

    @ParameterizedTest
    @MethodSource("functions")
    void keepsItsStateOutsideTheHeap(Keccak keccak) {
        try (keccak;
                Keccak copy = keccak.copy()) {
            assertThat(keccak.words.isDirect()).isTrue();
            assertThat(copy.words.isDirect()).isTrue();
        }
    }

    static List<Keccak> functions() {
        return List.of(Keccak.sha3of256(), Keccak.sha3of512(), Keccak.shake128(), Keccak.shake256());
    }

    /**
     * The permutation's frame keeps words of the state that it permuted last. So that must be the state without secrets,
     * however the state with secrets came to be permuted.
     */
    @Test
    void permutesAStateWithoutSecretsAfterOneWithSecrets() {
        ByteBuffer block = ByteBuffer.wrap(bytes(136));
        ByteBuffer out = ByteBuffer.allocate(136);
        LongBuffer words = words(Keccak.SECRET_WORDS);
        LongBuffer expected = words(KeccakPermutation.WORDS);
        try (Keccak keccak = Keccak.shake256(words)) {
            LongBuffer rinse = words.slice(KeccakPermutation.WORDS, KeccakPermutation.WORDS);
            keccak.absorb(block, 0, 135);
            assertThat(isZero(rinse)).as("before a block is full").isTrue();
            keccak.absorb((byte) 1);
            KeccakPermutation.permute(expected);
            assertThat(rinse).as("after a single byte").isEqualTo(expected);
            keccak.absorb(block, 0, 136);
            KeccakPermutation.permute(expected);
            assertThat(rinse).as("after a block").isEqualTo(expected);
            keccak.squeeze(out, 0, 136);
            KeccakPermutation.permute(expected);
            assertThat(rinse).as("after output").isEqualTo(expected);
            keccak.squeezeLong();
            KeccakPermutation.permute(expected);
            assertThat(rinse).as("after a word of output").isEqualTo(expected);
        }
    }

    @Test
    void aCopyOfAFunctionForSecretsIsOneToo() {
        for (Keccak keccak : functions()) {
            try (keccak;
                    Keccak copy = keccak.copy()) {
                assertThat(copy.rinse == null).isEqualTo(keccak.rinse == null);
            }
        }
    }

    @Test
    void givesItsMemoryBackWhenItIsClosed() {
        try (SecretMemory memory = SecretMemory.create()) {
            Keccak one = Keccak.sha3of256(memory);
            Keccak other = Keccak.shake256(memory);
            assertThat(memory.liveSecrets()).isEqualTo(2);
            one.close();
            one.close();
            assertThat(memory.liveSecrets()).isOne();
            other.close();
            assertThat(memory.liveSecrets()).isZero();
        }
    }

    @Test
    void wipesWordsOfItsCallerWhenItIsClosed() {
        LongBuffer words = words(Keccak.PUBLIC_WORDS);
        Keccak keccak = Keccak.sha3of256(words).absorb((byte) 1);
        assertThat(isZero(words)).isFalse();
        keccak.close();
        assertThat(isZero(words)).isTrue();
    }

    private static LongBuffer words(int count) {
        return ByteBuffer.allocateDirect(count * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }

    @ParameterizedTest
    @MethodSource("functions")
    void isWipedWhenItIsClosed(Keccak keccak) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes(200));
        keccak.absorb(buffer, 0, 200).squeeze(buffer, 0, 8);
        assertThat(isZero(keccak.words)).isFalse();
        keccak.close();
        assertThat(isZero(keccak.words)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("functions")
    void refusesEverythingWhenItIsClosed(Keccak keccak) {
        keccak.close();
        keccak.close();
        ByteBuffer buffer = ByteBuffer.allocate(8);
        assertThatIllegalStateException().isThrownBy(() -> keccak.absorb(buffer, 0, 1));
        assertThatIllegalStateException().isThrownBy(() -> keccak.absorb((byte) 1));
        assertThatIllegalStateException().isThrownBy(() -> keccak.absorbLong(1));
        assertThatIllegalStateException().isThrownBy(() -> keccak.squeeze(buffer, 0, 1));
        assertThatIllegalStateException().isThrownBy(keccak::squeezeLong);
        assertThatIllegalStateException().isThrownBy(keccak::copy);
        assertThatIllegalStateException().isThrownBy(keccak::reset);
    }

    static boolean isZero(LongBuffer words) {
        boolean zero = true;
        for (int i = 0; i < words.limit(); i++) {
            zero &= words.get(i) == 0;
        }
        return zero;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
