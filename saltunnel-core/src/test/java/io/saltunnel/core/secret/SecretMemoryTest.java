package io.saltunnel.core.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretMemoryTest {

    private final SecretMemory memory = SecretMemory.create();

    @AfterEach
    void closeMemory() {
        memory.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 63, 64, 65, 127, 128, 129, 1000, 2048, 4095, 4096})
    void handsOutZerosOfTheExactSize(int size) {
        try (SecretBytes secret = memory.allocate(size)) {
            ByteBuffer buffer = secret.buffer();
            assertThat(secret.size()).isEqualTo(size);
            assertThat(buffer.capacity()).isEqualTo(size);
            assertThat(buffer.remaining()).isEqualTo(size);
            assertThat(buffer.isDirect()).isTrue();
            assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(ConstantTime.isZero(buffer, 0, size)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 4097, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void refusesSizesOutOfRange(int size) {
        assertThatIllegalArgumentException().isThrownBy(() -> memory.allocate(size));
    }

    @Test
    void wipesOnClose() {
        ByteBuffer slab = memory.peek(0);
        SecretBytes secret = memory.allocate(32);
        fill(secret, 0x5a);
        assertThat(ConstantTime.isZero(slab, 0, slab.capacity())).isFalse();
        secret.close();
        assertThat(ConstantTime.isZero(slab, 0, slab.capacity())).isTrue();
    }

    /**
     * Callers shouldn't move position and limit. If a caller does, such as a custom random source, no other secret is
     * affected.
     */
    @ParameterizedTest
    @ValueSource(ints = {63, 64})
    void wipesAndLendsAnewWhateverBecameOfPositionAndLimit(int size) {
        ByteBuffer slab = memory.peek(0);
        SecretBytes moved = memory.allocate(size);
        fill(moved, 0x5a);
        moved.buffer().limit(16).position(8).order(ByteOrder.BIG_ENDIAN);
        moved.close();
        assertThat(ConstantTime.isZero(slab, 0, slab.capacity())).isTrue();
        handsOutZerosOfTheExactSize(size);
    }

    @Test
    void closesOnceOnlyEvenWhenTheSlotIsInUseAgain() {
        SecretBytes first = memory.allocate(32);
        first.close();
        SecretBytes second = memory.allocate(32);
        fill(second, 7);
        first.close();
        assertThat(second.buffer().get(31)).isEqualTo((byte) 7);
        SecretBytes third = memory.allocate(32);
        assertThat(third.buffer().get(31)).isZero();
        assertThat(memory.liveSecrets()).isEqualTo(2);
    }

    @Test
    void refusesUseAfterClose() {
        SecretBytes secret = memory.allocate(32);
        secret.close();
        assertThatIllegalStateException().isThrownBy(secret::buffer);
        assertThat(secret.size()).isEqualTo(32);
    }

    @Test
    void wipesLiveSecretsWhenItClosesItselfAndKeepsTheirViewsReadable() {
        SecretBytes secret = memory.allocate(64);
        ByteBuffer view = secret.buffer();
        fill(secret, 1);
        memory.close();
        assertThat(ConstantTime.isZero(view, 0, 64)).isTrue();
        assertThatIllegalStateException().isThrownBy(secret::buffer);
        assertThatIllegalStateException().isThrownBy(() -> memory.allocate(1));
        secret.close();
        assertThat(memory.liveSecrets()).isZero();
    }

    @Test
    void saysWhetherWhatWasComputedIsGood() {
        SecretBytes closed = memory.allocate(32);
        closed.checkOpen();
        closed.close();
        assertThatIllegalStateException().isThrownBy(closed::checkOpen).withMessage("secret is closed");
        SecretBytes open = memory.allocate(32);
        memory.close();
        assertThatIllegalStateException().isThrownBy(open::checkOpen).withMessage("secret memory is closed");
    }

    @Test
    void tellsAllUsersOfAnOpenSecretEvenIfTellingSomeFails() {
        List<String> told = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            memory.allocate(1).whenMemoryCloses(() -> {
                told.add(name);
                throw new IllegalArgumentException(name);
            });
        }
        SecretBytes closed = memory.allocate(1);
        closed.whenMemoryCloses(() -> told.add("closed"));
        closed.close();
        memory.close();
        assertThat(told).containsExactlyInAnyOrder("a", "b", "c");
        memory.close();
        assertThat(told).hasSize(3);
    }

    @Test
    void showsNoContent() {
        SecretBytes secret = memory.allocate(32);
        fill(secret, 'x');
        assertThat(secret).hasToString("SecretBytes[32 bytes]");
        secret.close();
        assertThat(secret).hasToString("SecretBytes[32 bytes, closed]");
        assertThat(memory).hasToString("SecretMemory[0 secrets]");
    }

    @Test
    void growsAndReportsWhatIsLocked() {
        List<SecretBytes> secrets = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            secrets.add(memory.allocate(64));
        }
        MemoryLockStatus status = memory.lockStatus();
        assertThat(status.lockedBytes() + status.unlockedBytes()).isEqualTo(2 * 64 * 1024);
        assertThat(status.allLocked()).isEqualTo(status.advice().isEmpty());
        secrets.forEach(SecretBytes::close);
        assertThat(memory.lockStatus()).isEqualTo(status);
    }

    @Test
    void neverOverlapsSecretsInAnyOrderOfAllocatingAndClosing() {
        Random random = new Random(4);
        List<SecretBytes> live = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (live.isEmpty() || (random.nextInt(5) < 3 && live.size() < 300)) {
                SecretBytes secret = memory.allocate(1 + random.nextInt(random.nextBoolean() ? 64 : 4096));
                assertThat(ConstantTime.isZero(secret.buffer(), 0, secret.size()))
                        .isTrue();
                fill(secret, secret.hashCode());
                live.add(secret);
            } else {
                try (SecretBytes secret = live.remove(random.nextInt(live.size()))) {
                    assertHolds(secret, secret.hashCode());
                }
            }
        }
        live.forEach(secret -> assertHolds(secret, secret.hashCode()));
        live.forEach(SecretBytes::close);
        assertThat(memory.liveSecrets()).isZero();
    }

    @Test
    void servesManyThreadsAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int mark = t + 1;
                tasks.add(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        try (SecretBytes a = memory.allocate(64);
                                SecretBytes b = memory.allocate(32)) {
                            fill(a, mark);
                            fill(b, mark);
                            assertHolds(a, mark);
                            assertHolds(b, mark);
                        }
                    }
                    return null;
                });
            }
            for (Future<Void> task : threads.invokeAll(tasks)) {
                task.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(memory.liveSecrets()).isZero();
        ByteBuffer slab = memory.peek(0);
        assertThat(ConstantTime.isZero(slab, 0, slab.capacity())).isTrue();
    }

    private static void fill(SecretBytes secret, int value) {
        for (int i = 0; i < secret.size(); i++) {
            secret.buffer().put(i, (byte) value);
        }
    }

    private static void assertHolds(SecretBytes secret, int value) {
        for (int i = 0; i < secret.size(); i++) {
            if (secret.buffer().get(i) != (byte) value) {
                throw new AssertionError("byte " + i + " was overwritten");
            }
        }
    }
}
