package org.netdev4j.models.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.backend.ena.spec.AenqGroup;
import org.netdev4j.backend.ena.spec.HwHints;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.WaitEvent;

/** Events: the link, keep-alive, what the fault plan makes the device say, and a driver that does not listen. */
class EnaEventsTest {
    private static final int LINK = 1;
    private static final int KEEP_ALIVE = 1 << 4;
    private static final int ALL = 0xff;
    private static final long SECOND = 1_000 * HandDriver.MILLI;

    @Test
    void groups_thatAreSupported_canBeEnabled() {
        try (HandDriver driver = new HandDriver(",aenq-groups=0x13").up()) {
            ByteBuffer before = driver.get(26, 0);
            assertEquals(0x13, before.getInt(8));
            assertEquals(0, before.getInt(12));
            assertEquals(5, HandDriver.status(driver.set(26, 0, 0, 0x33)));
            assertEquals(0, HandDriver.status(driver.set(26, 0, 0, 0x11)));
            assertEquals(0x11, driver.get(26, 0).getInt(12));
        }
    }

    @Test
    void link_isToldWhenTheDriverListens() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.openEvents(LINK);

            ByteBuffer event = driver.event(SECOND / 10).orElseThrow();
            assertEquals(0, event.getShort(0), "group");
            assertEquals(0, event.getShort(2), "syndrome");
            assertEquals(1, event.get(4), "phase");
            assertEquals(1, event.getInt(16), "up");
            assertTrue(driver.event(10 * SECOND).isEmpty(), "once");
        }
    }

    @Test
    void nothingIsTold_beforeTheFirstDoorbell_norOfGroupsNotEnabled() {
        try (HandDriver driver = new HandDriver("").up()) {
            assertEquals(0, HandDriver.status(driver.set(26, 0, 0, LINK)));
            assertTrue(driver.event(5 * SECOND).isEmpty());
            driver.write(0x40, HandDriver.EVENTS);
            assertEquals(0, driver.event(SECOND).orElseThrow().getShort(0));
            assertTrue(driver.event(5 * SECOND).isEmpty(), "no keep-alive was asked for");
        }
    }

    @Test
    void link_goesDown_withItsWire() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.openEvents(LINK);
            assertEquals(1, driver.event(SECOND).orElseThrow().getInt(16));

            driver.far.close();

            assertEquals(0, driver.event(SECOND).orElseThrow().getInt(16));
        }
    }

    @Test
    void keepAlive_comesEachSecond_withTheDrops() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.openEvents(KEEP_ALIVE);
            driver.model.counters().rxDrops = 0x1_0000_0002L;
            driver.model.counters().txDrops = 3;
            driver.model.counters().rxOverruns = 4;

            assertTrue(driver.event(SECOND - 10 * HandDriver.MILLI).isEmpty());
            ByteBuffer event = driver.event(20 * HandDriver.MILLI).orElseThrow();
            assertEquals(4, event.getShort(0));
            assertEquals(0x1_0000_0002L, event.getLong(16));
            assertEquals(3, event.getLong(24));
            assertEquals(4, event.getLong(32));
            long first = event.getLong(8);
            ByteBuffer second = driver.event(SECOND + 10 * HandDriver.MILLI).orElseThrow();
            assertEquals(1_000_000, second.getLong(8) - first, "microseconds apart");
        }
    }

    @Test
    void phases_turn_andTheRingGoesRound() {
        try (HandDriver driver = new HandDriver(",keep-alive=10ms").up()) {
            driver.openEvents(KEEP_ALIVE);
            for (int i = 0; i < 5 * HandDriver.EVENTS; i++) {
                ByteBuffer event = driver.event(20 * HandDriver.MILLI).orElseThrow();
                assertEquals(1 ^ i / HandDriver.EVENTS & 1, event.get(4), "event " + i);
            }
        }
    }

    @Test
    void aFullRing_isNeverWrittenOver() {
        try (HandDriver driver = new HandDriver(",keep-alive=10ms").up()) {
            driver.openEvents(KEEP_ALIVE);
            driver.clock.advance(10 * HandDriver.EVENTS * 10 * HandDriver.MILLI);
            byte[] full = driver.events.bytes(0, HandDriver.EVENTS * HandDriver.ENTRY);
            for (int i = 0; i < HandDriver.EVENTS; i++) {
                assertEquals(1, full[i * HandDriver.ENTRY + 4], "entry " + i + " is of the first round");
            }
            for (int i = 0; i < HandDriver.EVENTS; i++) {
                assertTrue(driver.event(0, false).isPresent());
            }
            assertTrue(driver.event(SECOND, false).isEmpty(), "no room without a doorbell");

            driver.write(0x40, 2 * HandDriver.EVENTS);
            assertTrue(driver.event(20 * HandDriver.MILLI).isPresent());
        }
    }

    @Test
    void aDoorbellThatGivesMoreThanTheRing_stopsEvents_notTheDevice() {
        try (HandDriver driver = new HandDriver(",keep-alive=10ms").up()) {
            driver.set(26, 0, 0, KEEP_ALIVE);
            driver.write(0x40, HandDriver.EVENTS + 1);

            assertTrue(driver.event(SECOND).isEmpty());
            assertEquals(0, HandDriver.status(driver.get(1, 0)));
        }
    }

    @Test
    void events_interruptByVectorZero_unlessMasked() {
        try (HandDriver driver = new HandDriver(",keep-alive=10ms").up()) {
            WaitEvent event = driver.platform.newWaitEvent();
            driver.function.interrupts().enable(2);
            driver.function.interrupts().route(0, event);
            driver.openEvents(KEEP_ALIVE);

            assertFalse(event.await(Deadline.afterMillis(driver.clock, 15)));
            driver.write(0x4c, 0);
            assertTrue(event.await(Deadline.afterMillis(driver.clock, 15)));
        }
    }

    @ParameterizedTest
    @CsvSource({"warning:value=9,2,9", "notification:value=5,3,5", "update-hints,3,2", "refresh-capabilities,5,0",
        "conf-notification:value=0x11,6,0", "request-reset,7,0", "fatal-error,1,0"})
    void faultPlan_makesTheDeviceSpeak(String fault, int group, int syndrome) {
        try (HandDriver driver = new HandDriver(",hint-watchdog=77,faults=" + fault + (fault.contains(":") ? "" : ":")
            + suffix(fault)).up()) {
            driver.openEvents(ALL & ~LINK & ~KEEP_ALIVE);

            ByteBuffer event = driver.event(SECOND).orElseThrow();
            assertEquals(group, event.getShort(0));
            assertEquals(syndrome, event.getShort(2));
            if ("update-hints".equals(fault)) {
                assertEquals(77, event.getShort(18));
            }
            if (group == 6) {
                assertEquals(0x11, event.getLong(16));
            }
        }
    }

    private static String suffix(String fault) {
        return fault.contains(":") ? ":count=1" : "count=1";
    }

    @Test
    void fatalError_stopsTheDevice_untilReset() {
        try (HandDriver driver = new HandDriver(",faults=fatal-error:count=1").up()) {
            driver.openEvents(ALL);
            driver.clock.advance(SECOND);

            assertEquals(HandDriver.FATAL, driver.read(HandDriver.DEV_STS) & HandDriver.FATAL, "registers still answer");
            driver.submit(HandDriver.entry(8, 0).put(17, (byte) 1));
            assertTrue(driver.completion(SECOND).isEmpty());

            assertTrue(driver.reset(13));
            driver.openAdminQueue();
            assertEquals(0, HandDriver.status(driver.get(1, 0)));
            assertEquals(0, driver.read(HandDriver.DEV_STS) & HandDriver.FATAL);
        }
    }

    @Test
    void linkFlap_goesDownAndUp() {
        try (HandDriver driver = new HandDriver(",faults=link-flap:count=1:value=30ms").up()) {
            driver.openEvents(LINK);
            assertEquals(1, driver.event(SECOND).orElseThrow().getInt(16));
            assertEquals(0, driver.event(SECOND).orElseThrow().getInt(16));
            long down = driver.clock.nanoTime();
            assertEquals(1, driver.event(SECOND).orElseThrow().getInt(16));
            assertEquals(30, (driver.clock.nanoTime() - down) / HandDriver.MILLI, 1);
        }
    }

    @Test
    void keepAlive_fallsSilent() {
        try (HandDriver driver = new HandDriver(",faults=keep-alive-silent:skip=2").up()) {
            driver.openEvents(KEEP_ALIVE);
            assertTrue(driver.event(2 * SECOND).isPresent());
            assertTrue(driver.event(2 * SECOND).isPresent());
            assertTrue(driver.event(60 * SECOND).isEmpty());
        }
    }

    @Test
    void badEvents_areLostGarbageUnknownOrOfTheRoundBefore() {
        try (HandDriver lost = new HandDriver(",faults=aenq-lost@keep_alive:count=1").up();
             HandDriver garbage = new HandDriver(",faults=aenq-garbage:count=1").up();
             HandDriver unknown = new HandDriver(",faults=aenq-unknown-group:count=1:value=200").up();
             HandDriver phase = new HandDriver(",faults=aenq-bad-phase:count=1").up()) {
            lost.openEvents(KEEP_ALIVE);
            assertTrue(lost.event(3 * SECOND / 2).isEmpty());
            assertTrue(lost.event(SECOND).isPresent());

            garbage.openEvents(KEEP_ALIVE);
            ByteBuffer event = garbage.event(2 * SECOND).orElseThrow();
            assertEquals(4, event.getShort(0));
            assertFalse(event.getLong(16) == 0 && event.getLong(24) == 0);

            unknown.openEvents(KEEP_ALIVE);
            assertEquals(200, unknown.event(2 * SECOND).orElseThrow().getShort(0));

            phase.openEvents(KEEP_ALIVE);
            assertTrue(phase.event(3 * SECOND).isEmpty());
        }
    }

    @Test
    void whoeverHoldsTheModel_canMakeItSpeak() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.openEvents(ALL & ~LINK & ~KEEP_ALIVE);

            driver.model.sendEvent(AenqGroup.CONF_NOTIFICATIONS, 0, 0x8000_0000_0000_0001L);
            assertEquals(0x8000_0000_0000_0001L, driver.event(SECOND).orElseThrow().getLong(16));
            driver.model.sendHints(new HwHints(1, 2, 3, 4, 5, 6, 7, 8));
            ByteBuffer hints = driver.event(SECOND).orElseThrow();
            assertEquals(2, hints.getShort(2));
            assertEquals(0x0004_0003_0002_0001L, hints.getLong(16));
            driver.model.failFatally();
            assertEquals(1, driver.event(SECOND).orElseThrow().getShort(0));
        }
    }

    @Test
    void aReset_endsEvents() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.openEvents(KEEP_ALIVE);
            assertTrue(driver.event(2 * SECOND).isPresent());

            assertTrue(driver.reset(0));
            driver.openAdminQueue();

            assertTrue(driver.event(3 * SECOND).isEmpty());
            assertEquals(0, driver.get(26, 0).getInt(12));
        }
    }
}
