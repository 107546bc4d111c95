package org.netdev4j.models.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.platform.VirtualClock;

class FaultsTest {
    private static final String LATE = "completion-late";
    private static final String DROPPED = "completion-dropped";
    private static final String SILENT = "keep-alive-silent";

    private final VirtualClock clock = new VirtualClock();
    private final TextTrace trace = new TextTrace(clock, false);
    private final Faults faults = plan(1);

    private Faults plan(long seed) {
        return new Faults(List.of(
            FaultSpec.of(LATE, "late").at("queue").value("nanoseconds", 1_000),
            FaultSpec.of(DROPPED, "dropped").at("command", Map.of("CREATE_CQ", 3, "CREATE_SQ", 1)),
            FaultSpec.of(SILENT, "silent")), clock, seed, trace);
    }

    private String times(String fault, int place, int occasions) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < occasions; i++) {
            text.append(faults.happens(fault, place) ? 'x' : '.');
        }
        return text.toString();
    }

    @Test
    void nothingHappens_untilInjected_andAfterClear() {
        assertEquals("...", times(SILENT, -1, 3));
        faults.inject(SILENT);
        assertEquals("xxx", times(SILENT, -1, 3));
        assertEquals("..", times(LATE, 0, 2));
        faults.clear();
        assertEquals("...", times(SILENT, -1, 3));
        assertTrue(faults.injections().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"completion-late, xxxx", "completion-late:count=2, xx..", "completion-late:skip=1, .xxx",
        "completion-late:skip=1:count=2, .xx.",
        "completion-late@4:count=1, x...", "completion-late@*:count=1, x...", "completion-late@5, ....",
            "completion-late:p=0, ....",
        "completion-late:p=100%:count=1, x..."})
    void countSkipAndPlace_decideWhen(String text, String expected) {
        faults.inject(text);
        assertEquals(expected, times(LATE, 4, 4));
    }

    @Test
    void place_mayHaveAName() {
        faults.inject(DROPPED + "@CREATE_CQ");
        assertEquals("..", times(DROPPED, 1, 2));
        assertEquals("xx", times(DROPPED, 3, 2));
    }

    @Test
    void time_decidesWhen() {
        faults.inject(SILENT + ":after=10us:until=20us");
        assertFalse(faults.happens(SILENT, -1));
        clock.advance(10_000);
        assertTrue(faults.happens(SILENT, -1));
        assertFalse(faults.injections().get(0).isOver());
        clock.advance(10_000);
        assertFalse(faults.happens(SILENT, -1));
        assertTrue(faults.injections().get(0).isOver());
        assertEquals(1, faults.injections().get(0).occasions());
    }

    @ParameterizedTest
    @CsvSource({"'', 1000", ":value=5, 5", ":value=-5, -5", ":value=0x1f, 31", ":value=0xffffffffffffffff, -1",
        ":value=2ms, 2000000"})
    void value_isTheOneWritten_orTheStandard(String key, long expected) {
        faults.inject(LATE + key);
        assertTrue(faults.happens(LATE, 0));
        assertEquals(expected, faults.value());
    }

    @Test
    void value_isThatOfThisThread() throws InterruptedException {
        faults.inject(LATE + "@1:value=1+" + LATE + "@2:value=2");
        AtomicLong other = new AtomicLong();
        assertTrue(faults.happens(LATE, 1));
        Thread thread = new Thread(() -> {
            faults.happens(LATE, 2);
            other.set(faults.value());
        });
        thread.start();
        thread.join();

        assertEquals(1, faults.value());
        assertEquals(2, other.get());
    }

    @Test
    void several_areAskedInTheirOrder() {
        faults.inject(LATE + ":count=1:value=7");
        faults.inject(LATE + ":count=1:value=8+" + SILENT);

        assertTrue(faults.happens(LATE, 0));
        assertEquals(7, faults.value());
        assertTrue(faults.happens(LATE, 0));
        assertEquals(8, faults.value());
        assertFalse(faults.happens(LATE, 0));
        assertEquals(2, faults.happened(LATE));
        assertEquals(0, faults.happened(SILENT));
    }

    @Test
    void injection_canBeTakenBack_alone() {
        List<Faults.Injection> two = faults.inject(LATE + "@1+" + LATE + "@2");
        two.get(0).remove();
        two.get(0).remove();
        assertFalse(faults.happens(LATE, 1));
        assertTrue(faults.happens(LATE, 2));
        assertEquals(1, two.get(1).happened());
        assertEquals("completion-late@2 (happened 1 of 1 times)", two.get(1).toString());
    }

    @Test
    void probability_followsFromTheSeed() {
        faults.inject(LATE + ":p=0.5");
        String first = times(LATE, 0, 200);
        assertTrue(first.contains("x") && first.contains("."), first);

        for (long seed = 1; seed <= 2; seed++) {
            Faults again = plan(seed);
            again.inject(LATE + ":p=0.5");
            StringBuilder second = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                second.append(again.happens(LATE, 0) ? 'x' : '.');
            }
            assertEquals(seed == 1, first.contentEquals(second), "seed " + seed);
        }
    }

    @Test
    void whatHappens_isTraced() {
        trace.enable(true);
        faults.inject(LATE + ":count=1+" + SILENT + ":count=1");
        times(LATE, 3, 2);
        times(SILENT, -1, 2);
        assertEquals(List.of("FAULT completion-late@3", "FAULT keep-alive-silent"), trace.lines());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "completion-droped | there is no fault \"completion-droped\"; there are completion-late, completion-dropped, keep-alive-silent; "
            + "did you mean \"completion-dropped\"?",
        "'' | there is no fault \"\"; there are completion-late, completion-dropped, keep-alive-silent",
        "completion-late:cont=1 | fault \"completion-late\": there is no key \"cont\"; a fault is NAME[@PLACE][:KEY=VALUE]... with the keys "
            + "skip, count, p, after, until, value; did you mean \"count\"?",
        "completion-late:count | fault \"completion-late\": there is no key \"count\"; a fault is NAME[@PLACE][:KEY=VALUE]... with the keys "
            + "skip, count, p, after, until, value; did you mean \"count\"?",
        "completion-late:p=1:p=1 | fault \"completion-late\": key \"p\" is given twice",
        "completion-late:count=0 | fault \"completion-late\": count=\"0\": not from 1 to 9223372036854775807",
        "completion-late:p=2 | fault \"completion-late\": p=\"2\": a probability is a number from 0 to 1, or from 0% to 100%, as in 0.01 or 1%",
        "completion-late:after=5 | fault \"completion-late\": after=\"5\": a duration is a number with ns, us, ms or s, as in 250us",
        "completion-late:value=0xg | fault \"completion-late\": value=\"0xg\": not a hexadecimal number of up to 64 bits",
        "keep-alive-silent:value=1 | fault \"keep-alive-silent\": it takes no value",
        "keep-alive-silent@1 | fault \"keep-alive-silent\": it has no places: \"@1\"",
        "completion-late@x | fault \"completion-late\": \"x\" is no queue: write its number, or *",
        "completion-dropped@CREATE_CP | fault \"completion-dropped\": \"CREATE_CP\" is no command: write its number, or *, "
            + "or one of CREATE_CQ, CREATE_SQ; did you mean \"CREATE_CQ\"?"})
    void wrongText_getsOneLine(String text, String expected) {
        Exception thrown = assertThrows(IllegalArgumentException.class, () -> faults.inject(text));
        assertEquals(expected, thrown.getMessage());
    }

    @Test
    void wrongText_injectsNothing() {
        assertThrows(IllegalArgumentException.class, () -> faults.inject(SILENT + "+nonsense"));
        assertTrue(faults.injections().isEmpty());
        assertThrows(IllegalArgumentException.class, () -> faults.happened("nonsense"));
    }
}
