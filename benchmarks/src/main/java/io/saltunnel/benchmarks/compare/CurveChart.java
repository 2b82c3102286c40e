package io.saltunnel.benchmarks.compare;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Draws a line for each encrypting subject, the throughput of one stream in each second, as a self-contained SVG. */
final class CurveChart {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 360;
    private static final int LEFT = 56;
    private static final int RIGHT = 200;
    private static final int TOP = 48;
    private static final int BOTTOM = 64;
    private static final int LINE = 15;
    private static final List<String> OURS = List.of("#0b4f82", "#1b6ca8", "#4f9bd0", "#8cc0e6");
    private static final List<String> OTHERS = List.of("#c2571a", "#7a7f85", "#a8893b", "#5d8a5d");

    private CurveChart() {}

    static String svg(List<Result> results, String caption) {
        List<Result> shown = results.stream()
                .filter(result -> result.subject().secure() && result.curve().length > 0)
                .sorted(Comparator.comparingDouble(CurveChart::last).reversed())
                .toList();
        double highest = shown.stream()
                .flatMapToDouble(result -> Arrays.stream(result.curve()))
                .max()
                .orElse(1);
        double step = highest > 400 ? 200 : 50;
        double top = Math.ceil(highest / step) * step;
        StringBuilder svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n"
                        .formatted(WIDTH, HEIGHT));
        svg.append("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n".formatted());
        text(svg, 12, 24, "start", "#222", "One stream from its first byte, MB/s in each second");
        for (double value = 0; value <= top; value += step) {
            int y = y(value, top);
            svg.append("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#e2e5e8\"/>%n"
                    .formatted(LEFT, y, WIDTH - RIGHT, y));
            text(svg, LEFT - 6, y + 4, "end", "#666", "%,.0f".formatted(value));
        }
        for (int second = 0; second < Cold.SECONDS; second++) {
            text(svg, x(second), HEIGHT - BOTTOM + 18, "middle", "#666", String.valueOf(second + 1));
        }
        int ours = 0;
        int others = 0;
        int label = TOP;
        for (Result result : shown) {
            boolean own = result.subject().name().startsWith("saltunnel");
            String color = own ? OURS.get(ours++ % OURS.size()) : OTHERS.get(others++ % OTHERS.size());
            double[] curve = result.curve();
            StringBuilder points = new StringBuilder();
            for (int second = 0; second < curve.length; second++) {
                points.append(x(second))
                        .append(',')
                        .append(y(curve[second], top))
                        .append(' ');
            }
            svg.append("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>%n"
                    .formatted(points.toString().strip(), color, own ? "2.5" : "1.5"));
            label = Math.max(label + LINE, y(last(result), top));
            text(
                    svg,
                    WIDTH - RIGHT + 8,
                    label + 4,
                    "start",
                    color,
                    result.subject().name());
        }
        text(svg, 12, HEIGHT - 14, "start", "#666", caption);
        return svg.append("</svg>\n").toString();
    }

    private static double last(Result result) {
        return result.curve()[result.curve().length - 1];
    }

    private static int x(int second) {
        return LEFT + (WIDTH - LEFT - RIGHT) * second / (Cold.SECONDS - 1);
    }

    private static int y(double value, double top) {
        return (int) Math.round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top);
    }

    private static void text(StringBuilder svg, int x, int y, String anchor, String color, String text) {
        svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n"
                .formatted(x, y, anchor, color, text));
    }
}
