package io.saltunnel.benchmarks.compare;

import io.saltunnel.benchmarks.compare.Result.Figure;
import java.util.List;

/** Draws a bar for each encrypting subject, the throughput of one stream, as a self-contained SVG. */
final class Chart {
    private static final int WIDTH = 720;
    private static final int LABELS = 230;
    private static final int ROW = 30;
    private static final int TOP = 44;

    private Chart() {}

    static String svg(List<Result> results, String caption) {
        List<Result> shown = results.stream()
                .filter(result ->
                        result.subject().secure() && result.median(Figure.UP).isPresent())
                .toList();
        double longest = shown.stream()
                .mapToDouble(result -> result.median(Figure.UP).getAsDouble())
                .max()
                .orElse(1);
        int height = TOP + ROW * shown.size() + 30;
        StringBuilder svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">%n"
                        .formatted(WIDTH, height));
        svg.append("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n".formatted());
        svg.append(
                "<text x=\"12\" y=\"24\" font-size=\"15\" fill=\"#222\">One stream through both processes, MB/s</text>%n"
                        .formatted());
        int y = TOP;
        for (Result result : shown) {
            double value = result.median(Figure.UP).getAsDouble();
            boolean ours = result.subject().name().startsWith("saltunnel");
            int width = (int) Math.round((WIDTH - LABELS - 80) * value / longest);
            svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#222\">%s</text>%n"
                    .formatted(LABELS - 10, y + 16, result.subject().name()));
            svg.append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"20\" fill=\"%s\"/>%n"
                    .formatted(LABELS, y + 1, width, ours ? "#1b6ca8" : "#b0b7bf"));
            svg.append("<text x=\"%d\" y=\"%d\" fill=\"#222\">%,.0f</text>%n"
                    .formatted(LABELS + width + 8, y + 16, value));
            y += ROW;
        }
        svg.append("<text x=\"12\" y=\"%d\" font-size=\"11\" fill=\"#666\">%s</text>%n".formatted(y + 16, caption));
        return svg.append("</svg>\n").toString();
    }
}
