package org.netdev4j.models.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.WaitEvent;

/** Commands and their completions: rings, phases, statuses, interrupts and what goes wrong with them. */
class EnaAdminQueueTest {
    private static final int ATTRIBUTES = 1;
    private static final long SHORT = HandDriver.MILLI;

    private static ByteBuffer attributes() {
        return HandDriver.entry(8, 0).put(17, (byte) ATTRIBUTES);
    }

    @Test
    void completion_hasIdPhaseStatusAndHead() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.get(ATTRIBUTES, 0);
            ByteBuffer second = driver.get(ATTRIBUTES, 0);

            assertEquals(1, second.getShort(0));
            assertEquals(0, second.get(2));
            assertEquals(1, second.get(3), "phase of the first round");
            assertEquals(0, second.getShort(4));
            assertEquals(2, second.getShort(6), "commands consumed");
        }
    }

    @Test
    void phases_turnWithEachRound() {
        try (HandDriver driver = new HandDriver("").up()) {
            for (int i = 0; i < 3 * HandDriver.DEPTH + 5; i++) {
                ByteBuffer completion = driver.get(ATTRIBUTES, 0);
                assertEquals(1 ^ i / HandDriver.DEPTH & 1, completion.get(3), "command " + i);
            }
        }
    }

    @Test
    void doorbell_isACountModulo65536() {
        try (HandDriver driver = new HandDriver("").up()) {
            for (int i = 0; i < 65_536 + 40; i++) {
                driver.submit(attributes());
                assertTrue(driver.completion(SHORT).isPresent(), "command " + i);
            }
        }
    }

    @Test
    void aFullQueue_isAnsweredInOrder() {
        try (HandDriver driver = new HandDriver("").up()) {
            for (int i = 0; i < HandDriver.DEPTH; i++) {
                driver.submit(attributes());
            }
            for (int i = 0; i < HandDriver.DEPTH; i++) {
                assertEquals(i, driver.completion(SHORT).orElseThrow().getShort(0));
            }
            assertTrue(driver.completion(SHORT).isEmpty());
        }
    }

    @Test
    void aDoorbellBeyondTheQueue_stopsIt() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.write(0x2c, HandDriver.DEPTH + 1);

            assertTrue(driver.completion(SHORT).isEmpty());
            assertEquals(HandDriver.FATAL, driver.read(HandDriver.DEV_STS) & HandDriver.FATAL);
            assertTrue(driver.reset(2));
            driver.openAdminQueue();
            assertEquals(0, HandDriver.status(driver.get(ATTRIBUTES, 0)));
        }
    }

    @Test
    void aQueueThatWasNeverSetUp_isNotRead() {
        try (HandDriver driver = new HandDriver("")) {
            driver.announceResponse();
            long before = driver.device.tally().dmaFaults();
            driver.write(0x2c, 1);
            driver.clock.advance(SHORT);

            assertEquals(HandDriver.FATAL, driver.read(HandDriver.DEV_STS) & HandDriver.FATAL);
            assertEquals(before, driver.device.tally().dmaFaults());
        }
    }

    @Test
    void aCommandOfTheRoundBefore_isMalformed() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.commands.copyFrom(0, attributes().array(), 0, HandDriver.ENTRY);
            driver.write(0x2c, 1);

            assertEquals(4, HandDriver.status(driver.completion(SHORT).orElseThrow()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 6, 7, 10, 12, 255})
    void unknownOpcodes_areUnsupported(int opcode) {
        try (HandDriver driver = new HandDriver("").up()) {
            assertEquals(3, HandDriver.status(driver.command(HandDriver.entry(opcode, 0))));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 13, 15, 16, 17, 19, 21, 25, 32, 255})
    void unknownFeatures_areUnsupported(int feature) {
        try (HandDriver driver = new HandDriver("").up()) {
            assertEquals(3, HandDriver.status(driver.get(feature, 0)));
            assertEquals(3, HandDriver.status(driver.set(feature)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 6, 7, 11, 20, 27})
    void featuresThatCannotBeSet_refuseIt(int feature) {
        try (HandDriver driver = new HandDriver("").up()) {
            assertEquals(5, HandDriver.status(driver.set(feature)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 14, 28, 30})
    void featuresThatCannotBeRead_refuseIt(int feature) {
        try (HandDriver driver = new HandDriver("").up()) {
            assertEquals(5, HandDriver.status(driver.get(feature, 0)));
        }
    }

    @Test
    void interrupt_comesByVectorZero_unlessMasked() {
        try (HandDriver driver = new HandDriver("").up()) {
            WaitEvent event = driver.platform.newWaitEvent();
            driver.function.interrupts().enable(3);
            driver.function.interrupts().route(0, event);

            driver.get(ATTRIBUTES, 0);
            assertFalse(event.poll(), "masked by INTR_MASK");
            driver.write(0x4c, 0);
            assertFalse(event.poll(), "what was masked is not made up for");
            driver.submit(attributes());

            assertTrue(event.await(Deadline.afterMillis(driver.clock, 1)));
            assertTrue(driver.completion(SHORT).isPresent());
        }
    }

    @Test
    void commands_takeTheTimeTheyAreToldTo() {
        try (HandDriver driver = new HandDriver(",admin-time=3ms").up()) {
            driver.submit(attributes());

            assertTrue(driver.completion(2 * HandDriver.MILLI).isEmpty());
            assertTrue(driver.completion(2 * HandDriver.MILLI).isPresent());
        }
    }

    @Test
    void refused_saysTheStatusOfThePlan_once() {
        try (HandDriver driver = new HandDriver(",faults=admin-refused@get_feature:value=7:count=1").up()) {
            assertEquals(7, HandDriver.status(driver.get(ATTRIBUTES, 0)));
            assertEquals(0, HandDriver.status(driver.get(ATTRIBUTES, 0)));
        }
    }

    @Test
    void lost_isNeverAnswered_andTheNextIs() {
        try (HandDriver driver = new HandDriver(",faults=admin-lost:count=1").up()) {
            driver.submit(attributes());
            assertTrue(driver.completion(5_000 * HandDriver.MILLI).isEmpty());
            driver.submit(attributes());
            assertEquals(1, driver.completion(SHORT).orElseThrow().getShort(0));
        }
    }

    @Test
    void slow_isPassedByTheNext() {
        try (HandDriver driver = new HandDriver(",faults=admin-slow:count=1:value=20ms").up()) {
            driver.submit(attributes());
            driver.submit(attributes());

            assertEquals(1, driver.completion(SHORT).orElseThrow().getShort(0));
            assertTrue(driver.completion(10 * HandDriver.MILLI).isEmpty());
            assertEquals(0, driver.completion(20 * HandDriver.MILLI).orElseThrow().getShort(0));
        }
    }

    @Test
    void reordered_waitsForTheNext() {
        try (HandDriver driver = new HandDriver(",faults=admin-reordered:count=1").up()) {
            driver.submit(attributes());
            assertTrue(driver.completion(SHORT).isEmpty());
            driver.submit(attributes());

            assertEquals(1, driver.completion(SHORT).orElseThrow().getShort(0));
            assertEquals(0, driver.completion(SHORT).orElseThrow().getShort(0));
        }
    }

    @Test
    void wrongId_duplicate_badPhase_andGarbage_showInTheCompletion() {
        try (HandDriver wrong = new HandDriver(",faults=admin-wrong-id:count=1:value=0x123").up();
             HandDriver twice = new HandDriver(",faults=admin-duplicate:count=1").up();
             HandDriver bad = new HandDriver(",faults=admin-bad-phase:count=1").up();
             HandDriver garbage = new HandDriver(",faults=admin-garbage:count=1").up()) {
            wrong.submit(attributes());
            assertEquals(0x123, wrong.completion(SHORT).orElseThrow().getShort(0));

            twice.submit(attributes());
            assertEquals(0, twice.completion(SHORT).orElseThrow().getShort(0));
            assertEquals(0, twice.completion(SHORT).orElseThrow().getShort(0));

            bad.submit(attributes());
            assertTrue(bad.completion(SHORT).isEmpty());

            ByteBuffer first = garbage.get(ATTRIBUTES, 0);
            assertNotEquals(garbage.get(ATTRIBUTES, 0).getLong(8), first.getLong(8));
            assertEquals(0, HandDriver.status(first));
        }
    }

    @Test
    void aReset_forgetsCommandsAndLateCompletions() {
        try (HandDriver driver = new HandDriver(",admin-time=10ms").up()) {
            driver.submit(attributes());
            driver.clock.advance(HandDriver.MILLI);
            assertTrue(driver.reset(2));
            driver.openAdminQueue();
            driver.clock.advance(50 * HandDriver.MILLI);

            assertEquals(0, driver.completions.getLong(0));
            driver.submit(attributes());
            assertTrue(driver.completion(20 * HandDriver.MILLI).isPresent());
        }
    }

    @Test
    void aRingThatCannotBeReached_stopsTheQueue_withAFault() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.writeAddress(0x10, 0x1000);
            driver.write(0x2c, 1);

            assertTrue(driver.completion(SHORT).isEmpty());
            assertEquals(HandDriver.FATAL, driver.read(HandDriver.DEV_STS) & HandDriver.FATAL);
            assertTrue(driver.device.tally().dmaFaults() > 0);
        }
    }

    @Test
    void anAddressOfTooManyBits_isNotUsed() {
        try (HandDriver driver = new HandDriver(",dma-width=32").up()) {
            long faults = driver.device.tally().dmaFaults();
            driver.write(0x14, 1);
            driver.write(0x2c, 1);

            assertTrue(driver.completion(SHORT).isEmpty());
            assertEquals(faults, driver.device.tally().dmaFaults());
        }
    }

    @Test
    void trace_tellsCommandsByName() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.device.trace().enable(true);
            driver.get(ATTRIBUTES, 0);
            driver.set(14, 2000, 0);
            driver.set(14, 20, 0);

            String trace = String.join("\n", driver.device.trace().lines());
            assertTrue(trace.contains("AQ GET_FEATURE DEVICE_ATTRIBUTES v0 -> SUCCESS"), trace);
            assertTrue(trace.contains("AQ SET_FEATURE MTU 2000 -> SUCCESS"), trace);
            assertTrue(trace.contains("AQ SET_FEATURE MTU 20 -> ILLEGAL_PARAMETER"), trace);
        }
    }

    @Test
    void sameSeed_sameTrace() {
        assertEquals(traceOf(), traceOf());
    }

    private static Optional<String> traceOf() {
        try (HandDriver driver = new HandDriver(",faults=admin-garbage:p=0.5")) {
            driver.device.trace().enable(true);
            driver.up();
            driver.readless = false;
            for (int i = 0; i < 20; i++) {
                driver.get(ATTRIBUTES, 0);
            }
            driver.read(0x10);
            return Optional.of(String.join("\n", driver.device.trace().lines()));
        }
    }
}
