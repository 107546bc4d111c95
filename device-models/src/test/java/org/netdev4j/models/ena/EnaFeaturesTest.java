package org.netdev4j.models.ena;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GET_FEATURE and SET_FEATURE, on the bytes of their answers. */
class EnaFeaturesTest {
    private static byte[] payload(ByteBuffer completion, int length) {
        assertEquals(0, HandDriver.status(completion));
        byte[] bytes = new byte[length];
        completion.get(8, bytes);
        return bytes;
    }

    private static void assertPayload(String hex, ByteBuffer completion) {
        byte[] expected = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertEquals(HexFormat.of().formatHex(expected), HexFormat.of().formatHex(payload(completion, expected.length)));
    }

    @Test
    void attributes_ofTheFullDevice() {
        try (HandDriver driver = new HandDriver(",mac=02:11:22:33:44:55,max-mtu=9216,flow-rules=64").up()) {
            // impl 1, version 0, features, capabilities, 48 and 48 bits, MAC, 64 rules, MTU 9216
            assertPayload("01000000 00000000 fe5d14fc 1f000000 30000000 30000000 021122334455 4000 00240000",
                driver.get(1, 0));
        }
    }

    @ParameterizedTest
    @CsvSource({"max-queues-ext=false,7", "hw-hints=false,3", "llq=false,4", "extra-properties=false,5",
        "extra-properties=false,6", "frag-bypass=false,8", "rss-key=false,10", "rss=false,12", "rss=false,10",
        "rss-fields=false,18", "moderation=false,20",
        "link-config=false,27", "phc=false,29", "flow-rules=0,30", "timestamps=none,31"})
    void aFeatureThatIsLeftOut_hasNoBit_andIsRefused(String key, int feature) {
        try (HandDriver driver = new HandDriver("," + key).up()) {
            int supported = driver.get(1, 0).getInt(16);

            assertEquals(0, supported >>> feature & 1);
            assertEquals(3, HandDriver.status(driver.get(feature, 1, 4096)));
            assertEquals(3, HandDriver.status(driver.setWithControl(feature, 4096)));
        }
    }

    @ParameterizedTest
    @CsvSource({"eni-stats=false,0", "srd=false,1", "metrics=0,2", "extended-reset=false,3", "cdesc-mbz=false,4"})
    void aCapabilityThatIsLeftOut_hasNoBit(String key, int capability) {
        try (HandDriver driver = new HandDriver("," + key).up()) {
            assertEquals(0x1f & ~(1 << capability), driver.get(1, 0).getInt(20));
        }
    }

    @Test
    void maxQueues_basicAndExtended() {
        try (HandDriver driver = new HandDriver(",queues=3,tx-depth=512,rx-depth=2048,llq-depth=1024").up()) {
            assertPayload("03000000 00020000 03000000 00020000 03000000 00040000 80000000 1400 1000", driver.get(2, 0));
            assertPayload("01000000 03000000 03000000 03000000 03000000 00020000 00040000 00080000 00080000 80000000"
                + "1400 1000", driver.get(7, 1));
            assertEquals(5, HandDriver.status(driver.get(7, 0)), "a version that there is not");
        }
    }

    @Test
    void hints_areTheKeys() {
        String keys = ",hint-mmio-read=1,hint-watchdog=2,hint-missing-tx=3,hint-missed-tx=4,hint-admin=5,hint-netdev=6"
            + ",hint-tx-sgl=7,hint-rx-sgl=65535";
        try (HandDriver driver = new HandDriver(keys).up()) {
            assertPayload("0100 0200 0300 0400 0500 0600 0700 ffff 0000000000000000 0000000000000000", driver.get(3, 0));
        }
    }

    @Test
    void offloads_moderation_andLink() {
        String keys = ",tx-offloads=0x2a,rx-offloads=0xb,moderation-resolution=4,speed=100000";
        try (HandDriver driver = new HandDriver(keys).up()) {
            assertPayload("2a000000 0b000000 0b000000", driver.get(11, 0));
            assertPayload("0400 0000", driver.get(20, 0));
            assertPayload("a0860100 80000000 02000000", driver.get(27, 0));
        }
    }

    @Test
    void extraProperties_haveNamesAndFlags() {
        try (HandDriver driver = new HandDriver("").up()) {
            assertPayload("02000000", driver.get(5, 0, 1024));
            assertEquals("emulated", new String(driver.control.bytes(0, 8)));
            assertEquals(0, driver.control.getByte(8));
            assertPayload("03000000", driver.get(6, 0));
            assertEquals(4, HandDriver.status(driver.get(5, 0, 64)), "no room");
        }
    }

    @Test
    void mtu_isTakenWithinItsLimits() {
        try (HandDriver driver = new HandDriver(",max-mtu=9001").up()) {
            assertEquals(0, HandDriver.status(driver.set(14, 9001, 0)));
            assertEquals(9001, driver.model.settings().mtu);
            assertEquals(5, HandDriver.status(driver.set(14, 9002, 0)));
            assertEquals(5, HandDriver.status(driver.set(14, 127, 0)));
            assertEquals(5, HandDriver.status(driver.set(14, 1500, 1)), "more than 16 bits");
            assertEquals(0, HandDriver.status(driver.set(14, 128, 0)));
            assertEquals(128, driver.model.settings().mtu);
        }
    }

    @Test
    void fragBypass_andTimestamps_areTaken() {
        try (HandDriver driver = new HandDriver(",timestamps=rx").up()) {
            assertEquals(0, HandDriver.status(driver.set(8, 1)));
            assertTrue(driver.model.settings().fragBypass);
            assertEquals(5, HandDriver.status(driver.set(8, 2)));

            assertPayload("01 00 01", driver.get(31, 1));
            assertEquals(5, HandDriver.status(driver.get(31, 0)));
            assertEquals(5, HandDriver.status(driver.set(31, 0x0100, 0)), "transmit is not offered");
            assertEquals(0, HandDriver.status(driver.set(31, 0, 1)));
            assertTrue(driver.model.settings().rxTimestamps);
            driver.reset(0);
            assertEquals(false, driver.model.settings().rxTimestamps);
        }
    }

    @Test
    void llq_offersItsForms_byVersion() {
        String keys = ",queues=4,llq-depth=512,llq-wide-depth=256,llq-recommended=4,llq-meta-caching=false,llq-burst=2048";
        try (HandDriver driver = new HandDriver(keys).up()) {
            assertPayload("04000000 00020000 0100 0000 0500 0000 0f00 0000 0300 0000 01 04 0001 0300 0008 00000000",
                driver.get(4, 1));
            assertPayload("04000000 00020000 0100 0000 0500 0000 0f00 0000 0300 0000 00 00 0000 0300 0008 00000000",
                driver.get(4, 0));
        }
        try (HandDriver old = new HandDriver(",llq-version=0,llq-recommended=4").up()) {
            assertEquals(0, old.get(4, 1).getInt(8 + 24), "neither version nor recommendation");
        }
    }

    @Test
    void llq_choice_comesIntoForce_andIsShown() {
        try (HandDriver driver = new HandDriver(",llq-burst=2048").up()) {
            assertEquals(0, HandDriver.status(llq(driver, 1, 4, 2, 2, 3)));

            assertEquals(256, driver.model.settings().llqEntryBytes);
            assertEquals(2, driver.model.settings().llqDescsBeforeHeader);
            assertTrue(driver.model.settings().llqMultipleStride);
            assertEquals(8, driver.model.settings().llqBurstEntries);
            assertEquals(false, driver.model.settings().metaCachingDisabled, "asked for, but not offered");
            assertPayload("0100 0100 0500 0400 0f00 0200 0300 0200", shift(driver.get(4, 1)));
            driver.reset(0);
            assertEquals(0, driver.model.settings().llqEntryBytes);
        }
    }

    private static ByteBuffer shift(ByteBuffer completion) {
        return completion.putLong(8, completion.getLong(16)).putLong(16, completion.getLong(24));
    }

    private static ByteBuffer llq(HandDriver driver, int header, int entry, int descs, int stride, int accel) {
        return driver.set(4, 0, 0, 0, 0, 0, header, 0, entry, 0, descs, 0, stride, 0, 0, accel, 0);
    }

    @ParameterizedTest
    @CsvSource({"2,1,2,2", "0,1,2,2", "1,2,2,2", "1,5,2,2", "1,0,2,2", "1,1,0,2", "1,1,3,2", "1,1,16,2", "1,1,8,2",
        "1,1,2,0", "1,1,2,3"})
    void llq_choicesThatThereAreNot_areRefused(int header, int entry, int descs, int stride) {
        try (HandDriver driver = new HandDriver("").up()) {
            assertEquals(5, HandDriver.status(llq(driver, header, entry, descs, stride, 0)));
            assertEquals(0, driver.model.settings().llqEntryBytes);
        }
    }

    @Test
    void hostInfo_isRead_andShown() {
        try (HandDriver driver = new HandDriver(",rx-offset=14").up()) {
            driver.device.trace().enable(true);
            driver.control.putInt(0, 1);
            driver.control.copyFrom(4, "TestOS".getBytes(), 0, 6);
            driver.control.copyFrom(136, "6.8".getBytes(), 0, 3);
            driver.control.putInt(172, 2 | 17 << 8 | 1 << 16);
            driver.control.putShort(184, (short) 0x200);
            driver.control.putShort(188, (short) 4);
            driver.control.putInt(192, 2);

            assertEquals(0, HandDriver.status(hostAttributes(driver, driver.control.iova())));

            String trace = String.join("\n", driver.device.trace().lines());
            String line = "os=1 dist=\"TestOS\" kernel=\"6.8\" driver=2.17.1 spec=2.0 cpus=4 features=0x2";
            assertTrue(trace.contains(line), trace);
            assertEquals(14, driver.model.settings().rxOffset, "the driver can take it");
        }
    }

    @Test
    void hostInfo_thatMakesNoSense_isRefused() {
        try (HandDriver driver = new HandDriver(",dma-width=40").up()) {
            assertEquals(5, HandDriver.status(hostAttributes(driver, driver.control.iova())), "no system");
            assertEquals(6, HandDriver.status(hostAttributes(driver, 0x1000)), "not reachable");
            assertEquals(5, HandDriver.status(hostAttributes(driver, 1L << 41)), "more bits than the device has");
            assertEquals(0, HandDriver.status(hostAttributes(driver, 0)), "none at all");
        }
    }

    private static ByteBuffer hostAttributes(HandDriver driver, long iova) {
        return driver.set(28, (int) iova, (int) (iova >>> 16), (int) (iova >>> 32), 0);
    }

    @Test
    void hashFunction_andKey_areGarbageUntilSet() {
        try (HandDriver driver = new HandDriver("").up()) {
            assertPayload("06000000 02000000", driver.get(10, 0, 48));
            assertEquals(10, driver.control.getInt(0));
            assertNotEquals(0, driver.control.getLong(8));

            driver.control.fill(0, 48, (byte) 0);
            driver.control.putInt(0, 10);
            driver.control.fill(8, 40, (byte) 0x6d);
            assertEquals(0, HandDriver.status(driver.setWithControl(10, 48, 0, 0, 4, 0, 0xffff, 0xffff)));

            assertEquals(2, driver.model.settings().rssFunction);
            assertEquals(-1, driver.model.settings().rssInitValue);
            assertEquals(0x6d, driver.model.settings().rssKey[39]);
            driver.control.fill(0, 48, (byte) 0);
            assertPayload("06000000 04000000 ffffffff", driver.get(10, 0, 48));
            assertEquals(0x6d6d6d6d, driver.control.getInt(44));
        }
    }

    @Test
    void hashFunction_refusals() {
        try (HandDriver driver = new HandDriver(",rss-functions=2").up()) {
            driver.control.putInt(0, 10);
            assertEquals(5, HandDriver.status(driver.setWithControl(10, 48, 0, 0, 4, 0)), "CRC32 is not offered");
            assertEquals(5, HandDriver.status(driver.setWithControl(10, 48, 0, 0, 6, 0)), "two at once");
            assertEquals(5, HandDriver.status(driver.setWithControl(10, 48, 0, 0, 0, 0)), "none");
            assertEquals(4, HandDriver.status(driver.setWithControl(10, 40, 0, 0, 2, 0)), "too small a buffer");
            assertEquals(4, HandDriver.status(driver.set(10, 0, 0, 2, 0)), "no buffer");
            driver.control.putInt(0, 9);
            assertEquals(5, HandDriver.status(driver.setWithControl(10, 48, 0, 0, 2, 0)), "a short key");
            assertEquals(4, HandDriver.status(driver.get(10, 0, 8)));
        }
    }

    @Test
    void controlBuffer_thatCannotBeReached_isAnUnknownError() {
        try (HandDriver driver = new HandDriver("").up()) {
            ByteBuffer entry = HandDriver.entry(8, 4).put(17, (byte) 10).putInt(4, 48).putLong(8, 0x1000);

            assertEquals(6, HandDriver.status(driver.command(entry)));
        }
    }

    @Test
    void hashInput_saysWhatCanBeHashed_andTakesNoMore() {
        try (HandDriver driver = new HandDriver("").up()) {
            assertPayload("0600 0000", driver.get(18, 0, 256));
            int[] supported = {0x3c, 0x3c, 0x3c, 0x3c, 0x0c, 0x0c, 0x0c, 0x03, 0x3c, 0x0c, 0, 0, 0, 0, 0, 0};
            for (int i = 0; i < 16; i++) {
                assertEquals(supported[i], driver.control.getInt(4L * i), "kind " + i);
                driver.control.putInt(64 + 4L * i, supported[i]);
            }
            assertEquals(0, HandDriver.status(driver.setWithControl(18, 256, 0, 6)));
            assertPayload("0600 0600", driver.get(18, 0, 256));
            assertEquals(0, driver.model.settings().rssSort, "asked for by all drivers, done by no device with such a feature");
            assertArrayEquals(supported, driver.model.settings().rssFields);

            driver.control.putInt(64 + 4 * 4, 0x3c);
            assertEquals(5, HandDriver.status(driver.setWithControl(18, 256, 0, 6)), "ports of what is not TCP or UDP");
            assertEquals(5, HandDriver.status(driver.setWithControl(18, 256, 0, 1)), "a sort that there is not");
            assertEquals(4, HandDriver.status(driver.setWithControl(18, 128, 0, 6)));
        }
    }

    @Test
    void table_sizes_andRefusals() {
        try (HandDriver driver = new HandDriver(",rss-table=8").up()) {
            assertPayload("0700 0800 0800 00 00 ffffffff 00000000", driver.get(12, 1));

            assertEquals(5, HandDriver.status(driver.setWithControl(12, 1024, 0, 0, 9, 0, 0xffff, 0xffff)), "too large");
            assertEquals(5, HandDriver.status(driver.setWithControl(12, 1024, 0, 0, 6, 0, 0xffff, 0xffff)), "too small");
            assertEquals(4, HandDriver.status(driver.setWithControl(12, 1000, 0, 0, 8, 0, 0xffff, 0xffff)),
                "a short buffer");
            assertEquals(5, HandDriver.status(driver.setWithControl(12, 1024, 0, 0, 8, 0, 0xffff, 0xffff)),
                "no such queues");
            assertEquals(5, HandDriver.status(driver.set(12, 0, 0, 8, 0, 3, 0, 0, 0)), "single entries cannot be set");
            assertEquals(0, driver.model.settings().rssTable.length);
        }
    }

    @Test
    void flowRules_areAddedAndRemoved() {
        try (HandDriver driver = new HandDriver(",flow-rules=2,queues=4").up()) {
            assertEquals(0, HandDriver.status(driver.setWithControl(30, 128, 1 | 3 << 8, 3, 1)));
            ByteBuffer chosen = driver.setWithControl(30, 128, 1 | 5 << 8, 2, 0xffff);
            assertEquals(0, HandDriver.status(chosen));
            assertEquals(0, chosen.getShort(8), "the free one");
            assertEquals(3, driver.model.settings().flowRules[1].queue());
            assertEquals(1, HandDriver.status(driver.setWithControl(30, 128, 1 | 5 << 8, 2, 0xffff)), "full");
            assertEquals(7, HandDriver.status(driver.setWithControl(30, 128, 1 | 5 << 8, 2, 1)), "taken");

            assertEquals(0, HandDriver.status(driver.set(30, 2, 0, 1)));
            assertEquals(5, HandDriver.status(driver.set(30, 2, 0, 1)), "not there");
            assertEquals(0, HandDriver.status(driver.set(30, 3)));
            assertEquals(null, driver.model.settings().flowRules[0]);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,0,0,0,5", "1,7,0,0,5", "1,3,4,0,5", "1,3,0,2,5", "0,3,0,0,5", "4,3,0,0,5"})
    void flowRules_thatMakeNoSense_areRefused(int action, int type, int queue, int location, int status) {
        try (HandDriver driver = new HandDriver(",flow-rules=2,queues=4").up()) {
            assertEquals(status, HandDriver.status(driver.setWithControl(30, 128, action | type << 8, queue, location)));
            assertEquals(4, HandDriver.status(driver.setWithControl(30, 100, 1 | 3 << 8, 0, 0)), "short parameters");
        }
    }

    @Test
    void featureFaults_refuse_andMakeGarbage() {
        String faults = ",faults=feature-refused@llq:count=1:value=6+feature-garbage@hw_hints:count=1";
        try (HandDriver driver = new HandDriver(faults).up()) {
            assertEquals(6, HandDriver.status(driver.get(4, 1)));
            assertEquals(0, HandDriver.status(driver.get(4, 1)));
            assertNotEquals(0, driver.get(3, 0).getLong(8));
            assertEquals(0, driver.get(3, 0).getLong(8));
        }
    }

    @Test
    void attributesFaults_changeMacAndMtu() {
        String faults = ",faults=mac-changed:skip=1+mtu-shrunk:skip=1:value=1400";
        try (HandDriver driver = new HandDriver(",mac=02:00:00:00:00:10" + faults).up()) {
            assertEquals(0x10, driver.get(1, 0).get(8 + 29));
            ByteBuffer changed = driver.get(1, 0);
            assertEquals(0x11, changed.get(8 + 29));
            assertEquals(1400, changed.getInt(8 + 32));
        }
    }
}
