package org.netdev4j.models.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/**
 * The whole device: brought up in the order of Linux's driver [AMZN ena_netdev.c, ena_probe, ena_device_init],
 * queues, and a packet each way.
 */
class EnaBringUpTest {
    private static final String MAC = ",mac=02:00:00:00:00:01";
    private static final int QUEUE_DEPTH = 256;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void linuxOrder_fromResetToPackets(boolean readless) {
        try (HandDriver driver = new HandDriver(MAC + ",readless=" + readless);
             DmaMemory rings = driver.dma.allocate("rings", 4 * 4096, 4096);
             DmaMemory buffers = driver.dma.allocate("buffers", 8192, 4096);
             Memory frame = Memory.allocate("frame", 2048)) {
            bringUp(driver, readless);
            Queue tx = createPair(driver, 1, rings.iova(), rings.iova() + 4096, 2);
            Queue rx = createPair(driver, 2, rings.iova() + 8192, rings.iova() + 12_288, 4);
            postReceive(driver, rings, buffers, rx);

            sendOne(driver, rings, buffers, tx);
            assertEquals(60, driver.far.receive(frame, 0, 2048));
            assertEquals(0x5a, frame.getByte(59));

            putFrame(frame, 0x0200_0000_0001L);
            assertTrue(driver.far.send(frame, 0, 64));
            driver.clock.advance(HandDriver.MILLI);
            assertEquals(1 << 24, rings.getInt(12_288) & 1 << 24, "phase of the completion");
            assertEquals(64, rings.getUnsignedShort(12_288 + 4));
            assertEquals(7, rings.getUnsignedShort(12_288 + 6), "id of the buffer");
            assertEquals(0x0a, buffers.getByte(4096 + 20));

            ByteBuffer stats = driver.command(HandDriver.entry(11, 0));
            assertEquals(60, stats.getLong(8));
            assertEquals(1, stats.getLong(16));
            assertEquals(64, stats.getLong(24));
            assertEquals(1, stats.getLong(32));
            tearDown(driver, tx, rx);
        }
    }

    private static void bringUp(HandDriver driver, boolean readless) {
        driver.readless = readless;
        driver.announceResponse();
        assertTrue(driver.reset(0));
        assertEquals(0xa, driver.read(HandDriver.VERSION));
        assertEquals(1, driver.read(HandDriver.CONTROLLER_VERSION) & 0xff_ffff);
        assertEquals(48, driver.read(HandDriver.CAPS) >>> 8 & 0xff);
        assertEquals(HandDriver.READY, driver.read(HandDriver.DEV_STS) & HandDriver.READY);
        driver.openAdminQueue();
        driver.control.fill(0, 4096, (byte) 0);
        driver.control.putInt(0, 1);
        driver.control.putShort(184, (short) 0x200);
        long info = driver.control.iova();
        assertEquals(0, HandDriver.status(driver.set(28, (int) info, (int) (info >>> 16), (int) (info >>> 32), 0)));
        ByteBuffer attributes = driver.get(1, 0);
        assertEquals(1, attributes.get(8 + 29));
        int supported = attributes.getInt(16);
        assertEquals(1, supported >>> 7 & 1);
        for (int[] feature : new int[][] {{7, 1}, {26, 0}, {11, 0}, {3, 0}, {4, 1}, {20, 0}}) {
            assertEquals(0, HandDriver.status(driver.get(feature[0], feature[1])), "feature " + feature[0]);
        }
        assertEquals(0, HandDriver.status(driver.set(26, 0, 0, 0xdf)));
        driver.function.interrupts().enable(9);
        driver.write(0x4c, 0);
        driver.write(0x40, HandDriver.EVENTS);
        assertEquals(0, HandDriver.status(driver.set(14, 1500, 0)));
        assertEquals(1, driver.event(HandDriver.MILLI).orElseThrow().getInt(16), "link up");
    }

    /** A pair of queues of one direction, as the device has named them. */
    private record Queue(int direction, int cq, int sq, int doorbell, int unmask) {
    }

    private static Queue createPair(HandDriver driver, int direction, long sqIova, long cqIova, int words) {
        ByteBuffer cq = driver.createCq(QUEUE_DEPTH, words, 1, cqIova);
        assertEquals(0, HandDriver.status(cq));
        assertEquals(QUEUE_DEPTH, cq.getShort(10));
        int cqIndex = cq.getShort(8);
        assertEquals(0x3000 + 4 * cqIndex, cq.getInt(12), "NUMA");
        assertEquals(0, cq.getInt(16), "no head doorbell");
        assertEquals(0x2000 + 4 * cqIndex, cq.getInt(20), "unmask");
        ByteBuffer sq = driver.createSq(direction, 1, cqIndex, QUEUE_DEPTH, sqIova);
        assertEquals(0, HandDriver.status(sq));
        int sqIndex = sq.getShort(8);
        assertEquals(0x1000 + 4 * sqIndex, sq.getInt(12), "doorbell");
        return new Queue(direction, cqIndex, sqIndex, sq.getInt(12), cq.getInt(20));
    }

    private static void postReceive(HandDriver driver, DmaMemory rings, DmaMemory buffers, Queue rx) {
        rings.putShort(8192, (short) 2048);
        rings.putByte(8192 + 3, (byte) 0x1d);
        rings.putShort(8192 + 4, (short) 7);
        rings.putLong(8192 + 8, buffers.iova() + 4096);
        driver.write(rx.doorbell, 1);
    }

    private static void sendOne(HandDriver driver, DmaMemory rings, DmaMemory buffers, Queue tx) {
        buffers.fill(0, 60, (byte) 0x5a);
        // first, last, completion wanted, phase; id 5
        rings.putInt(0, 60 | 1 << 24 | 1 << 26 | 1 << 27 | 1 << 28);
        rings.putInt(4, 5 << 22);
        rings.putLong(8, buffers.iova());
        WaitEvent event = driver.platform.newWaitEvent();
        driver.function.interrupts().route(1, event);
        driver.write(tx.unmask, 1 << 30);
        driver.write(tx.doorbell, 1);
        assertTrue(event.await(Deadline.afterMillis(driver.clock, 1)), "interrupt of the pair");
        assertEquals(5, rings.getUnsignedShort(4096));
        assertEquals(1, rings.getByte(4096 + 3));
    }

    private static void putFrame(Memory frame, long to) {
        frame.fill(0, 64, (byte) 0x0a);
        for (int i = 0; i < 6; i++) {
            frame.putByte(i, (byte) (to >>> 8 * (5 - i)));
        }
    }

    private static void tearDown(HandDriver driver, Queue tx, Queue rx) {
        assertEquals(7, HandDriver.status(driver.destroyCq(tx.cq)), "a submission queue completes there");
        assertEquals(5, HandDriver.status(driver.destroySq(2, tx.sq)), "the other direction");
        for (Queue queue : new Queue[] {tx, rx}) {
            assertEquals(0, HandDriver.status(driver.destroySq(queue.direction, queue.sq)));
            assertEquals(5, HandDriver.status(driver.destroySq(queue.direction, queue.sq)), "twice");
            assertEquals(0, HandDriver.status(driver.destroyCq(queue.cq)));
            assertEquals(5, HandDriver.status(driver.destroyCq(queue.cq)), "twice");
        }
        assertFalse(driver.device.isRemoved());
        assertTrue(driver.device.failure().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "0,2,1", "100,2,1", "65535,2,1",
        "256,1,1", "256,3,1", "256,16,1",
        "256,2,9", "256,2,-2"})
    void completionQueues_thatThereCannotBe_areRefused(int depth, int words, int vector) {
        try (HandDriver driver = new HandDriver("").up()) {
            assertEquals(5, HandDriver.status(driver.createCq(depth, words, vector, driver.control.iova())));
        }
    }

    @Test
    void aCompletionQueueWithoutInterrupt_mayNameNoVector() {
        try (HandDriver driver = new HandDriver("").up()) {
            assertEquals(0, HandDriver.status(driver.createCq(256, 2, -1, driver.control.iova())));
        }
    }

    @ParameterizedTest
    @CsvSource({"0,1", "3,1", "1,0", "1,2", "2,3", "1,3"})
    void submissionQueues_ofNoDirectionOrPlacement_areRefused(int direction, int placement) {
        try (HandDriver driver = new HandDriver("").up()) {
            int cq = driver.createCq(256, 4, 1, driver.control.iova()).getShort(8);

            assertEquals(5, HandDriver.status(driver.createSq(direction, placement, cq, 256, driver.control.iova())));
        }
    }

    @Test
    void submissionQueues_needACompletionQueue_andADepthThatFits() {
        try (HandDriver driver = new HandDriver(",tx-depth=512,rx-depth=512").up()) {
            assertEquals(5, HandDriver.status(driver.createSq(1, 1, 999, 256, driver.control.iova())), "no such queue");
            int cq = driver.createCq(256, 2, 1, driver.control.iova()).getShort(8);
            assertEquals(5, HandDriver.status(driver.createSq(1, 1, cq, 512, driver.control.iova())),
                "deeper than its completions");
            assertEquals(5, HandDriver.status(driver.createSq(1, 1, cq, 200, driver.control.iova())), "no power of two");
            assertEquals(5, HandDriver.status(driver.createSq(2, 1, cq, 256, driver.control.iova())),
                "entries for transmit");
            assertEquals(0, HandDriver.status(driver.createSq(1, 1, cq, 256, driver.control.iova())));
            assertEquals(5, HandDriver.status(driver.createSq(1, 1, cq, 256, driver.control.iova())), "in use");
        }
    }

    @Test
    void queues_areAsManyAsTheDeviceHas() {
        try (HandDriver driver = new HandDriver(",queues=1").up()) {
            int first = driver.createCq(256, 4, 1, driver.control.iova()).getShort(8);
            int second = driver.createCq(256, 4, 1, driver.control.iova()).getShort(8);
            assertEquals(1, HandDriver.status(driver.createCq(256, 4, 1, driver.control.iova())));
            assertEquals(0, HandDriver.status(driver.createSq(1, 1, first, 256, driver.control.iova())));
            assertEquals(1, HandDriver.status(driver.createSq(1, 1, second, 256, driver.control.iova())));
            assertEquals(0, HandDriver.status(driver.createSq(2, 1, second, 256, driver.control.iova())));
        }
    }

    @Test
    void createFault_refusesTheQueueOfItsNumber() {
        try (HandDriver driver = new HandDriver(",faults=create-refused@1:value=7").up()) {
            int cq = driver.createCq(256, 4, 1, driver.control.iova()).getShort(8);
            assertEquals(7, HandDriver.status(driver.createSq(1, 1, cq, 256, driver.control.iova())));
            assertEquals(0, HandDriver.status(driver.createSq(1, 1, cq, 256, driver.control.iova())));
        }
    }

    @Test
    void llqQueues_needTheirFormChosen_andLieInBar2() {
        try (HandDriver driver = new HandDriver("").up()) {
            int cq = driver.createCq(256, 2, 1, driver.control.iova()).getShort(8);
            assertEquals(5, HandDriver.status(driver.createSq(1, 3, cq, 256, 0)), "no form chosen");
            assertEquals(0, HandDriver.status(driver.set(4, 0, 0, 0, 0, 0, 1, 0, 1, 0, 2, 0, 2, 0, 0, 3, 0)));

            ByteBuffer sq = driver.createSq(1, 3, cq, 256, 0);

            assertEquals(0, HandDriver.status(sq));
            assertEquals(0, Integer.remainderUnsigned(sq.getInt(16), 128));
        }
    }

    @Test
    void rssTable_namesReceiveQueues_byTheDevicesNumbers() {
        try (HandDriver driver = new HandDriver("").up()) {
            int cq = driver.createCq(256, 4, 1, driver.control.iova()).getShort(8);
            int cq2 = driver.createCq(256, 4, 1, driver.control.iova()).getShort(8);
            int tx = driver.createSq(1, 1, cq2, 256, driver.control.iova()).getShort(8);
            int rx = driver.createSq(2, 1, cq, 256, driver.control.iova()).getShort(8);
            for (int i = 0; i < 128; i++) {
                driver.control.putInt(4L * i, rx);
            }
            assertEquals(0, HandDriver.status(driver.setWithControl(12, 512, 0, 0, 7, 0, 0xffff, 0xffff)));
            assertEquals(rx, driver.model.settings().rssTable[127]);

            driver.control.putInt(4, tx);
            assertEquals(5, HandDriver.status(driver.setWithControl(12, 512, 0, 0, 7, 0, 0xffff, 0xffff)),
                "a transmit queue");
            assertEquals(rx, driver.model.settings().rssTable[1], "unchanged");
        }
    }

    @Test
    void reset_forgetsQueues_andCountsFromZero() {
        try (HandDriver driver = new HandDriver("").up()) {
            int cq = driver.createCq(256, 4, 1, driver.control.iova()).getShort(8);
            driver.model.counters().rxDrops = 9;

            assertTrue(driver.reset(0));
            driver.openAdminQueue();

            assertEquals(5, HandDriver.status(driver.destroyCq(cq)));
            assertEquals(0, driver.command(HandDriver.entry(11, 0)).getLong(8 + 32));
            assertEquals(WirePort.EMPTY, driver.far.receive(driver.control, 0, 4096));
        }
    }
}
