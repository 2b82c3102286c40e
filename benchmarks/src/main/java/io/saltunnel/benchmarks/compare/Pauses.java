package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The collections in the processes of a run, from their logs, and the processor time of the collecting threads: on a
 * busy machine a pause is mostly waiting for a processor.
 */
final class Pauses {
    private static final Pattern PAUSE = Pattern.compile("Pause.* ([0-9.]+)ms$");

    /** The thread of the serial collector, which the launcher selects. */
    private static final String COLLECTORS_THREAD = "VM Thread";

    /** The aim for the longest pause. */
    static final Duration LONG = Duration.ofMillis(5);

    private final List<Collector> collectors = new ArrayList<>();

    Pauses(Path directory, List<Long> pids) throws IOException {
        for (long pid : pids) {
            collectors.add(new Collector(directory.resolve("gc-" + pid + ".log"), threadTimes(pid)));
        }
    }

    /** The option that makes a virtual machine write the logs. */
    static String option(Path directory) {
        return "-Xlog:gc:file=" + directory + "/gc-%p.log";
    }

    /** Prints the collections since the last call, or since the start. */
    void print(String when) throws IOException {
        for (Collector collector : collectors) {
            collector.print(when);
        }
    }

    private static Path threadTimes(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                if (Files.readString(thread.resolve("comm")).startsWith(COLLECTORS_THREAD)) {
                    return thread.resolve("schedstat");
                }
            }
        }
        throw new IOException(pid + " has no thread named " + COLLECTORS_THREAD);
    }

    /** The log of one process. */
    private static final class Collector {
        private final Path log;
        private final Path times;
        private int linesBefore;
        private long workedBefore;
        private long waitedBefore;

        Collector(Path log, Path times) {
            this.log = log;
            this.times = times;
        }

        void print(String when) throws IOException {
            List<String> lines = Files.readAllLines(log);
            List<Double> pauses = new ArrayList<>();
            for (String line : lines.subList(linesBefore, lines.size())) {
                Matcher pause = PAUSE.matcher(line);
                if (pause.find()) {
                    pauses.add(Double.parseDouble(pause.group(1)));
                }
            }
            pauses.sort(Comparator.naturalOrder());
            // Nanoseconds on a processor, and nanoseconds spent waiting for one.
            String[] fields = Files.readString(times).trim().split(" ");
            long worked = Long.parseLong(fields[0]);
            long waited = Long.parseLong(fields[1]);
            if (!pauses.isEmpty()) {
                System.out.printf(
                        "  %d collections %s: %.1f ms the median, %.1f ms the longest, %d above %d ms; "
                                + "their thread worked for %.0f ms and waited for a processor for %.0f ms%n",
                        pauses.size(),
                        when,
                        pauses.get(pauses.size() / 2),
                        pauses.get(pauses.size() - 1),
                        pauses.stream().filter(pause -> pause > LONG.toMillis()).count(),
                        LONG.toMillis(),
                        (worked - workedBefore) / 1e6,
                        (waited - waitedBefore) / 1e6);
            }
            linesBefore = lines.size();
            workedBefore = worked;
            waitedBefore = waited;
        }
    }
}
