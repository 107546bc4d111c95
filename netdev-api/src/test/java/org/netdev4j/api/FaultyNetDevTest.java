package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.decorate.FaultyNetDev;
import org.netdev4j.api.decorate.PacketFaults;

class FaultyNetDevTest {
    private static final int MANY = 200;

    private final FakeRig rig = new FakeRig();
    private final NetBufPool pool = rig.pool("p", 256);
    private FaultyNetDev device;

    @AfterEach
    void close() {
        device.close();
        assertEquals(0, pool.inUse(), "buffers lost");
        pool.close();
        rig.assertAllFreed();
        rig.close();
    }

    private void open(PacketFaults rx, PacketFaults tx, long seed) {
        device = new FaultyNetDev(rig.open(), rx, tx, seed);
        device.configure(DeviceConfig.queues(1));
        device.setupRxQueue(0, RxQueueConfig.STANDARD.withPool(pool).withInterrupts());
        device.start();
    }

    private static byte[] packet(int number) {
        byte[] bytes = new byte[20];
        bytes[0] = (byte) number;
        return bytes;
    }

    /** Receives packets 0 and up, one for each call, and what is left; returns their bytes. */
    private List<byte[]> receive(int count) {
        List<byte[]> seen = new ArrayList<>();
        NetBuf[] into = new NetBuf[4];
        for (int i = 0; i < count + 8; i++) {
            if (i < count) {
                rig.nic.rx.get(0).deliver(packet(i));
            }
            int received = BurstStatus.count(device.rxQueue(0).receive(into, 0, 4));
            for (int k = 0; k < received; k++) {
                seen.add(into[k].packetBytes());
            }
            NetBufPool.free(into, 0, received);
        }
        return seen;
    }

    private List<byte[]> transmit(int count) {
        NetBuf[] burst = new NetBuf[10];
        for (int i = 0; i < count; i += 10) {
            for (int k = 0; k < 10; k++) {
                burst[k] = pool.allocate();
                burst[k].append(20);
                burst[k].copyFrom(0, packet(i + k), 0, 20);
            }
            assertEquals(10, BurstStatus.count(device.txQueue(0).transmit(burst, 0, 10)));
        }
        device.txQueue(0).reclaim(1000);
        return rig.nic.tx.get(0).sent;
    }

    private static List<Integer> numbers(List<byte[]> packets) {
        return packets.stream().map(bytes -> bytes[0] & 0xff).toList();
    }

    private static List<Integer> all(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void noFaults_changeNothing() {
        open(PacketFaults.NONE, PacketFaults.NONE, 1);
        assertEquals(all(MANY), numbers(receive(MANY)));
        assertEquals(all(MANY), numbers(transmit(MANY)));
        assertTrue(device.injected().values().stream().allMatch(count -> count == 0));
    }

    @Test
    void drop_losesSome_bothWays_andCounts() {
        PacketFaults half = PacketFaults.NONE.withDrop(0.5);
        open(half, half, 1);

        List<Integer> received = numbers(receive(MANY));
        List<Integer> sent = numbers(transmit(MANY));

        Map<String, Long> injected = device.injected();
        assertEquals(MANY - injected.get("rx_drop"), received.size());
        assertEquals(MANY - injected.get("tx_drop"), sent.size());
        assertTrue(received.size() > MANY / 4 && received.size() < MANY * 3 / 4, "received " + received.size());
        assertNotEquals(received, sent);
        assertEquals(received.stream().sorted().toList(), received);
    }

    @Test
    void duplicate_givesTwoEqualPackets_rightAfterEachOther() {
        PacketFaults some = PacketFaults.NONE.withDuplicate(0.3);
        open(some, some, 2);
        for (List<Integer> seen : List.of(numbers(receive(MANY)), numbers(transmit(MANY)))) {
            assertEquals(all(MANY), seen.stream().distinct().toList());
            assertTrue(seen.size() > MANY + 20, "seen " + seen.size());
            assertEquals(seen.stream().sorted().toList(), seen);
        }
        assertEquals(2L * MANY + device.injected().get("rx_duplicate") + device.injected().get("tx_duplicate"),
            device.statistics().ipackets() + device.injected().get("rx_duplicate") + rig.nic.tx.get(0).sent.size());
    }

    @Test
    void duplicate_withoutABufferForIt_isNotDone() {
        open(PacketFaults.NONE, PacketFaults.NONE.withDuplicate(1), 2);
        NetBuf[] rest = new NetBuf[256];
        int taken = pool.allocate(rest, 0, 256);
        rest[0].append(1);
        assertEquals(1, BurstStatus.count(device.txQueue(0).transmit(rest, 0, 1)));
        assertEquals(1, rig.nic.tx.get(0).sent.size());
        assertEquals(0, device.injected().get("tx_duplicate"));
        NetBufPool.free(rest, 1, taken - 1);
    }

    @Test
    void corrupt_turnsOneBit_andNoChecksumIsGoodAnyMore() {
        open(PacketFaults.NONE.withCorrupt(1), PacketFaults.NONE.withCorrupt(1), 3);
        List<byte[]> received = receive(100);
        List<byte[]> sent = transmit(100);
        for (int i = 0; i < 100; i++) {
            assertEquals(1, differingBits(packet(i), received.get(i)));
            assertEquals(1, differingBits(packet(i), sent.get(i)));
        }
        assertTrue(new HashSet<>(sent.stream().map(Arrays::toString).toList()).size() > 90);
    }

    @Test
    void corrupt_isNotCalledGood_byFlagsOfBefore() {
        open(PacketFaults.NONE.withCorrupt(1), PacketFaults.NONE, 3);
        rig.nic.rx.get(0).flags = NetBuf.RX_IP_CHECKSUM_GOOD | NetBuf.RX_L4_CHECKSUM_GOOD | NetBuf.RX_HASH;
        rig.nic.rx.get(0).deliver(packet(1));
        NetBuf[] into = new NetBuf[1];
        assertEquals(1, BurstStatus.count(device.rxQueue(0).receive(into, 0, 1)));
        assertEquals(NetBuf.RX_HASH, into[0].flags());
        into[0].free();
    }

    private static int differingBits(byte[] a, byte[] b) {
        int bits = 0;
        for (int i = 0; i < a.length; i++) {
            bits += Integer.bitCount((a[i] ^ b[i]) & 0xff);
        }
        return bits;
    }

    @Test
    void corrupt_ofAPacketThatTheDeviceRefuses_leavesItAsItWas_andHappensLater() {
        open(PacketFaults.NONE, PacketFaults.NONE.withCorrupt(1), 3);
        FakeTx tx = rig.nic.tx.get(0);
        tx.fast = false;
        NetBuf[] burst = new NetBuf[65];
        pool.allocate(burst, 0, 65);
        for (NetBuf each : burst) {
            each.append(20);
            each.copyFrom(0, packet(7), 0, 20);
        }
        assertEquals(64 | BurstStatus.UNDERRUN, device.txQueue(0).transmit(burst, 0, 65));
        assertArrayEquals(packet(7), burst[64].packetBytes());
        assertFalse(burst[64].isFree());
        tx.complete(64);

        assertEquals(1, BurstStatus.count(device.txQueue(0).transmit(burst, 64, 1)));
        assertEquals(1, differingBits(packet(7), tx.sent.get(64)));
        tx.complete(1);
        device.txQueue(0).reclaim(1);
    }

    @Test
    void reorder_swapsNeighbours_andLosesNothing() {
        PacketFaults some = PacketFaults.NONE.withReorder(0.4);
        open(some, some, 4);
        for (List<Integer> seen : List.of(numbers(receive(MANY)), numbers(transmit(MANY)))) {
            assertEquals(all(MANY), seen.stream().sorted().toList());
            assertNotEquals(all(MANY), seen);
            for (int i = 0; i < MANY; i++) {
                assertTrue(Math.abs(seen.get(i) - i) <= 1, "packet " + seen.get(i) + " at place " + i);
            }
        }
    }

    @Test
    void reorder_ofTheLastPacket_isNotStuck() {
        open(PacketFaults.NONE.withReorder(1), PacketFaults.NONE.withReorder(1), 4);
        NetBuf[] into = new NetBuf[4];
        rig.nic.rx.get(0).deliver(packet(1));
        assertEquals(BurstStatus.MORE, device.rxQueue(0).receive(into, 0, 4));
        assertTrue(device.rxQueue(0).armInterrupt());
        assertEquals(1, BurstStatus.count(device.rxQueue(0).receive(into, 0, 4)));

        device.txQueue(0).transmit(into, 0, 1);
        assertEquals(1, device.txQueue(0).pending());
        assertEquals(0, rig.nic.tx.get(0).sent.size());
        device.txQueue(0).reclaim(10);
        assertEquals(1, rig.nic.tx.get(0).sent.size());
    }

    @Test
    void heldPackets_goBackToTheirPool_whenTheDeviceStopsResetsOrCloses() {
        open(PacketFaults.NONE.withReorder(1), PacketFaults.NONE.withReorder(1), 4);
        for (Runnable end : List.<Runnable>of(device::stop, device::reset)) {
            rig.nic.rx.get(0).deliver(packet(1));
            device.rxQueue(0).receive(new NetBuf[4], 0, 4);
            device.txQueue(0).transmit(new NetBuf[] {pool.allocate()}, 0, 1);
            end.run();
            if (device.state() == DeviceState.CONFIGURED) {
                assertEquals(0, pool.inUse());
                device.start();
            }
        }
        assertEquals(32, pool.inUse());
        device.txQueue(0).transmit(new NetBuf[] {pool.allocate()}, 0, 1);
    }

    @Test
    void sameSeed_givesTheSameFaults_anotherSeedOthers() {
        PacketFaults mixed = new PacketFaults(0.1, 0.1, 0.1, 0.1);
        open(mixed, mixed, 77);
        List<Integer> first = numbers(receive(MANY));
        device.close();
        assertEquals(first, anotherRun(mixed, 77));
        assertNotEquals(first, anotherRun(mixed, 78));
    }

    private static List<Integer> anotherRun(PacketFaults faults, long seed) {
        FaultyNetDevTest other = new FaultyNetDevTest();
        other.open(faults, faults, seed);
        List<Integer> seen = numbers(other.receive(MANY));
        other.close();
        return seen;
    }

    @Test
    void cutLink_isDown_toldOnce_andLosesPackets_untilRestored() {
        open(PacketFaults.NONE, PacketFaults.NONE, 5);
        List<DeviceEvent> events = new ArrayList<>();
        device.addListener(events::add);

        device.cutLink();
        device.cutLink();
        assertEquals(Link.DOWN, device.link());
        assertEquals(List.of(), receive(5));
        assertEquals(List.of(), transmit(10));
        device.setLinkUp(true);
        device.restoreLink();
        device.restoreLink();

        Link up = new Link(true, 10_000, true);
        assertEquals(List.of(new DeviceEvent.LinkChanged(Link.DOWN), new DeviceEvent.LinkChanged(up)), events);
        assertEquals(up, device.link());
        assertEquals(all(5), numbers(receive(5)));
        rig.nic.context.post(new DeviceEvent.ResetRequested("x"));
        assertEquals(3, events.size());
    }

    @Test
    void failNext_makesCallsFail_asOftenAsTold_withoutReachingTheDevice() {
        open(PacketFaults.NONE, PacketFaults.NONE, 6);
        device.failNext("setMtu()", 2);
        int calls = rig.nic.calls.size();
        for (int i = 0; i < 2; i++) {
            DeviceFaultException e = assertThrows(DeviceFaultException.class, () -> device.setMtu(1000));
            assertEquals("fake:0: setMtu() failed: a fault was injected", e.getMessage());
        }
        assertEquals(calls, rig.nic.calls.size());
        assertEquals(DeviceState.RUNNING, device.state());
        device.setMtu(1000);
        device.failNext("stop()", 5);
        assertThrows(DeviceFaultException.class, device::stop);
        device.failNext("stop()", 0);
        device.stop();
    }

    @Test
    void failNext_ofAnUnknownCall_namesTheNearest() {
        open(PacketFaults.NONE, PacketFaults.NONE, 6);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> device.failNext("strat()", 1));
        assertTrue(e.getMessage().startsWith("\"strat()\" is no call that can be made to fail; there are configure(), "
            + ""), e.getMessage());
        assertTrue(e.getMessage().endsWith("; did you mean \"start()\"?"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> device.failNext("close()", 1));
    }

    @Test
    void failedDevice_movesNothing_notEvenWhatIsHeld() {
        open(PacketFaults.NONE.withDuplicate(1), PacketFaults.NONE, 7);
        rig.nic.rx.get(0).deliver(packet(1));
        NetBuf[] into = new NetBuf[4];
        assertEquals(1 | BurstStatus.MORE, device.rxQueue(0).receive(into, 0, 1));
        rig.nic.context.fail("broken");
        assertEquals(0, device.rxQueue(0).receive(into, 1, 1));
        into[0].free();
    }

    @Test
    void impossibleProbabilities_areRefused() {
        open(PacketFaults.NONE, PacketFaults.NONE, 8);
        assertThrows(IllegalArgumentException.class, () -> PacketFaults.NONE.withDrop(-0.1));
        assertThrows(IllegalArgumentException.class, () -> PacketFaults.NONE.withCorrupt(1.1));
        assertThrows(IllegalArgumentException.class, () -> PacketFaults.NONE.withReorder(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new PacketFaults(0.5, 0.5, 0.1, 0));
    }
}
