package org.netdev4j.models.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/** Virtual time: the device moves when the clock does, and always in the same way. */
class SteppedTest {
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;

    @Test
    void doorbell_isServed_asTimePasses() {
        try (Bench bench = Bench.stepped("")) {
            bench.buffers.putByte(5, (byte) 0x0f);

            int index = bench.send(100);
            assertFalse(bench.isDone(index));
            bench.clock.advance(10 * MICRO);

            assertTrue(bench.isDone(index));
            assertEquals((byte) 0xf0, bench.buffers.getByte(5));
            assertEquals(0, bench.buffers.getByte(100), "only the length given was touched");
        }
    }

    @Test
    void idleDevice_takesNoTurns_andIsWokenByDoorbellAndWire() {
        try (Bench bench = Bench.stepped(""); Memory frame = Memory.allocate("frame", 2048)) {
            bench.clock.advance(10 * MILLI);
            int idle = bench.model.turns;
            bench.clock.advance(1_000 * MILLI);
            assertEquals(idle, bench.model.turns);

            int index = bench.send(1);
            bench.clock.advance(10 * MICRO);
            assertTrue(bench.isDone(index));

            bench.clock.advance(10 * MILLI);
            bench.far.send(frame, 0, 60);
            bench.clock.advance(10 * MICRO);
            assertEquals(60, bench.far.receive(frame, 0, 2048));
            assertEquals(WirePort.EMPTY, bench.far.receive(frame, 0, 2048));
        }
    }

    @Test
    void dueTime_wakesAnIdleDevice() {
        try (Bench bench = Bench.stepped("")) {
            WaitEvent event = bench.platform.newWaitEvent();
            bench.function.interrupts().enable(2);
            bench.function.interrupts().route(1, event);

            bench.registers.write64(EchoModel.PERIOD, 50 * MILLI);

            assertFalse(event.await(Deadline.afterMillis(bench.clock, 49)));
            assertTrue(event.await(Deadline.afterMillis(bench.clock, 2)));
            assertTrue(event.await(Deadline.afterMillis(bench.clock, 51)));
            assertTrue(bench.clock.nanoTime() < 110 * MILLI);
        }
    }

    private static List<String> run(String options) {
        try (Bench bench = Bench.stepped(options)) {
            bench.device.trace().enable(true);
            for (int i = 0; i < 50; i++) {
                bench.send(i + 1);
                bench.clock.advance((i % 7) * MICRO);
            }
            bench.clock.advance(MILLI);
            return bench.device.trace().lines();
        }
    }

    @Test
    void sameSeed_givesTheSameTrace() {
        String options = ",seed=42,faults=echo-silent:p=0.3+interrupt-lost@0:p=0.5,trace-registers=true";
        List<String> first = run(options);

        assertEquals(first, run(options));
        assertNotEquals(first, run(options.replace("42", "43")));
        assertTrue(first.stream().anyMatch(line -> line.matches("ECHO 1[0-9] dice [0-9]+")), first.toString());
        assertTrue(first.contains("FAULT echo-silent"), first.toString());
    }

    @Test
    void seed_comesFromThePlatform_ifNoneIsGiven() {
        assertEquals(run(""), run(""));
    }

    @Test
    void close_leavesNothingOnTheClock() {
        Bench bench = Bench.stepped("");
        bench.registers.write64(EchoModel.PERIOD, MILLI);
        bench.close();

        assertEquals(0, bench.clock.pending());
        assertTrue(bench.model.closed);
    }
}
