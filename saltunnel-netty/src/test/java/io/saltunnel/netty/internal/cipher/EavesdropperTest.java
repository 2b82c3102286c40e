package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.saltunnel.netty.stage.TrafficShape;
import io.saltunnel.testsupport.observer.KolmogorovSmirnov;
import io.saltunnel.testsupport.observer.NearestNeighbour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goal: somebody who records sizes and times learns nothing from a paced sender, and less from padded bursts. Time is
 * virtual, so that nothing but the sender shows; the event loop comes late by random times.
 */
class EavesdropperTest {
    private static final Logger log = LoggerFactory.getLogger(EavesdropperTest.class);
    private static final Duration RECORDING = Duration.ofSeconds(5);
    private static final int FLUSH = 63_232; // the longest read

    /** What leaves together, as it is seen on the wire. */
    private record Burst(double atSeconds, int frames) {}

    /** What the user does, a step at a time. */
    private interface Activity {
        void step(ShapedPair pair, Random random, double seconds);
    }

    private static final Activity IDLE = (pair, random, seconds) -> {};
    private static final Activity TYPING = (pair, random, seconds) -> {
        if (random.nextDouble() < 5 * seconds) {
            pair.sender.writeAndFlush(Unpooled.directBuffer().writeZero(1));
        }
    };
    private static final Activity DOWNLOAD = (pair, random, seconds) -> {
        if (pair.sender.isWritable()) {
            pair.sender.writeAndFlush(Unpooled.directBuffer().writeZero(1 + random.nextInt(FLUSH)));
        }
    };

    @Test
    void aPaceHidesWhatIsDone() {
        TrafficShape shape = TrafficShape.paced(64_000);
        for (int run = 0; run < 10; run++) {
            List<Burst> idle = record(shape, IDLE, 3 * run);
            List<Burst> typing = record(shape, TYPING, 3 * run + 1);
            List<Burst> download = record(shape, DOWNLOAD, 3 * run + 2);
            for (List<Burst> busy : List.of(typing, download)) {
                assertThat(likeness(idle, busy)).as("run %d", run).isGreaterThan(0.01);
            }
            assertThat(likeness(typing, download)).as("run %d", run).isGreaterThan(0.01);
        }
    }

    @Test
    void withoutAPaceItShows() {
        TrafficShape shape = TrafficShape.asWritten();
        assertThat(record(shape, IDLE, 1)).isEmpty();
        assertThat(likeness(record(shape, TYPING, 2), record(shape, DOWNLOAD, 3)))
                .isLessThan(1e-6);
    }

    @Test
    void paddedBurstsHaveFewSizesAndBlurPages() {
        List<Double> before = new ArrayList<>();
        List<Double> after = new ArrayList<>();
        Set<Integer> sizesBefore = new HashSet<>();
        Set<Integer> sizesAfter = new HashSet<>();
        for (int parts : new int[] {1, 2, 8}) {
            before.add(shareRecognized(TrafficShape.asWritten(), parts, sizesBefore));
            after.add(shareRecognized(TrafficShape.bursts(), parts, sizesAfter));
        }
        log.info(
                "distinct bursts {} and {}; pages of 1, 2 and 8 parts recognized {} and {}",
                sizesBefore.size(),
                sizesAfter.size(),
                before,
                after);
        assertThat(sizesBefore).hasSizeGreaterThan(40);
        assertThat(sizesAfter)
                .allMatch(frames -> frames == BurstSealing.rounded(frames))
                .hasSizeLessThan(9);
        assertThat(after.get(0)).as("pages of one part").isLessThan(before.get(0));
    }

    private static List<Burst> record(TrafficShape shape, Activity activity, int seed) {
        Random random = new Random(seed);
        List<Burst> seen = new ArrayList<>();
        try (ShapedPair pair = new ShapedPair(shape)) {
            double now = 0;
            while (now < RECORDING.toSeconds()) {
                double step = 0.0002 + random.nextDouble() * 0.002; // the event loop has other work
                activity.step(pair, random, step);
                int frames = pair.pass(Duration.ofNanos((long) (step * 1e9)));
                now += step;
                if (frames > 0) {
                    seen.add(new Burst(now, frames));
                }
            }
        }
        return seen;
    }

    /** The smaller of the two-sample Kolmogorov-Smirnov tests' p-values, for the sizes and for the times between. */
    private static double likeness(List<Burst> one, List<Burst> other) {
        return Math.min(
                KolmogorovSmirnov.pValue(values(one, Burst::frames), values(other, Burst::frames)),
                KolmogorovSmirnov.pValue(gaps(one), gaps(other)));
    }

    private static double[] values(List<Burst> bursts, ToDoubleFunction<Burst> value) {
        return bursts.stream().mapToDouble(value).sorted().toArray();
    }

    private static double[] gaps(List<Burst> bursts) {
        return IntStream.range(1, bursts.size())
                .mapToDouble(i -> bursts.get(i).atSeconds() - bursts.get(i - 1).atSeconds())
                .sorted()
                .toArray();
    }

    // ---- pages

    /** The share of visits that a nearest-neighbour classifier finds the page of, among ten. */
    private static double shareRecognized(TrafficShape shape, int parts, Set<Integer> sizes) {
        int pages = 10;
        int visits = 10;
        int[][][] seen = new int[pages][visits][];
        for (int page = 0; page < pages; page++) {
            for (int visit = 0; visit < visits; visit++) {
                seen[page][visit] = visit(shape, parts, page, visit);
                Arrays.stream(seen[page][visit]).forEach(sizes::add);
            }
        }
        return NearestNeighbour.shareRecognized(seen);
    }

    /** A page has parts of sizes of its own, from 200 bytes to 60 kB, which differ by 3 % from visit to visit. */
    private static int[] visit(TrafficShape shape, int parts, int page, int visit) {
        Random ofPage = new Random(page);
        Random ofVisit = new Random(1000L * page + visit);
        int[] bursts = new int[parts];
        try (ShapedPair pair = new ShapedPair(shape)) {
            for (int i = 0; i < bursts.length; i++) {
                double size = 200 * Math.pow(300, ofPage.nextDouble()) * (0.97 + 0.06 * ofVisit.nextDouble());
                pair.sender.writeAndFlush(Unpooled.directBuffer((int) size).writeZero((int) size));
                bursts[i] = pair.deliver() + pair.pass(Duration.ofMillis(20));
            }
        }
        Arrays.sort(bursts); // the parts come in any order
        return bursts;
    }
}
