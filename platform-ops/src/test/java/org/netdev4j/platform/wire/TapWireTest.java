package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.linux.Allocations;
import org.netdev4j.platform.linux.OnLinux;
import org.netdev4j.platform.memory.Memory;

@OnLinux
@RequiresTap
class TapWireTest {
    @Test
    void open_setsTheKernelsSide() {
        try (TestTap tap = new TestTap(",ip6=fd77::1/64,mac=02:00:00:00:00:09,mtu=9000")) {
            String shown = TestTap.run("ip", "address", "show", tap.name);

            assertTrue(shown.contains("mtu 9000 "), shown);
            assertTrue(shown.matches("(?s).*<[A-Z,_]*\\bUP,LOWER_UP>.*"), shown);
            assertTrue(shown.contains("link/ether 02:00:00:00:00:09 "), shown);
            byte[] broadcast = tap.kernelIp.clone();
            broadcast[3] = (byte) 255;
            String inet = "inet " + TestTap.text(tap.kernelIp) + "/24 brd " + TestTap.text(broadcast) + " ";
            assertTrue(shown.contains(inet), shown);
            assertTrue(shown.contains("inet6 fd77::1/64 "), shown);
            assertEquals("tap:" + tap.name, tap.wire.name());
            assertTrue(tap.wire.linkUp());
            assertFalse(tap.wire.exhausted());
        }
    }

    @Test
    void open_leavesTheInterfaceDown_whenToldTo() {
        try (TestTap tap = new TestTap(",up=false")) {
            assertFalse(TestTap.run("ip", "link", "show", tap.name).contains("UP"));
            assertFalse(tap.wire.linkUp());
        }
    }

    @Test
    void receive_bringsTheFramesOfTheKernel_asTheyAre() {
        try (TestTap tap = new TestTap(",mac=02:00:00:00:00:09")) {
            tap.silence();
            tap.drain();
            long frames = tap.wire.stats().orElseThrow().receivedFrames();
            long bytes = tap.wire.stats().orElseThrow().receivedBytes();
            tap.kernelSends(100);

            assertEquals(142, tap.awaitDatagram(WirePort.MAX_FRAME));
            assertEquals(new WireStats(0, 0, frames + 1, bytes + 142, 0), tap.wire.stats().orElseThrow());
            assertEquals(0xffff_ffff, tap.memory.getIntBe(0));
            assertEquals(0x0200_0000, tap.memory.getIntBe(6));
            assertEquals(0x0009, tap.memory.getUnsignedShortBe(10));
            assertEquals(0, tap.wire.receivedAtEpochNanos());
            assertEquals(0, tap.wire.truncated());
        }
    }

    @Test
    void receive_bringsNeighbourDiscovery_ofTheKernelsIpv6() {
        try (TestTap tap = new TestTap(",ip6=fd77::1/64")) {
            Deadline deadline = TestTap.deadline();
            boolean solicitation = false;
            while (!solicitation && !deadline.expired()) {
                int n = tap.wire.receive(tap.memory, 0, WirePort.MAX_FRAME);
                solicitation = n > 54 && tap.memory.getUnsignedShortBe(12) == 0x86dd
                    && tap.memory.getUnsignedByte(20) == 58 && tap.memory.getUnsignedByte(54) == 135;
            }
            assertTrue(solicitation, "no neighbour solicitation came");
        }
    }

    @Test
    void send_reachesTheKernel_whichAnswers() {
        try (TestTap tap = new TestTap("")) {
            tap.putArpRequest(1);

            assertTrue(tap.wire.send(tap.memory, 1, 42));

            Deadline deadline = TestTap.deadline();
            int n = 0;
            while (!tap.isArpReply(n) && !deadline.expired()) {
                n = tap.wire.receive(tap.memory, 0, WirePort.MAX_FRAME);
            }
            assertTrue(tap.isArpReply(n), "no ARP reply came");
            assertEquals(0x0200_0000, tap.memory.getIntBe(0));
        }
    }

    @Test
    void send_takesTheLongestFrame_andTheShortest() {
        try (TestTap tap = new TestTap(",mtu=65521")) {
            long before = received(tap);
            assertTrue(tap.wire.send(tap.memory, 0, 1));
            assertTrue(tap.wire.send(tap.memory, 0, 13));
            assertEquals(before, received(tap), "frames shorter than a header are lost");
            assertTrue(tap.wire.send(tap.memory, 0, 14));
            assertTrue(tap.wire.send(tap.memory, 0, WirePort.MAX_FRAME));
            assertEquals(before + 2, received(tap));
            assertEquals(new WireStats(4, 1 + 13 + 14 + WirePort.MAX_FRAME, 0, 0, 2), tap.wire.stats().orElseThrow());
        }
    }

    private static long received(TestTap tap) {
        return Long.parseLong(read("/sys/class/net/" + tap.name + "/statistics/rx_packets"));
    }

    private static String read(String path) {
        return TestTap.run("cat", path).strip();
    }

    @Test
    void receive_cutsALongFrame_countsIt_andTouchesNothingBehind() {
        try (TestTap tap = new TestTap("")) {
            tap.drain();
            tap.kernelSends(200);
            tap.kernelSends(300);
            tap.memory.fill(0, 512, (byte) 0xa5);

            assertEquals(100, tap.awaitDatagram(100));
            assertEquals(1, tap.wire.truncated());
            assertEquals((byte) 0xa5, tap.memory.getByte(100));

            assertEquals(342, tap.awaitDatagram(342));
            assertEquals(1, tap.wire.truncated(), "a frame that fills the room is whole");
        }
    }

    @Test
    void sendAndReceive_refuseARangeOutsideTheMemory() {
        try (TestTap tap = new TestTap(""); Memory small = Memory.allocate("small", 64)) {
            assertThrows(IndexOutOfBoundsException.class, () -> tap.wire.send(small, 1, 64));
            assertThrows(IndexOutOfBoundsException.class, () -> tap.wire.receive(small, 1, 64));
            assertThrows(IllegalArgumentException.class, () -> tap.wire.send(small, 0, 0));
            assertThrows(IllegalArgumentException.class, () -> tap.wire.send(tap.memory, 0, WirePort.MAX_FRAME + 1));
            assertThrows(IllegalArgumentException.class, () -> tap.wire.receive(small, 0, 0));
        }
    }

    @Test
    void readable_isTrueWhileAFrameWaits() {
        try (TestTap tap = new TestTap(",up=false")) {
            assertFalse(tap.wire.readable());
            TestTap.run("ip", "link", "set", tap.name, "up");
            tap.kernelSends(1);

            assertTrue(tap.wire.readable());
            tap.awaitDatagram(WirePort.MAX_FRAME);
        }
    }

    @Test
    void sendAndReceive_allocateNothing_withAndWithoutAnEvent() {
        try (TestTap tap = new TestTap(""); Memory request = Memory.allocate("request", 64)) {
            tap.putArpRequest(0);
            tap.memory.copyTo(0, request, 0, 42);
            Runnable requestAndReply = () -> {
                if (!tap.wire.send(request, 0, 42)) {
                    throw new AssertionError("no room");
                }
                // The kernel answers within the call, or a little later if another CPU holds the queue.
                int n = 0;
                for (long tries = 0; !tap.isArpReply(n); tries++) {
                    n = tap.wire.receive(tap.memory, 0, WirePort.MAX_FRAME);
                    if (tries > 1_000_000) {
                        throw new AssertionError("no ARP reply");
                    }
                }
                tap.drain();
            };

            assertEquals(0, Allocations.of(10_000, requestAndReply));
            tap.wire.notify(new CountingEvent());
            assertEquals(0, Allocations.of(10_000, requestAndReply));
            assertEquals(0, Allocations.of(10_000, tap.wire::readable));
        }
    }
}
