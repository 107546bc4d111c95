package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.Link;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.wire.BackToBack;

class LinkTest {
    private static final DeviceEvent UP = new DeviceEvent.LinkChanged(new Link(true, 0, true));
    private static final DeviceEvent DOWN = new DeviceEvent.LinkChanged(Link.DOWN);

    @Test
    void link_followsTheCable_andListenersHearOfEachChangeOnce() {
        try (Nic nic = new Nic()) {
            List<DeviceEvent> events = new ArrayList<>();
            nic.device.addListener(events::add);
            assertEquals(new Link(true, 0, true), nic.device.link());

            nic.cable.setLink(false);
            assertEquals(Link.DOWN, nic.device.link());
            nic.cable.setLink(false);
            nic.cable.setLink(true);
            nic.start(DeviceConfig.queues(1));
            nic.cable.setLink(false);
            nic.cable.setLink(true);
            nic.far.close();

            assertEquals(List.of(DOWN, UP, DOWN, UP, DOWN), events);
        }
    }

    @Test
    void setLinkUp_takesTheLinkDownOnThisSide() {
        try (Nic nic = Nic.running(1)) {
            List<DeviceEvent> events = new ArrayList<>();
            nic.device.addListener(events::add);

            nic.device.setLinkUp(false);
            assertEquals(Link.DOWN, nic.device.link());
            nic.cable.setLink(false);
            nic.cable.setLink(true);
            assertEquals(List.of(DOWN), events);
            nic.device.setLinkUp(true);
            nic.device.setLinkUp(true);

            assertEquals(List.of(DOWN, UP), events);
            assertTrue(nic.device.link().up());
        }
    }

    @Test
    void framesSentWhileDownHere_areLost_alsoIfNobodyPolled() {
        try (Nic nic = Nic.running(1)) {
            nic.device.setLinkUp(false);
            nic.farSends(Frames.udp4(1));
            assertEquals(0, nic.drain(0));
            nic.farSends(Frames.udp4(2));
            nic.farSends(Frames.udp4(3));
            nic.device.setLinkUp(true);
            assertEquals(0, nic.drain(0));
            nic.farSends(Frames.udp4(4));

            assertEquals(1, nic.drain(0));
            assertEquals(3, nic.counted("rx_link_down"));
            assertEquals(0, nic.device.statistics().imissed());
        }
    }

    @Test
    void packetsGivenWhileDownHere_areLostAndCounted() {
        try (Nic nic = Nic.running(1)) {
            nic.device.setLinkUp(false);
            nic.send(nic.packet(Frames.udp4(1)));
            nic.device.setLinkUp(true);
            nic.send(nic.packet(Frames.udp4(2)));

            assertEquals(1, nic.farGetsAll().size());
            assertEquals(1, nic.device.statistics().oerrors());
        }
    }

    // Two threads flap the link at the same time; whoever finds the other telling listeners leaves it the news.
    @Test
    void lastEvent_isTheLastState_whateverThreadsDo() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            try (Platform platform = Platform.create()) {
                BackToBack cable = BackToBack.create(platform, 1 << 18);
                TestContext context = new TestContext(platform, Collections.synchronizedList(new ArrayList<>()));
                LinkMonitor link = new LinkMonitor(cable.left(), 0, context);
                for (int round = 0; round < 200; round++) {
                    Thread[] threads = new Thread[2];
                    for (int t = 0; t < threads.length; t++) {
                        int first = t;
                        threads[t] = new Thread(() -> {
                            for (int i = 0; i < 100; i++) {
                                link.want((i + first) % 2 == 0);
                                link.check();
                            }
                        });
                        threads[t].start();
                    }
                    for (Thread thread : threads) {
                        thread.join();
                    }
                    if (!context.events.isEmpty()) {
                        assertEquals(link.isUp() ? UP : DOWN, context.events.get(context.events.size() - 1));
                    }
                    for (int i = 1; i < context.events.size(); i++) {
                        assertFalse(context.events.get(i).equals(context.events.get(i - 1)), "the same news twice");
                    }
                    context.events.subList(0, Math.max(0, context.events.size() - 1)).clear();
                }
                cable.left().close();
                cable.right().close();
            }
        });
    }
}
