package io.saltunnel.it.tour;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the blocks of the page that a test can play. The words after the fence say what a block is; readers don't see
 * them:
 *
 * <ul>
 *   <li>{@code toml NAME}: a file to write
 *   <li>{@code console}: commands that end by themselves, each with all of its output
 *   <li>{@code console NAME}: a terminal in which a program runs on. The first block of this name begins with the
 *       command; each block has what the program prints next.
 * </ul>
 */
final class TourPage {

    static final Path FILE = Path.of("../docs/tour.md");

    private static final String FENCE = "```";
    private static final Pattern OPENING = Pattern.compile(FENCE + "(toml|console)(?: (\\S+))?");

    private TourPage() {}

    static List<TourBlock> blocks() throws IOException {
        List<String> page = Files.readAllLines(FILE);
        List<TourBlock> blocks = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            if (page.get(i).startsWith(FENCE)) {
                int start = i + 1;
                for (i = start; !page.get(i).equals(FENCE); i++) {}
                blocks.add(block(page.get(start - 1), start + 1, page.subList(start, i)));
            }
        }
        return blocks;
    }

    private static TourBlock block(String fence, int line, List<String> lines) {
        Matcher opening = OPENING.matcher(fence);
        if (!opening.matches() || lines.isEmpty()) {
            throw new IllegalArgumentException(FILE + ":" + (line - 1) + ": no block that can be played: " + fence);
        }
        TourBlock.Kind kind = TourBlock.Kind.valueOf(opening.group(1).toUpperCase(Locale.ROOT));
        return new TourBlock(line, kind, opening.group(2) == null ? "" : opening.group(2), lines);
    }
}
