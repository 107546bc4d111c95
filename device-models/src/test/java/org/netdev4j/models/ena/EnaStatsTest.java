package org.netdev4j.models.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.models.ena.io.IoCounters;

/** GET_STATS of every type, and the clock. */
class EnaStatsTest {
    private static ByteBuffer stats(HandDriver driver, int type, long metrics, int length) {
        ByteBuffer entry = HandDriver.entry(11, 0).put(16, (byte) type).putLong(24, metrics);
        return driver.command(length == 0 ? entry : driver.withControl(entry, length));
    }

    @Test
    void basic_hasSevenCounters() {
        try (HandDriver driver = new HandDriver("").up()) {
            IoCounters counters = driver.model.counters();
            counters.txBytes = 0x1_0000_0001L;
            counters.txPackets = 2;
            counters.rxBytes = 3;
            counters.rxPackets = 4;
            counters.rxDrops = 5;
            counters.txDrops = 6;
            counters.rxOverruns = 7;

            ByteBuffer reply = stats(driver, 0, 0, 0);

            assertEquals(0, HandDriver.status(reply));
            long[] expected = {0x1_0000_0001L, 2, 3, 4, 5, 6, 7};
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], reply.getLong(8 + 8 * i), "counter " + i);
            }
        }
    }

    @Test
    void eni_hasTheAllowances() {
        try (HandDriver driver = new HandDriver("").up()) {
            IoCounters counters = driver.model.counters();
            counters.bwInExceeded = 11;
            counters.bwOutExceeded = 12;
            counters.ppsExceeded = 13;
            counters.linkLocalExceeded = 15;

            ByteBuffer reply = stats(driver, 2, 0, 0);

            long[] expected = {11, 12, 13, 0, 15};
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], reply.getLong(8 + 8 * i), "counter " + i);
            }
        }
    }

    @Test
    void srd_isThere_andUnused() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.model.counters().txPackets = 9;
            ByteBuffer reply = stats(driver, 3, 0, 0);

            assertEquals(0, HandDriver.status(reply));
            assertEquals(0, reply.getLong(8));
            assertEquals(0, reply.getLong(16));
            assertEquals(9, reply.getLong(24));
        }
    }

    @Test
    void metrics_areToldWhichThereAre_thenInTheOrderOfTheirBits() {
        try (HandDriver driver = new HandDriver(",metrics=0x3d,conntrack=777").up()) {
            driver.model.counters().bwInExceeded = 1;
            driver.model.counters().bwOutExceeded = 2;
            driver.model.counters().ppsExceeded = 3;

            assertEquals(0x3d, stats(driver, 4, 0x3f, 0).getLong(8));
            assertEquals(0x3d, stats(driver, 4, 0, 0).getLong(8));
            ByteBuffer reply = stats(driver, 4, 0x27, 512);
            assertEquals(0, HandDriver.status(reply));
            assertEquals(0x25, reply.getLong(8));
            assertEquals(1, driver.control.getLong(0));
            assertEquals(3, driver.control.getLong(8), "bit 1 is not offered and takes no place");
            assertEquals(777, driver.control.getLong(16));
            assertEquals(0, driver.control.getLong(24));
            assertEquals(4, HandDriver.status(stats(driver, 4, 0x27, 16)), "too small a buffer");
        }
    }

    @ParameterizedTest
    @CsvSource({"eni-stats=false,2", "srd=false,3", "metrics=0,4", "queues=8,1", "queues=8,5", "queues=8,255"})
    void whatIsNotThere_isUnsupported(String key, int type) {
        try (HandDriver driver = new HandDriver("," + key).up()) {
            assertEquals(3, HandDriver.status(stats(driver, type, 0, 0)));
        }
    }

    @Test
    void clock_tellsTheTime() {
        try (HandDriver driver = new HandDriver(",phc-error=250,phc-expire=20,phc-block=500").up()) {
            ByteBuffer feature = driver.get(29, 0);
            assertEquals(0, feature.get(8), "version");
            assertEquals(0x100, feature.getInt(12));
            assertEquals(20, feature.getInt(16));
            assertEquals(500, feature.getInt(20));
            setClock(driver, 64, 0);

            ask(driver, 0x1234);

            assertEquals(0x1234, driver.control.getUnsignedShort(0));
            assertEquals(driver.clock.epochNanos(), driver.control.getLong(8), 100_000);
            assertEquals(250, driver.control.getInt(24));
            assertEquals(0, driver.control.getInt(28));
        }
    }

    private static void setClock(HandDriver driver, int length, int status) {
        long iova = driver.control.iova();
        assertEquals(status, HandDriver.status(driver.set(29, 0, 0, 0, 0, 0, 0, 0, 0, (int) iova, (int) (iova >>> 16),
            (int) (iova >>> 32), 0, length, 0)));
    }

    private static void ask(HandDriver driver, int id) {
        driver.control.fill(0, 64, (byte) 0);
        driver.write(0x100, id);
        driver.clock.advance(50_000);
    }

    @Test
    void clock_errors() {
        String faults = ",faults=phc-lost:count=1+phc-late:skip=1:count=1:value=1ms+phc-bad-timestamp:skip=2:count=1"
            + "+phc-bad-bound:skip=3:count=1";
        try (HandDriver driver = new HandDriver(faults).up()) {
            setClock(driver, 32, 5);
            setClock(driver, 64, 0);

            ask(driver, 1);
            assertEquals(0, driver.control.getUnsignedShort(0), "lost");
            ask(driver, 2);
            assertEquals(2, driver.control.getUnsignedShort(0), "on time");
            ask(driver, 3);
            assertEquals(0, driver.control.getUnsignedShort(0), "late");
            driver.clock.advance(HandDriver.MILLI);
            assertEquals(3, driver.control.getUnsignedShort(0));
            ask(driver, 4);
            assertEquals(1, driver.control.getInt(28), "no timestamp");
            ask(driver, 5);
            assertEquals(2, driver.control.getInt(28), "no bound");
        }
    }

    @Test
    void clock_isSilent_beforeItIsSetUp_andAfterReset() {
        try (HandDriver driver = new HandDriver("").up()) {
            ask(driver, 1);
            assertEquals(0, driver.control.getUnsignedShort(0));
            setClock(driver, 64, 0);
            assertTrue(driver.reset(0));
            ask(driver, 2);
            assertEquals(0, driver.control.getUnsignedShort(0));
        }
    }
}
