package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.memory.Memory;

class LearningSwitchTest extends WirePortContract {
    private static final int BROADCAST = -1;
    private static final long AGE = 1_000_000;

    private final VirtualClock clock = new VirtualClock();
    private final Platform stepped = Platform.builder().virtualClock(clock).build();
    private final LearningSwitch lan = LearningSwitch.create(stepped, "lan", AGE);
    private final List<WirePort> ports = List.of(lan.plug(), lan.plug(), lan.plug());

    @Override
    Ends open(Platform on) {
        LearningSwitch contract = LearningSwitch.create(on, "contract");
        return new Ends(contract.plug(1 << 20), contract.plug(1 << 25));
    }

    @Override
    boolean refusesWhenFull() {
        return false;
    }

    @AfterEach
    void closeSwitch() {
        lan.close();
        stepped.close();
    }

    private void send(int port, int to, int from, int number) {
        assertTrue(Frames.send(ports.get(port), Frames.ethernet(to, from, number)));
    }

    private void assertReceivers(int to, int from, int number, int... receivers) {
        List<Integer> got = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            byte[] frame = Frames.receive(ports.get(i));
            if (frame.length > 0) {
                assertArrayEquals(Frames.ethernet(to, from, number), frame);
                got.add(i);
            }
        }
        assertEquals(Arrays.stream(receivers).boxed().toList(), got);
    }

    @Test
    void send_floodsUnknownBroadcastAndMulticast() {
        send(0, 99, 1, 1);
        assertReceivers(99, 1, 1, 1, 2);
        send(0, BROADCAST, 1, 2);
        assertReceivers(BROADCAST, 1, 2, 1, 2);
        byte[] multicast = Frames.ethernet(99, 1, 3);
        multicast[0] = 0x33;
        Frames.send(ports.get(0), multicast);
        assertArrayEquals(multicast, Frames.receive(ports.get(1)));
        assertArrayEquals(multicast, Frames.receive(ports.get(2)));
    }

    @Test
    void send_goesToOnePort_onceLearned() {
        send(1, BROADCAST, 7, 1);
        assertReceivers(BROADCAST, 7, 1, 0, 2);

        send(0, 7, 1, 2);

        assertReceivers(7, 1, 2, 1);
        assertEquals(2, lan.addresses());
    }

    @Test
    void send_goesNowhere_whenTheStationIsAtTheSamePort() {
        send(0, BROADCAST, 1, 1);
        assertReceivers(BROADCAST, 1, 1, 1, 2);

        send(0, 1, 2, 2);

        assertReceivers(1, 2, 2);
    }

    @Test
    void send_followsAStationThatMoved() {
        send(0, BROADCAST, 1, 1);
        assertReceivers(BROADCAST, 1, 1, 1, 2);
        send(2, BROADCAST, 1, 2);
        assertReceivers(BROADCAST, 1, 2, 0, 1);

        send(1, 1, 5, 3);

        assertReceivers(1, 5, 3, 2);
        assertEquals(2, lan.addresses());
    }

    @Test
    void addresses_areForgotten_afterTheAge() {
        send(1, BROADCAST, 7, 1);
        assertReceivers(BROADCAST, 7, 1, 0, 2);
        clock.advance(AGE);
        send(0, 7, 1, 2);
        assertReceivers(7, 1, 2, 1);

        clock.advance(1);
        send(0, 7, 1, 3);

        assertReceivers(7, 1, 3, 1, 2);
        clock.advance(AGE + 1);
        assertEquals(0, lan.addresses());
    }

    @Test
    void addresses_stay_whileTheirStationSends() {
        for (int i = 0; i < 5; i++) {
            send(1, BROADCAST, 7, i);
            assertReceivers(BROADCAST, 7, i, 0, 2);
            clock.advance(AGE);
        }
        send(0, 7, 1, 9);
        assertReceivers(7, 1, 9, 1);
    }

    @Test
    void groupSourceAddresses_areNotLearned() {
        byte[] frame = Frames.ethernet(BROADCAST, 3, 1);
        frame[6] |= 1;
        Frames.send(ports.get(0), frame);

        assertEquals(0, lan.addresses());
    }

    @Test
    void close_ofAPort_forgetsItsStations_andFreesItsPlace() {
        send(1, BROADCAST, 7, 1);
        assertReceivers(BROADCAST, 7, 1, 0, 2);

        ports.get(1).close();

        assertEquals(0, lan.addresses());
        assertEquals(2, lan.ports());
        send(0, 7, 1, 2);
        assertReceivers(7, 1, 2, 2);
        assertEquals("switch:lan/1", lan.plug().name());
    }

    @Test
    void overflow_isDroppedAndCounted_atTheFullPort() {
        try (LearningSwitch small = LearningSwitch.create(stepped, "small")) {
            WirePort sender = small.plug();
            WirePort full = small.plug(1);
            WirePort roomy = small.plug(1 << 24);
            int frames = 20_000;
            for (int i = 0; i < frames; i++) {
                assertTrue(Frames.send(sender, Frames.ethernet(BROADCAST, 1, i)));
            }
            int received = 0;
            while (Frames.receive(full).length > 0) {
                received++;
            }
            assertTrue(received > 0 && received < frames, "received " + received);
            assertEquals(frames - received, full.stats().orElseThrow().dropped());
            assertEquals(0, roomy.stats().orElseThrow().dropped());
            assertEquals(0, sender.stats().orElseThrow().dropped());
        }
    }

    @Test
    void plug_takes64Ports_andNoMore() {
        try (LearningSwitch wide = LearningSwitch.create(stepped, "wide")) {
            List<WirePort> all = new ArrayList<>();
            for (int i = 0; i < LearningSwitch.MAX_PORTS; i++) {
                all.add(wide.plug(1));
            }
            assertThrows(PlatformException.class, wide::plug);
            Frames.send(all.get(63), Frames.ethernet(BROADCAST, 1, 1));
            for (int i = 0; i < 63; i++) {
                assertEquals(60, Frames.receive(all.get(i)).length);
            }
            assertFalse(all.get(63).readable());
            Frames.send(all.get(5), Frames.ethernet(1, 2, 2));
            assertEquals(60, Frames.receive(all.get(63)).length);
            assertFalse(all.get(4).readable());
        }
    }

    @Test
    void send_allocatesNothing() {
        try (Memory frame = Memory.allocate("frame", 60); Memory into = Memory.allocate("into", WirePort.MAX_FRAME)) {
            frame.copyFrom(0, Frames.ethernet(BROADCAST, 1, 1), 0, 60);
            assertEquals(0, AllocatedBytes.byWarm(() -> {
                for (int i = 0; i < 20_000; i++) {
                    ports.get(0).send(frame, 0, 60);
                    ports.get(1).receive(into, 0, WirePort.MAX_FRAME);
                    ports.get(2).receive(into, 0, WirePort.MAX_FRAME);
                }
            }));
        }
    }

    @Test
    void stress_portsThatSendToOnePort_loseNothingThatIsNotCounted() throws InterruptedException {
        try (LearningSwitch busy = LearningSwitch.create(platform, "busy")) {
            WirePort sink = busy.plug(1);
            int frames = 50_000;
            List<Thread> senders = new ArrayList<>();
            for (int s = 1; s <= 3; s++) {
                WirePort port = busy.plug(1);
                int station = s;
                senders.add(Thread.ofPlatform().start(() -> {
                    try (Memory frame = Memory.allocate("frame", 60)) {
                        frame.copyFrom(0, Frames.ethernet(BROADCAST, station, station), 0, 60);
                        for (int i = 0; i < frames; i++) {
                            frame.putInt(20, i);
                            port.send(frame, 0, 60);
                        }
                    }
                }));
            }
            int[] last = {-1, -1, -1, -1};
            long received = 0;
            boolean running = true;
            try (Memory into = Memory.allocate("into", WirePort.MAX_FRAME)) {
                while (running || sink.readable()) {
                    running = senders.stream().anyMatch(Thread::isAlive);
                    while (sink.receive(into, 0, WirePort.MAX_FRAME) != WirePort.EMPTY) {
                        int station = into.getUnsignedByte(11);
                        int number = into.getInt(20);
                        assertTrue(number > last[station], "station " + station + ": " + number + " after " + last[station]);
                        last[station] = number;
                        received++;
                    }
                }
            }
            assertEquals(3L * frames, received + sink.stats().orElseThrow().dropped());
        }
    }
}
