package io.saltunnel.benchmarks.compare;

import io.saltunnel.benchmarks.compare.Result.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;

/** Prints the tables of medians and ratios, and writes them and the charts to files. */
final class Report {
    private final List<Result> results;
    private final int rounds;
    private final Duration time;

    Report(List<Result> results, int rounds, Duration time) {
        this.results = results;
        this.rounds = rounds;
        this.time = time;
    }

    void write() throws IOException {
        String caption = "%s; %d cores; Linux %s; %s; medians of %d rounds of %d s; benchmarks/compare"
                .formatted(
                        processor(),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.version").split("-")[0],
                        LocalDate.now(ZoneId.systemDefault()),
                        rounds,
                        time.toSeconds());
        String text = table("through both processes", false) + "\n" + table("just started", true) + "\n" + caption
                + "\n\n" + ratios();
        System.out.println(text);
        Path output = Path.of(System.getProperty("compare.output", "."));
        Files.createDirectories(output);
        Files.writeString(output.resolve("compare.md"), text);
        Files.writeString(output.resolve("compare.svg"), Chart.svg(results, caption));
        Files.writeString(output.resolve("cold.svg"), CurveChart.svg(results, caption));
    }

    private String table(String title, boolean cold) {
        List<Figure> columns = Arrays.stream(Figure.values())
                .filter(figure -> figure.isCold() == cold)
                .toList();
        StringBuilder table = new StringBuilder("| " + title + " |");
        for (Figure figure : columns) {
            table.append(' ').append(figure.title()).append(" |");
        }
        table.append("\n|---|").append("---:|".repeat(columns.size())).append('\n');
        for (Result result : results) {
            table.append("| ").append(result.subject().name()).append(" |");
            for (Figure figure : columns) {
                table.append(' ').append(result.cell(figure)).append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    /** The ratios of each saltunnel to each peer, and to each saltunnel above it, in the same run. */
    private String ratios() {
        StringBuilder text = new StringBuilder("""
                | ratio | one stream up | down | connections/s | server CPU a connection | echo p50 | p99 |
                |---|---:|---:|---:|---:|---:|---:|
                """);
        for (Result ours : results) {
            if (!ours.subject().name().startsWith("saltunnel")) {
                continue;
            }
            for (Result peer : results) {
                boolean above = results.indexOf(peer) < results.indexOf(ours);
                if (above || !peer.subject().name().startsWith("saltunnel")) {
                    text.append("| ")
                            .append(ours.subject().name())
                            .append(" / ")
                            .append(peer.subject().name())
                            .append(" |");
                    for (Figure figure :
                            List.of(Figure.UP, Figure.DOWN, Figure.CONNECTIONS, Figure.CPU, Figure.P50, Figure.P99)) {
                        text.append(" %.2f |"
                                .formatted(ours.median(figure).orElse(Double.NaN)
                                        / peer.median(figure).orElse(Double.NaN)));
                    }
                    text.append('\n');
                }
            }
        }
        return text.toString();
    }

    private static String processor() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown processor");
    }
}
