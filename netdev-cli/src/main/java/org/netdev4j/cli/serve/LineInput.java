package org.netdev4j.cli.serve;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines of a stream, as far as they are there, without waiting: a FIFO whose writer is gone may get another one, so the end
 * of the input is
 * none. One thread.
 */
final class LineInput {
    private static final int MOST_BYTES = 1 << 16;

    private final InputStream in;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private boolean broken;

    LineInput(InputStream in) {
        this.in = in;
    }

    /** The lines that are complete now. */
    List<String> poll() {
        List<String> lines = new ArrayList<>();
        try {
            for (int left = broken ? 0 : Math.min(in.available(), MOST_BYTES); left > 0; left--) {
                int next = in.read();
                if (next == '\n') {
                    lines.add(begun.toString(StandardCharsets.UTF_8));
                    begun.reset();
                } else if (next >= 0 && begun.size() < MOST_BYTES) {
                    begun.write(next);
                }
            }
        } catch (IOException e) {
            // There is no standard input, as after <&-: nobody will say anything.
            broken = true;
        }
        return lines;
    }
}
