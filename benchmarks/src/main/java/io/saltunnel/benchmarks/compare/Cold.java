package io.saltunnel.benchmarks.compare;

import io.saltunnel.benchmarks.compare.Result.Figure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Measures programs that have just started. Each measurement starts its own, and only one byte went through them. */
final class Cold {
    /** Seconds of the curve. */
    static final int SECONDS = 13;

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration ECHOES = Duration.ofSeconds(10);

    private final Target target;
    private final Path directory;

    Cold(Target target, Path directory) {
        this.target = target;
        this.directory = directory;
    }

    /** One stream from its first byte on. */
    void stream(Result result) throws IOException, InterruptedException {
        try (Running running = new Running(result.subject(), directory)) {
            Curve curve = new Load(target, running.entry(), SECOND).curve(SECONDS);
            result.add(curve);
            result.add(Figure.FIRST_SECOND, curve.megabytesPerSecond()[0]);
            result.add(Figure.THIRD_SECOND, curve.megabytesPerSecond()[2]);
            result.add(Figure.FIRST_GIGABYTE, curve.firstGigabyte());
        }
    }

    /** New connections in the second second of nothing else. */
    void connections(Result result, int threads) throws IOException, InterruptedException {
        try (Running running = new Running(result.subject(), directory)) {
            Load load = new Load(target, running.entry(), SECOND);
            load.connections(threads);
            result.add(Figure.SECOND_SECOND_CONNECTIONS, load.connections(threads));
        }
    }

    /** Round trips in the first ten seconds. */
    void echoes(Result result) throws IOException, InterruptedException {
        try (Running running = new Running(result.subject(), directory)) {
            Load load = new Load(target, running.entry(), ECHOES);
            result.add(Figure.EARLY_P99, load.echoes().micros(0.99));
        }
    }
}
