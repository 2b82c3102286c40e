package io.saltunnel.cli.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses what a user meant by a name that doesn't exist. */
public final class Suggestion {

    /** One wrong letter in this many counts as a typing error. With more, it is another word. */
    private static final int LETTERS_FOR_A_SLIP = 3;

    private Suggestion() {}

    /**
     * Finds the nearest name.
     *
     * @param typed what the user wrote
     * @param known all names
     * @return the one with the fewest slips; empty if none is near
     */
    public static Optional<String> nearest(String typed, Collection<String> known) {
        String lower = typed.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(name -> slips(lower, name.toLowerCase(Locale.ROOT))
                        <= Math.max(1, Math.min(lower.length(), name.length()) / LETTERS_FOR_A_SLIP))
                .min(Comparator.comparingInt((String name) -> slips(lower, name.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /**
     * The end of a message about an unknown name.
     *
     * @param typed what the user wrote
     * @param known all names, in the order in which they are to be listed
     * @return {@code : did you mean 'x'?}, or a list of all
     */
    public static String among(String typed, Collection<String> known) {
        return nearest(typed, known)
                .map(name -> ": did you mean '" + name + "'?")
                .orElseGet(() -> ": choose among " + String.join(", ", known));
    }

    /**
     * The smallest number of letters to add, leave out, replace, or swap with the next one (Damerau and Levenshtein).
     */
    private static int slips(String a, String b) {
        int[][] slips = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    slips[i][j] = i + j;
                    continue;
                }
                int replaced = slips[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                slips[i][j] = Math.min(replaced, 1 + Math.min(slips[i - 1][j], slips[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    slips[i][j] = Math.min(slips[i][j], slips[i - 2][j - 2] + 1);
                }
            }
        }
        return slips[a.length()][b.length()];
    }
}
