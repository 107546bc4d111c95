package org.netdev4j.models.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.VirtualClock;

class TextTraceTest {
    private final VirtualClock clock = new VirtualClock();

    @Test
    void off_keepsNothing() {
        try (TextTrace trace = new TextTrace(clock, false)) {
            trace.line("a");
            assertFalse(trace.enabled());
            assertEquals(List.of(), trace.lines());
            assertEquals(Optional.empty(), trace.file());
        }
    }

    @Test
    void memory_keepsTheLastLines_withoutNumbers() {
        try (TextTrace trace = new TextTrace(clock, true)) {
            trace.enable(true);
            for (int i = 0; i < TextTrace.KEPT + 2; i++) {
                trace.line("line " + i);
            }
            assertEquals(TextTrace.KEPT, trace.lines().size());
            assertEquals("line 2", trace.lines().get(0));
            assertEquals(TextTrace.KEPT + 2, trace.written());
            trace.clear();
            assertEquals(List.of(), trace.lines());
            trace.line("next");
            assertEquals(TextTrace.KEPT + 3, trace.written());
        }
    }

    @Test
    void file_getsNumbers_thatRiseByOne(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("t");
        Files.writeString(file, "old");
        TextTrace trace = new TextTrace(clock, false);
        trace.toFile(file);
        trace.line("a");
        trace.line("b");
        assertEquals(Optional.of(file), trace.file());
        assertEquals(2, Files.readAllLines(file).size(), "each line is there at once");
        assertThrows(IllegalStateException.class, () -> trace.toFile(file));
        trace.close();
        trace.close();
        trace.line("c");

        assertEquals(List.of("000001 a", "000002 b"), Files.readAllLines(file));
        assertEquals(List.of("a", "b"), trace.lines());
    }

    @Test
    void file_thatCannotBeWritten_isNamed(@TempDir Path directory) {
        try (TextTrace trace = new TextTrace(clock, false)) {
            Exception thrown = assertThrows(PlatformException.class, () -> trace.toFile(directory));
            assertTrue(thrown.getMessage().contains(directory.toString()), thrown.getMessage());
        }
    }

    @Test
    void file_canBeAddedTo_andHaveFormsAlone(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("t");
        try (TextTrace first = new TextTrace(clock, false)) {
            first.toFile(file, true, true);
            first.line("WRITE x");
            first.line("FORM write x");
        }
        try (TextTrace second = new TextTrace(clock, false)) {
            second.toFile(file, true, true);
            second.line("FORM write y");
        }

        assertEquals(List.of("000002 FORM write x", "000001 FORM write y"), Files.readAllLines(file));
    }

    @Test
    void session_isAnotherForEachFile_and0WhileOff(@TempDir Path directory) {
        TextTrace trace = new TextTrace(clock, false);
        assertEquals(0, trace.session());
        trace.enable(true);
        int first = trace.session();
        trace.toFile(directory.resolve("t"));
        int second = trace.session();
        trace.close();
        assertEquals(0, trace.session());
        trace.toFile(directory.resolve("t"));
        assertEquals(3, Set.of(first, second, trace.session()).size());
        trace.close();
    }
}
