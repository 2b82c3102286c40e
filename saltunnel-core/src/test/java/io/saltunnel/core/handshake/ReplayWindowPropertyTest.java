package io.saltunnel.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The replay window compared with its rules in their shortest form, and used by many threads at once. All randomness is
 * seeded.
 */
class ReplayWindowPropertyTest {

    private static final long START = 1_700_000_000;
    private static final int THREADS = 8;

    record Case(long seed, int capacity, int clockJitter, int spread) {}

    static Stream<Case> cases() {
        return IntStream.range(0, 60).mapToObj(i -> {
            Random random = new Random(i);
            int capacity = 1 + random.nextInt(1 << random.nextInt(8));
            return new Case(i, capacity, 1 << random.nextInt(13), 1 << random.nextInt(13));
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersAsItsRulesSay(Case parameters) {
        Random random = new Random(parameters.seed);
        ReplayWindow window = new ReplayWindow(START, parameters.capacity);
        NaiveReplayWindow model = new NaiveReplayWindow(START, parameters.capacity);
        Set<String> everAdmitted = new HashSet<>();
        long now = START;
        for (int i = 0; i < 3000; i++) {
            now += random.nextInt(parameters.clockJitter) - parameters.clockJitter / 3;
            long second = now + random.nextInt(2 * parameters.spread + 1) - parameters.spread;
            long nonce = random.nextInt(5);
            long floorBefore = window.floor();

            Optional<HandshakeFailure> answer = ReplayWindowTest.admit(window, now, second, nonce);

            assertThat(answer).isEqualTo(model.admit(now, second, nonce));
            assertThat(window.size()).isEqualTo(model.size()).isLessThanOrEqualTo(parameters.capacity);
            assertThat(window.floor()).isEqualTo(model.floor()).isGreaterThanOrEqualTo(floorBefore);
            if (answer.isEmpty()) {
                assertThat(everAdmitted.add(second + " " + nonce))
                        .as("admitted for the first time")
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {40_000, 5_000, 100})
    void admitsEachHelloToOneOfManyThreads(int capacity) throws Exception {
        int hellos = 20_000;
        ReplayWindow window = new ReplayWindow(START, capacity);
        AtomicIntegerArray admitted = new AtomicIntegerArray(hellos);
        CyclicBarrier start = new CyclicBarrier(THREADS);
        Callable<Void> replayer = () -> {
            start.await();
            for (int i = 0; i < hellos; i++) {
                if (ReplayWindowTest.admit(window, START, START + i / 1000, i).isEmpty()) {
                    admitted.incrementAndGet(i);
                }
            }
            return null;
        };
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (Future<Void> done : threads.invokeAll(java.util.Collections.nCopies(THREADS, replayer))) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        IntStream times = IntStream.range(0, hellos).map(admitted::get);
        if (capacity >= hellos) {
            assertThat(times.toArray()).containsOnly(1);
            assertThat(window.size()).isEqualTo(hellos);
        } else {
            assertThat(times.max().orElseThrow()).isEqualTo(1);
            assertThat(window.size()).isLessThanOrEqualTo(capacity);
        }
    }
}
