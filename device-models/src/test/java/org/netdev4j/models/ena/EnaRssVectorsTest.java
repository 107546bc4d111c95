package org.netdev4j.models.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;

/**
 * Hashes that Amazon publishes for one key and one flow, by driver: they say in which order the key is taken, and what
 * the initial value does [AMZN kernel/linux/ena/ENA_Linux_Best_Practices.rst, "Configuring RSS"]. Other flows are what Amazon's
 * calculator makes of them [AMZN-EC2 ena-toeplitz/toeplitz_calc.py].
 */
class EnaRssVectorsTest {
    private static final byte[] KEY = HexFormat.of().parseHex(
        "77d1c934a4c9bd876e35dd17b2e3239e396d8a932a95b4723ab37f568edeb60197af3b2f3a70e704");
    private static final int FIELDS_OF_TCP4 = 0x3c;
    // Addresses and ports of source and destination: 1.2.3.4:7000 to 1.2.3.5:7000, 9.8.7.6:7001 to 1.2.3.5:80
    private static final String FLOW = "01020304" + "01020305" + "1b58" + "1b58";
    private static final String DOWNWARDS = "09080706" + "01020305" + "1b59" + "0050";

    @ParameterizedTest
    @CsvSource({
        "DPDK: key in reverse, true, 0, 0xa9828bd4",
        "Linux before the key was set, false, 0, 0xa4a1471a",
        "Linux and Windows, false, 0xffffffff, 0x5b5eb8e5"})
    void hash_isTheOnePublished(String driver, boolean reversed, String initial, String hash) {
        try (HandDriver device = new HandDriver(",mac=02:00:00:00:00:01,queues=2").up();
             DmaMemory rings = device.dma.allocate("rings", 8192, 4096);
             DmaMemory buffer = device.dma.allocate("buffer", 4096, 4096)) {
            int init = Integer.parseUnsignedInt(initial.replace("0x", ""), 16);
            int sq = receiveQueue(device, rings);
            program(device, reversed, init, sq);
            post(device, rings, buffer, sq);

            sendFlow(device, FLOW);
            device.clock.advance(HandDriver.MILLI);

            assertEquals(Integer.parseUnsignedInt(hash.substring(2), 16), rings.getInt(4096 + 8), driver);
        }
    }

    @Test
    void hash_isNotSorted_whenTheKeyCanBeSet_thoughDriversAskForIt() {
        try (HandDriver device = new HandDriver(",mac=02:00:00:00:00:01,queues=2").up();
             DmaMemory rings = device.dma.allocate("rings", 8192, 4096);
             DmaMemory buffer = device.dma.allocate("buffer", 4096, 4096)) {
            int sq = receiveQueue(device, rings);
            program(device, true, 0, sq);
            post(device, rings, buffer, sq);

            sendFlow(device, DOWNWARDS);
            device.clock.advance(HandDriver.MILLI);

            assertEquals(0xd7b0168c, rings.getInt(4096 + 8));
        }
    }

    @ParameterizedTest
    @CsvSource({FLOW + ", 50705070", DOWNWARDS + ", 07ee07ee"})
    void hash_isSortedAndHalf_withTheDevicesOwnKey(String flow, String hash) {
        try (HandDriver device = new HandDriver(",mac=02:00:00:00:00:01,profile=m5.large").up();
             DmaMemory rings = device.dma.allocate("rings", 8192, 4096);
             DmaMemory buffer = device.dma.allocate("buffer", 4096, 4096)) {
            int sq = receiveQueue(device, rings);
            post(device, rings, buffer, sq);

            sendFlow(device, flow);
            device.clock.advance(HandDriver.MILLI);

            assertEquals(hash, String.format("%08x", rings.getInt(4096 + 8)));
        }
    }

    @Test
    void tableEntry_isTheLowSevenBits_asPublished() {
        assertEquals(101, 0x5b5eb8e5 & 0x7f);
        assertEquals(84, 0xa9828bd4 & 0x7f);
    }

    private static int receiveQueue(HandDriver device, DmaMemory rings) {
        int cq = device.createCq(256, 4, -1, rings.iova() + 4096).getShort(8);
        return device.createSq(2, 1, cq, 256, rings.iova()).getShort(8);
    }

    private static void program(HandDriver device, boolean reversed, int initial, int sq) {
        device.control.putLong(0, 10);
        for (int i = 0; i < KEY.length; i++) {
            device.control.putByte(8 + i, KEY[reversed ? KEY.length - 1 - i : i]);
        }
        assertEquals(0, HandDriver.status(device.setWithControl(10, 48, 0, 0, 2, 0, initial, initial >>> 16)));
        device.control.fill(0, 256, (byte) 0);
        device.control.putInt(64, FIELDS_OF_TCP4);
        assertEquals(0, HandDriver.status(device.setWithControl(18, 256, 0, 6)), "both sorts, as all drivers set them");
        for (int i = 0; i < 128; i++) {
            device.control.putInt(4L * i, sq);
        }
        assertEquals(0, HandDriver.status(device.setWithControl(12, 512, 0, 0, 7, 0, 0xffff, 0xffff)));
    }

    private static void post(HandDriver device, DmaMemory rings, DmaMemory buffer, int sq) {
        rings.putShort(0, (short) 2048);
        rings.putByte(3, (byte) 0x1d);
        rings.putLong(8, buffer.iova());
        device.write(0x1000 + 4 * sq, 1);
    }

    private static void sendFlow(HandDriver device, String flow) {
        byte[] frame = HexFormat.of().parseHex("020000000001020000000002" + "0800"
            + "450000280000000040060000" + flow + "00000000" + "00000000" + "50100000" + "00000000");
        try (Memory wire = Memory.allocate("frame", 64)) {
            wire.copyFrom(0, frame, 0, frame.length);
            device.far.send(wire, 0, 60);
        }
    }
}
