package org.netdev4j.platform;

import java.util.Collection;
import java.util.Optional;

/** Finds what somebody may have meant. */
public final class Suggest {
    private Suggest() {
    }

    /** The nearest of the known words, if one is near. */
    public static Optional<String> nearest(String word, Collection<String> known) {
        return known.stream().filter(k -> k.startsWith(word) || word.startsWith(k)).findFirst();
    }
}
