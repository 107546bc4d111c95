package org.netdev4j.platform;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what a user probably meant by a name that is not known. */
public final class Suggest {
    private Suggest() {
    }

    /**
     * The known name nearest to what was written, if one is near enough to be worth saying.
     *
     * <p>Nearness is the number of single letters inserted, left out, replaced or swapped with their neighbour, without
     * regard to case; a third of the letters may be wrong. A known name that begins with what was written (two letters or
     * more) is near as well. Of equally near names the first is taken.
     */
    public static Optional<String> nearest(String written, Collection<String> known) {
        String wanted = written.toLowerCase(Locale.ROOT);
        int best = Math.max(1, (wanted.length() + 1) / 3) + 1;
        String found = null;
        for (String name : known) {
            String candidate = name.toLowerCase(Locale.ROOT);
            int distance = distance(wanted, candidate);
            if (wanted.length() > 1 && candidate.startsWith(wanted)) {
                distance = Math.min(distance, 1);
            }
            if (distance < best) {
                best = distance;
                found = name;
            }
        }
        return Optional.ofNullable(found);
    }

    /** For the end of a message: {@code ; did you mean "tap"?}, or nothing if no known name is near. */
    public static String didYouMean(String written, Collection<String> known) {
        return nearest(written, known).map(name -> "; did you mean \"" + name + "\"?").orElse("");
    }

    // Levenshtein's distance, with a swap of neighbours as one step ("optimal string alignment").
    private static int distance(String a, String b) {
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            steps[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            steps[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int replace = steps[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                steps[i][j] = Math.min(replace, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    steps[i][j] = Math.min(steps[i][j], 1 + steps[i - 2][j - 2]);
                }
            }
        }
        return steps[a.length()][b.length()];
    }
}
