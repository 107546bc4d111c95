package org.netdev4j.cli.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineInputTest {
    @Test
    void poll_givesWholeLines_andWaitsForNoRest() throws IOException {
        try (PipedOutputStream out = new PipedOutputStream(); PipedInputStream in = new PipedInputStream(out)) {
            LineInput lines = new LineInput(in);
            assertEquals(List.of(), lines.poll());
            out.write("one\ntw".getBytes(StandardCharsets.UTF_8));
            out.flush();
            assertEquals(List.of("one"), lines.poll());
            out.write("ö\n\nthree\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            assertEquals(List.of("twö", "", "three"), lines.poll());
        }
    }

    @Test
    void poll_takesABrokenStreamForAnEmptyOne() {
        LineInput lines = new LineInput(new InputStream() {
            @Override
            public int available() throws IOException {
                throw new IOException("closed");
            }

            @Override
            public int read() {
                throw new AssertionError("read after it broke");
            }
        });

        assertEquals(List.of(), lines.poll());
        assertEquals(List.of(), lines.poll());
    }
}
