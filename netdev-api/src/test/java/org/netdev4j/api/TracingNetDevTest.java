package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.decorate.TracingNetDev;
import org.netdev4j.platform.VirtualClock;

class TracingNetDevTest {
    private final VirtualClock clock = new VirtualClock();
    private final FakeRig rig = new FakeRig(clock);
    private final StringBuilder text = new StringBuilder();

    private List<String> lines() {
        return text.toString().lines().toList();
    }

    @Test
    void trace_tellsTheWholeStory_andTheSameOneTwice() {
        String first = story(rig, clock, text);

        assertEquals("""
             0.000000 fake:0 configure(rx=1 tx=1 offloads=standard) ok, CONFIGURED, 0 us
             0.000000 fake:0 setupRxQueue(0, ring=64 pool=own interrupts) gave receive queue 0 ring=64 pool=fake:0 rx0, \
            CONFIGURED, 0 us
             0.000000 fake:0 setupTxQueue(0, ring=standard) gave transmit queue 0 ring=64, CONFIGURED, 0 us
             0.001500 fake:0 start() ok, RUNNING, 1500 us
             0.001500 fake:0 setMtu(1) threw InvalidConfigurationException: fake:0: MTUs are 68 to 9000: 1 asked for, \
            RUNNING, 0 us
             0.001500 fake:0 setVlanFilter([3, 5]) ok, RUNNING, 0 us
             2.001500 fake:0 rx0: 2 bursts, 1 idle, 2 packets, 160 bytes, largest 2, MORE 0, UNDERRUN 0
             2.001500 fake:0 tx0: 2 bursts, 1 idle, 2 packets, 160 bytes, largest 2, MORE 2, UNDERRUN 0
             2.001500 fake:0 event LinkChanged[link=down]
             2.001500 fake:0 setLinkUp(false) ok, RUNNING, 0 us
             2.001500 fake:0 statistics() gave Statistics[ipackets=2, opackets=2, ibytes=160, obytes=160, imissed=0, \
            ierrors=0, oerrors=0, rxNombuf=0], RUNNING, 0 us
             2.001500 fake:0 extendedStatistics() gave 20 values, RUNNING, 0 us
             2.001500 fake:0 event Failed[reason=silence]
             2.001500 fake:0 stop() threw DeviceStateException: fake:0: stop() in state FAILED; it needs RUNNING, \
            FAILED, 0 us
             2.001500 fake:0 close() ok, CLOSED, 0 us
            """, first);
        VirtualClock other = new VirtualClock();
        assertEquals(first, story(new FakeRig(other), other, new StringBuilder()));
    }

    private static String story(FakeRig on, VirtualClock time, StringBuilder out) {
        TracingNetDev device = new TracingNetDev(on.open(), out);
        device.configure(DeviceConfig.queues(1));
        device.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(64).withInterrupts());
        device.setupTxQueue(0, TxQueueConfig.STANDARD);
        on.nic.during.put("start", () -> time.advance(1_500_000));
        device.start();
        assertThrows(InvalidConfigurationException.class, () -> device.setMtu(1));
        device.setVlanFilter(List.of(5, 3));
        on.nic.rx.get(0).deliver(new byte[60]);
        on.nic.rx.get(0).deliver(new byte[100]);
        NetBuf[] burst = new NetBuf[4];
        device.rxQueue(0).receive(burst, 0, 4);
        device.rxQueue(0).receive(burst, 2, 2);
        device.txQueue(0).transmit(burst, 0, 2);
        device.txQueue(0).transmit(burst, 0, 0);
        time.advance(2_000_000_000);
        device.setLinkUp(false);
        device.statistics();
        device.extendedStatistics();
        on.nic.context.fail("silence");
        assertThrows(DeviceStateException.class, device::stop);
        device.close();
        on.assertAllFreed();
        on.close();
        return out.toString();
    }

    @Test
    void summarise_writesWhatIsNew_only() {
        TracingNetDev device = new TracingNetDev(rig.open(), text);
        device.configure(DeviceConfig.queues(1));
        device.start();
        RxQueue rx = device.rxQueue(0);
        int before = lines().size();

        device.summarise();
        assertEquals(before, lines().size());
        rx.receive(new NetBuf[1], 0, 1);
        device.summarise();
        device.summarise();

        assertEquals(before + 1, lines().size());
        assertTrue(lines().get(before).endsWith("rx0: 1 bursts, 1 idle, 0 packets, 0 bytes, largest 0, MORE 0, UNDERRUN 0"));
        device.close();
        rig.close();
    }

    @Test
    void bytes_areThoseOfThePacketsTaken_only() {
        TracingNetDev device = new TracingNetDev(rig.open(), text);
        device.configure(DeviceConfig.queues(1));
        device.setupTxQueue(0, new TxQueueConfig(8));
        device.start();
        rig.nic.tx.get(0).fast = false;
        NetBuf[] burst = new NetBuf[10];
        device.rxQueue(0).pool().allocate(burst, 0, 10);
        for (NetBuf packet : burst) {
            packet.append(100);
        }
        device.txQueue(0).transmit(burst, 0, 10);
        device.summarise();

        assertTrue(lines().get(lines().size() - 1).endsWith("tx0: 1 bursts, 0 idle, 8 packets, 800 bytes, largest 8, "
            + "MORE 0, UNDERRUN 1"));
        NetBufPool.free(burst, 8, 2);
        device.close();
        rig.close();
    }

    @Test
    void longValues_areCut() {
        TracingNetDev device = new TracingNetDev(rig.open(), text);
        device.configure(DeviceConfig.queues(1));
        device.rss();
        String line = lines().get(lines().size() - 1);
        assertTrue(line.contains("rss() gave TOEPLITZ key 6d:5a:") && line.contains("..., CONFIGURED"), line);
        assertTrue(line.length() < 230, line);
        device.close();
        rig.close();
    }

    @Test
    void textThatCannotBeWritten_endsTheTrace_notTheDevice() {
        Appendable full = new Appendable() {
            private int calls;

            @Override
            public Appendable append(CharSequence line) throws IOException {
                if (calls++ > 0) {
                    throw new AssertionError("written to after it failed");
                }
                throw new IOException("No space left on device");
            }

            @Override
            public Appendable append(CharSequence line, int start, int end) throws IOException {
                return append(line);
            }

            @Override
            public Appendable append(char c) throws IOException {
                return append("");
            }
        };
        TracingNetDev device = new TracingNetDev(rig.open(), full);
        device.configure(DeviceConfig.queues(1));
        device.start();
        device.close();
        rig.assertAllFreed();
        rig.close();
    }
}
