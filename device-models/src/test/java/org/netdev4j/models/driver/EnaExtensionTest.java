package org.netdev4j.models.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceFaultException;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.api.RxQueue;
import org.netdev4j.backend.ena.EnaExtension;
import org.netdev4j.backend.ena.EnaFlowRule;
import org.netdev4j.backend.ena.EnaTime;
import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.PacketBuilder;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;

/**
 * What an ENA has beyond a network device, by its driver on its model: flow rules that steer, and a clock that tells
 * the time.
 */
class EnaExtensionTest {
    private static final int DNS = 53;
    private static final Ipv4Address HERE = new Ipv4Address(0x0a000001);
    private static final Ipv4Address THERE = new Ipv4Address(0x0a000002);

    private final VirtualClock clock = new VirtualClock();
    private final Platform platform = Platform.builder().virtualClock(clock).build();
    private final NetBufPool pool = NetBufPool.builder(platform, "sent").count(64).build();
    private NetDev dev;
    private EnaExtension ena;

    @BeforeEach
    void open() {
        dev = NetDevs.at("sim:ena,seed=1,queues=4,flow-rules=2").platform(platform).open();
        dev.configure(DeviceConfig.queues(4));
        dev.start();
        ena = dev.extension(EnaExtension.class).orElseThrow();
    }

    @AfterEach
    void close() {
        dev.close();
        pool.close();
        platform.close();
    }

    /** Sends a UDP packet to the device itself; returns the queue it came in on. */
    private int queueOf(int port) {
        byte[] frame = new PacketBuilder(dev.macAddress(), dev.macAddress()).ipv4(THERE, HERE).udp(1000,
            port).payload((byte) 1).bytes();
        NetBuf[] one = {pool.allocate()};
        one[0].append(frame.length);
        one[0].copyFrom(0, frame, 0, frame.length);
        assertEquals(1, BurstStatus.count(dev.txQueue(0).transmit(one, 0, 1)));
        clock.advance(10_000_000);
        for (int i = 0; i < 4; i++) {
            RxQueue queue = dev.rxQueue(i);
            if (BurstStatus.count(queue.receive(one, 0, 1)) == 1) {
                one[0].free();
                return i;
            }
        }
        throw new AssertionError("the packet was not received");
    }

    private static EnaFlowRule toQueue(int queue, int port) {
        return new EnaFlowRule(queue, EnaFlowRule.Flow.IPV4_UDP, new byte[0], new byte[] {10, 0, 0, 1}, OptionalInt.empty(),
            OptionalInt.of(port));
    }

    @Test
    void flowRule_steers_untilItIsRemoved_andOverReset() {
        int byRss = queueOf(DNS);
        int other = (byRss + 1) % 4;
        int location = ena.addFlowRule(toQueue(other, DNS));
        assertEquals(other, queueOf(DNS));
        dev.reset();
        assertEquals(other, queueOf(DNS));
        assertEquals(Map.of(location, toQueue(other, DNS)), ena.flowRules());
        dev.stop();
        dev.start();
        assertEquals(other, queueOf(DNS));
        ena.removeFlowRule(location);
        assertEquals(byRss, queueOf(DNS));
    }

    @Test
    void flowRules_areAsManyAsTheDeviceHolds() {
        assertEquals(2, ena.maxFlowRules());
        ena.addFlowRule(toQueue(1, 1));
        ena.addFlowRule(toQueue(2, 2));
        assertThrows(RuntimeException.class, () -> ena.addFlowRule(toQueue(3, 3)));
        assertEquals(Set.of(0, 1), ena.flowRules().keySet());
    }

    @Test
    void clock_tellsTheTime_andGoesOn() {
        assertTrue(ena.hasClock());
        EnaTime first = ena.readClock().orElseThrow();
        clock.advance(5_000_000);
        EnaTime second = ena.readClock().orElseThrow();
        long passed = second.nanos() - first.nanos();
        assertTrue(passed >= 5_000_000 && passed < 5_100_000, "passed " + passed);
        assertEquals(1000, second.errorBoundNanos());
        assertEquals(2, dev.extendedStatistics().get("phc_cnt"));
    }

    @Test
    void extension_isRefused_onceTheDeviceIsClosed() {
        dev.close();
        assertThrows(DeviceFaultException.class, () -> ena.addFlowRule(toQueue(0, 1)));
        assertEquals(Optional.empty(), ena.readClock());
    }
}
