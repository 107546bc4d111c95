package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The pool's debug mode names places, and finds who writes to what is not his. */
class NetBufDebugTest {
    private final FakeRig rig = new FakeRig();
    private final NetBufPool pool = NetBufPool.builder(rig.platform, "p").count(4).debug(true).build();

    @AfterEach
    void close() {
        pool.close();
        rig.close();
    }

    private NetBuf takenHere() {
        return pool.allocate();
    }

    private static void freedHere(NetBuf buffer) {
        buffer.free();
    }

    private static void freedHereInBulk(NetBuf... buffers) {
        NetBufPool.free(buffers, 0, buffers.length);
    }

    @Test
    void doubleFree_namesWhereItWasTakenAndFreed() {
        NetBuf buffer = takenHere();
        freedHere(buffer);

        String message = assertThrows(IllegalStateException.class, buffer::free).getMessage();

        assertTrue(message.matches("double free of a buffer of pool p; taken at NetBufDebugTest\\.takenHere:\\d+ < "
            + ".*"), message);
        assertTrue(message.matches(".*, freed at NetBufDebugTest\\.freedHere:\\d+ < .*\\[main]"), message);
        assertEquals(4, pool.available());
    }

    @Test
    void doubleFree_inABurst_isFoundAlike() {
        NetBuf buffer = takenHere();
        NetBuf other = pool.allocate();
        freedHereInBulk(buffer);

        String message = assertThrows(IllegalStateException.class, () -> freedHereInBulk(other, buffer)).getMessage();

        assertTrue(message.contains("freed at NetBufDebugTest.freedHereInBulk:"), message);
        assertTrue(other.isFree());
        assertEquals(4, pool.available());
    }

    @Test
    void useAfterFree_namesWhereItWasFreed() {
        NetBuf buffer = takenHere();
        freedHere(buffer);

        String message = assertThrows(IndexOutOfBoundsException.class, () -> buffer.getByte(0)).getMessage();

        assertTrue(message.startsWith("access of 1 bytes at 0 in a buffer of 0; taken at NetBufDebugTest.takenHere:"),
            message);
        assertTrue(message.contains(", freed at NetBufDebugTest.freedHere:"), message);
    }

    @Test
    void outstanding_listsWhatWasNotFreed_withItsOwner() {
        NetBuf mine = takenHere();
        NetBuf queued = pool.allocate();
        pool.handedTo(queued, "fake:0 transmit queue 0");
        pool.allocate().free();

        List<String> places = pool.outstanding();

        assertEquals(2, places.size());
        assertTrue(places.stream().anyMatch(p -> p.startsWith("taken at NetBufDebugTest.takenHere:")
            && !p.contains("now with")),
            places.toString());
        assertTrue(places.stream().anyMatch(p -> p.endsWith(", now with fake:0 transmit queue 0")), places.toString());
        freedHereInBulk(mine, queued);
        assertEquals(List.of(), pool.outstanding());
    }

    @Test
    void writeToAFreeBuffer_isFoundWhenItIsTaken_andTheBufferSetAside() {
        NetBuf buffer = takenHere();
        long at = buffer.dataOffset() - buffer.headroom();
        freedHere(buffer);
        pool.memory().putByte(at + 200, (byte) 1);

        String message = assertThrows(IllegalStateException.class, pool::allocate).getMessage();

        assertTrue(message.startsWith("a free buffer of pool p was written to at byte 200; it was freed at "
            + "NetBufDebugTest.freedHere:"),
            message);
        NetBuf[] rest = new NetBuf[4];
        assertEquals(3, pool.allocate(rest, 0, 4));
        NetBufPool.free(rest, 0, 3);
    }

    @Test
    void writeToAFreeBuffer_foundInABulkTake_givesBackTheOthers() {
        NetBuf[] all = new NetBuf[4];
        pool.allocate(all, 0, 4);
        long at = all[2].dataOffset();
        NetBufPool.free(all, 0, 4);
        pool.memory().putLong(at, 7);

        assertThrows(IllegalStateException.class, () -> pool.allocate(new NetBuf[4], 0, 4));

        assertEquals(3, pool.available());
        assertEquals(3, pool.allocate(new NetBuf[4], 0, 4));
    }

    @Test
    void writeToABufferThatWasNeverTaken_isFound() {
        pool.memory().putByte(5, (byte) 0);
        String message = assertThrows(IllegalStateException.class, () -> pool.allocate(new NetBuf[4], 0, 4)).getMessage();
        assertEquals("a free buffer of pool p was written to at byte 5; it was never taken", message);
    }

    @Test
    void writeBetweenTwoBuffers_isFoundAsWell() {
        try (NetBufPool odd = NetBufPool.builder(rig.platform,
            "odd").count(2).headroom(0).dataRoom(100).debug(true).build()) {
            odd.memory().putByte(101, (byte) 1);
            assertThrows(IllegalStateException.class, () -> odd.allocate(new NetBuf[2], 0, 2));
        }
    }

    @Test
    void freshBuffer_hasNothingOfItsPast() {
        NetBuf buffer = takenHere();
        buffer.setLength(8);
        buffer.putLong(0, 42);
        freedHere(buffer);
        NetBuf again = takenHere();
        again.setLength(8);
        assertFalse(again.getLong(0) == 42);
        again.free();
    }

    @Test
    void close_logsLeaksByPlace_andWritesToFreeBuffers() {
        Logger logger = (Logger) LoggerFactory.getLogger(NetBufPool.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.setLevel(Level.WARN);
        logger.addAppender(log);
        try {
            NetBuf leaked = takenHere();
            assertNotNull(leaked);
            NetBuf free = pool.allocate();
            long at = free.dataOffset();
            free.free();
            pool.memory().putByte(at, (byte) 1);
            pool.close();
            leaked.free();
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
        }
        List<String> lines = log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertEquals(3, lines.size(), lines.toString());
        assertEquals("pool p closed with 1 of 4 buffers in use", lines.get(0));
        assertTrue(lines.get(1).startsWith("pool p: never freed: taken at NetBufDebugTest.takenHere:"), lines.get(1));
        assertTrue(lines.get(2).startsWith("pool p: a free buffer of pool p was written to at byte 128; it was freed "
            + "at "), lines.get(2));
    }

    @Test
    void queues_areNamedAsOwners() {
        NetDev device = rig.open();
        device.configure(DeviceConfig.queues(1));
        NetBufPool debug = NetBufPool.builder(rig.platform, "d").count(64).debug(true).build();
        device.setupRxQueue(0, RxQueueConfig.STANDARD.withPool(debug));
        device.start();
        rig.nic.rx.get(0).deliver((byte) 1, (byte) 2);
        rig.nic.tx.get(0).fast = false;
        NetBuf[] burst = new NetBuf[1];
        device.rxQueue(0).receive(burst, 0, 1);
        assertTrue(debug.describeState(burst[0]).endsWith(", now with the application"), debug.describeState(burst[0]));

        device.txQueue(0).transmit(burst, 0, 1);

        assertTrue(debug.describeState(burst[0]).endsWith(", now with fake:0 transmit queue 0"),
            debug.describeState(burst[0]));
        rig.nic.tx.get(0).complete(1);
        device.txQueue(0).reclaim(1);
        assertTrue(debug.describeState(burst[0]).contains(", freed at "), debug.describeState(burst[0]));
        device.close();
        debug.close();
        pool.close();
        rig.assertAllFreed();
    }

    @Test
    void packetsThatAQueueDidNotTake_areTheApplicationsAgain() {
        NetDev device = rig.open();
        device.configure(DeviceConfig.queues(1));
        device.setupTxQueue(0, new TxQueueConfig(8));
        device.start();
        rig.nic.tx.get(0).fast = false;
        NetBufPool debug = NetBufPool.builder(rig.platform, "d").count(10).debug(true).build();
        NetBuf[] burst = new NetBuf[10];
        debug.allocate(burst, 0, 10);

        assertEquals(8, BurstStatus.count(device.txQueue(0).transmit(burst, 0, 10)));

        assertTrue(debug.describeState(burst[7]).endsWith("now with fake:0 transmit queue 0"));
        assertTrue(debug.describeState(burst[8]).endsWith("now with the application"));
        NetBufPool.free(burst, 8, 2);
        device.close();
        debug.close();
        pool.close();
        rig.assertAllFreed();
    }
}
