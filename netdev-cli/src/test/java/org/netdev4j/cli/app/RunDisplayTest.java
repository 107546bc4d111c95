package org.netdev4j.cli.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.console.Host;

class RunDisplayTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Bed bed;
    private App app;

    @BeforeEach
    void start() {
        bed = Bed.virtual();
        app = bed.keep(GenerateApp.start(bed.device(1, "self:"), Bed.config("generate.count", "1000")));
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private RunDisplay display(long interval, boolean quiet, boolean terminal) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new RunDisplay(new Console(new Host(stream, stream, Map.of(), Path.of(""), false, terminal)), bed.clock, interval, quiet, false);
    }

    private String shown() {
        String text = err.toString(StandardCharsets.UTF_8);
        err.reset();
        return text;
    }

    @Test
    void tick_showsRatesAsIxyDoes_atIntervals() {
        RunDisplay display = display(1_000_000_000, false, false);
        bed.settle(app);

        bed.clock.advance(999_999_999);
        display.tick(List.of(app));
        assertEquals("", shown());
        bed.clock.advance(1);
        display.tick(List.of(app));
        // 1000 frames of 60 bytes, each with 24 more on the wire
        assertEquals("[loopback:1] RX: 0.67 Mbit/s 0.00 Mpps\n[loopback:1] TX: 0.67 Mbit/s 0.00 Mpps\n", shown());
        bed.clock.advance(1_000_000_000);
        display.tick(List.of(app));
        assertEquals("[loopback:1] RX: 0.00 Mbit/s 0.00 Mpps\n[loopback:1] TX: 0.00 Mbit/s 0.00 Mpps\n", shown());
    }

    @Test
    void rate_readsLineRateAsLineRate() {
        assertEquals("[x] RX: 10000.00 Mbit/s 14.88 Mpps", RunDisplay.rate("x", "RX", 14_880_952, 14_880_952L * 60, 1.0));
    }

    @Test
    void tick_changesALine_onATerminalOnly() {
        bed.settle(app);
        RunDisplay terminal = display(0, false, true);
        RunDisplay none = display(0, false, false);
        RunDisplay quiet = display(0, true, true);
        bed.clock.advance(600_000_000);

        none.tick(List.of(app));
        quiet.tick(List.of(app));
        assertEquals("", shown());
        terminal.tick(List.of(app));
        assertEquals("\r\u001b[K[loopback:1] RX 1,000 (1,667/s) TX 1,000 (1,667/s)", shown());
    }

    @Test
    void ended_showsTotals_andKeepsThem() {
        RunDisplay display = display(0, false, false);
        bed.settle(app);
        bed.clock.advance(2_500_000_000L);
        display.ended(app);

        assertEquals("--- generate on loopback:1 (self:) ---\nloopback:1: RX 1000 packets, 60000 bytes, 0 missed, 0 errors; "
            + "TX 1000 packets, 60000 bytes, 0 errors\n", shown());
        Map<String, Object> plain = display.plain();
        assertEquals(2.5, plain.get("seconds"));
        Map<?, ?> first = (Map<?, ?>) ((List<?>) plain.get("apps")).getFirst();
        assertEquals("generate", first.get("app"));
        Map<?, ?> device = (Map<?, ?>) ((List<?>) first.get("devices")).getFirst();
        assertEquals("self:", device.get("wire"));
        assertEquals(1000L, ((Map<?, ?>) device.get("statistics")).get("opackets"));
    }

    @Test
    void ended_isSilent_whenQuiet() {
        RunDisplay display = display(0, true, false);
        display.ended(app);

        assertEquals("", shown());
        assertFalse(((List<?>) display.plain().get("apps")).isEmpty());
        assertTrue(display.plain().containsKey("seconds"));
    }
}
