package org.netdev4j.models.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.PciFunction;

/** Identity, registers, both ways of reading them, and the reset. */
class EnaRegistersTest {
    @ParameterizedTest
    @CsvSource({"vf,0xec20", "vf-llq,0xec21", "pf,0x0ec2", "pf-llq,0x1ec2"})
    void identity_isTheOneAskedFor(String device, String id) {
        try (HandDriver driver = new HandDriver(",device=" + device)) {
            DeviceIdentity.Pci identity = (DeviceIdentity.Pci) driver.function.identity();

            assertEquals(0x1d0f, identity.vendor());
            assertEquals(Integer.decode(id), identity.device());
            assertEquals(0x020000, identity.classCode());
            assertEquals(0, identity.revision() & 1);
        }
    }

    @Test
    void revision_saysThatRegistersAreReadDirectly_whenReadlessIsOff() {
        try (HandDriver driver = new HandDriver(",readless=false")) {
            assertEquals(1, ((DeviceIdentity.Pci) driver.function.identity()).revision() & 1);
        }
    }

    @Test
    void llqBar_isThere_unlessLeftOut() {
        try (HandDriver with = new HandDriver(",queues=3"); HandDriver without = new HandDriver(",llq-bar=false")) {
            assertEquals(1 << 20, with.function.mapBar(2, PciFunction.BarMapping.WRITE_COMBINED).orElseThrow().size());
            assertTrue(without.function.mapBar(2, PciFunction.BarMapping.WRITE_COMBINED).isEmpty());
        }
    }

    @Test
    void vectors_areOneMoreThanQueues_orAsSaid() {
        try (HandDriver standard = new HandDriver(",queues=5");
             HandDriver few = new HandDriver(",queues=5,msix-vectors=3")) {
            assertEquals(6, standard.model.pci().vectors());
            assertEquals(3, few.model.pci().vectors());
        }
    }

    @Test
    void msixTable_canHaveABarOfItsOwn() {
        try (HandDriver driver = new HandDriver(",msix-bar=4")) {
            assertEquals(4, driver.model.pci().msixBar());
            assertEquals(8192, driver.function.mapBar(4, PciFunction.BarMapping.UNCACHED).orElseThrow().size());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void versionsAndCaps_readAsTheDeviceHasThem(boolean readless) {
        try (HandDriver driver = new HandDriver(",reset-timeout=7,dma-width=40,admin-timeout=3")) {
            driver.readless = readless;
            driver.announceResponse();

            assertEquals(0x0000_000a, driver.read(HandDriver.VERSION));
            assertEquals(0x0100_0001, driver.read(HandDriver.CONTROLLER_VERSION));
            assertEquals(1 | 7 << 1 | 40 << 8 | 3 << 16, driver.read(HandDriver.CAPS));
            assertEquals(HandDriver.READY, driver.read(HandDriver.DEV_STS));
        }
    }

    @Test
    void readless_isNotAnswered_beforeAnAddressIsKnown() {
        try (HandDriver driver = new HandDriver("")) {
            assertEquals(HandDriver.NO_ANSWER, driver.read(HandDriver.VERSION));
            assertTrue(driver.device.tally().dmaFaults() > 0, "the address at power-on is garbage");
        }
    }

    @Test
    void readless_isNotAnswered_afterItsAddressWasTakenBack() {
        try (HandDriver driver = new HandDriver("")) {
            driver.announceResponse();
            driver.writeAddress(0x60, 0);
            long faults = driver.device.tally().dmaFaults();

            assertEquals(HandDriver.NO_ANSWER, driver.read(HandDriver.VERSION));
            assertEquals(faults, driver.device.tally().dmaFaults());
        }
    }

    @Test
    void reset_losesTheAddressOfAnswers_atOnce() {
        try (HandDriver driver = new HandDriver("")) {
            driver.announceResponse();
            assertNotEquals(HandDriver.NO_ANSWER, driver.read(HandDriver.DEV_STS));

            driver.write(HandDriver.DEV_CTL, 1);

            assertEquals(HandDriver.NO_ANSWER, driver.read(HandDriver.DEV_STS));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reset_hasTwoPhases_andTakesItsTime(boolean readless) {
        try (HandDriver driver = new HandDriver(",reset-time=5ms")) {
            driver.readless = readless;
            driver.announceResponse();
            driver.write(HandDriver.DEV_CTL, 1);
            driver.announceResponse();

            assertTrue(driver.waitFor(8, 8, HandDriver.MILLI));
            driver.clock.advance(50 * HandDriver.MILLI);
            assertEquals(8, driver.read(HandDriver.DEV_STS) & 8, "until the driver lets go");
            driver.write(HandDriver.DEV_CTL, 0);

            assertTrue(driver.waitFor(8, 0, HandDriver.MILLI));
            assertEquals(HandDriver.READY | 0x10, driver.read(HandDriver.DEV_STS));
        }
    }

    @Test
    void reset_isNotOver_beforeItsTime() {
        try (HandDriver driver = new HandDriver(",reset-time=20ms")) {
            driver.announceResponse();
            driver.write(HandDriver.DEV_CTL, 1);
            driver.announceResponse();
            assertTrue(driver.waitFor(8, 8, HandDriver.MILLI));
            driver.write(HandDriver.DEV_CTL, 0);

            assertFalse(driver.waitFor(8, 0, 10 * HandDriver.MILLI));
            assertTrue(driver.waitFor(8, 0, 20 * HandDriver.MILLI));
        }
    }

    @Test
    void resetReason_isPutTogether_fromBothNibbles() {
        try (HandDriver driver = new HandDriver("")) {
            driver.device.trace().enable(true);
            driver.announceResponse();

            assertTrue(driver.reset(19));

            String trace = String.join("\n", driver.device.trace().lines());
            assertTrue(trace.contains("reset, reason DEVICE_REQUEST"), trace);
        }
    }

    @ParameterizedTest
    @CsvSource({"read-lost@caps", "read-stale@caps", "read-wrong-offset@caps", "read-all-ones@caps"})
    void readFaults_makeOneReadFail_andNoOther(String fault) {
        try (HandDriver driver = new HandDriver(",faults=" + fault + ":count=1")) {
            driver.announceResponse();
            assertEquals(0xa, driver.read(HandDriver.VERSION));

            assertEquals(HandDriver.NO_ANSWER, driver.read(HandDriver.CAPS));
            assertNotEquals(HandDriver.NO_ANSWER, driver.read(HandDriver.CAPS));
        }
    }

    @Test
    void resetFaults_neverStartAndNeverEnd_onlyOnce() {
        try (HandDriver driver = new HandDriver(",faults=reset-never-starts:count=1+reset-never-ends:count=1")) {
            driver.announceResponse();

            assertFalse(driver.reset(0), "never starts");
            assertEquals(0, driver.read(HandDriver.DEV_STS) & 8);
            assertFalse(driver.reset(0), "never ends");
            assertEquals(8, driver.read(HandDriver.DEV_STS) & 8);
            assertTrue(driver.reset(0), "third time lucky");
        }
    }

    @Test
    void statusFaults_showInTheRegisters() {
        String faults = ",faults=not-ready:count=1+dma-width-wrong:count=1:value=72+version-old:count=1"
            + "+reset-timeout-zero:skip=1:count=1";
        try (HandDriver driver = new HandDriver(faults)) {
            driver.announceResponse();

            assertEquals(0, driver.read(HandDriver.DEV_STS) & HandDriver.READY);
            assertEquals(HandDriver.READY, driver.read(HandDriver.DEV_STS) & HandDriver.READY);
            assertEquals(72, driver.read(HandDriver.CAPS) >>> 8 & 0xff);
            assertEquals(0, driver.read(HandDriver.CAPS) >>> 1 & 0x1f);
            assertEquals(0, driver.read(HandDriver.CONTROLLER_VERSION) & 0xff_ffff);
            assertEquals(1, driver.read(HandDriver.CONTROLLER_VERSION) & 0xff_ffff);
        }
    }

    @Test
    void silence_stopsTheDevice_untilFunctionReset() {
        try (HandDriver driver = new HandDriver(",faults=silence@dev_ctl:count=1")) {
            driver.announceResponse();
            assertFalse(driver.reset(0));
            driver.readless = false;
            assertEquals(HandDriver.READY, driver.read(HandDriver.DEV_STS), "registers can still be read");

            driver.function.resetFunction();
            driver.function.setBusMaster(true);
            driver.announceResponse();
            assertTrue(driver.reset(0));
        }
    }

    @Test
    void functionReset_bringsGarbageBack() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.readless = false;
            assertEquals((int) driver.commands.iova(), driver.read(0x10));

            driver.function.resetFunction();

            assertNotEquals((int) driver.commands.iova(), driver.read(0x10));
            assertNotEquals(32 | 64 << 16, driver.read(0x18));
        }
    }

    @Test
    void readOnlyRegisters_keepTheirValue_andHolesReadZero() {
        try (HandDriver driver = new HandDriver("")) {
            driver.readless = false;
            driver.write(HandDriver.VERSION, 0x1234);
            driver.write(HandDriver.DEV_STS, 0xff);

            assertEquals(0xa, driver.read(HandDriver.VERSION));
            assertEquals(HandDriver.READY, driver.read(HandDriver.DEV_STS));
            assertEquals(0, driver.read(0x1c));
            assertEquals(0, driver.read(0x200));
            assertEquals(0, driver.read(0xfffc));
        }
    }
}
