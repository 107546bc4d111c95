package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CounterBoardTest {
    private final FakeRig rig = new FakeRig();
    private NetDev device;

    @BeforeEach
    void open() {
        device = rig.running(2);
    }

    @AfterEach
    void close() {
        device.close();
        rig.close();
    }

    private void receive(int queue, int packets) {
        NetBuf[] into = new NetBuf[packets];
        for (int i = 0; i < packets; i++) {
            rig.nic.rx.get(queue).deliver(new byte[100]);
        }
        assertEquals(packets, BurstStatus.count(device.rxQueue(queue).receive(into, 0, packets)));
        NetBufPool.free(into, 0, packets);
    }

    @Test
    void statistics_sumOverQueues() {
        receive(0, 3);
        receive(1, 4);
        QueueCounters rx = device.rxQueue(1).counters();
        rx.errors = 5;
        rx.missed = 6;
        rx.noBuffer = 7;
        QueueCounters tx = device.txQueue(0).counters();
        tx.packets = 8;
        tx.bytes = 9;
        tx.errors = 10;
        rig.nic.missed = 100;

        assertEquals(new Statistics(7, 8, 700, 9, 106, 5, 10, 7), device.statistics());
        Map<String, Long> extended = device.extendedStatistics();
        assertEquals(7, extended.get("rx_good_packets"));
        assertEquals(106, extended.get("rx_missed_errors"));
        assertEquals(3, extended.get("rx_q0_packets"));
        assertEquals(400, extended.get("rx_q1_bytes"));
        assertEquals(10, extended.get("tx_q0_errors"));
    }

    @Test
    void statistics_surviveStopStartResetAndReconfiguration() {
        receive(1, 4);
        device.stop();
        device.start();
        device.reset();
        assertEquals(4, device.statistics().ipackets());

        device.stop();
        device.configure(DeviceConfig.queues(1));
        device.start();
        receive(0, 1);

        assertEquals(5, device.statistics().ipackets());
        assertEquals(4, device.extendedStatistics().get("rx_q1_packets"));
    }

    @Test
    void whatTheDeviceCounted_survivesAResetThatMakesItStartFromZero() {
        rig.nic.missed = 10;
        rig.nic.extended.put("hw_drops", 3L);
        device.reset();
        assertEquals(10, device.statistics().imissed());
        assertEquals(3, device.extendedStatistics().get("hw_drops"));

        rig.nic.missed = 2;
        rig.nic.extended.put("hw_drops", 1L);
        device.reset();
        rig.nic.missed = 1;

        assertEquals(13, device.statistics().imissed());
        assertEquals(4, device.extendedStatistics().get("hw_drops"));
    }

    @Test
    void reset_ofADeviceThatDoesNotAnswer_needsNoCounters() {
        rig.nic.failures.put("missed", () -> new IllegalStateException("all ones"));
        device.reset();
        assertEquals(DeviceState.RUNNING, device.state());
    }

    @Test
    void clear_startsFromZero_everywhere() {
        receive(0, 3);
        rig.nic.missed = 5;
        rig.nic.extended.put("hw_drops", 3L);

        device.clearStatistics();

        assertEquals(Statistics.ZERO, device.statistics());
        device.extendedStatistics().forEach((name, value) -> assertEquals(0, value, name));
        receive(0, 1);
        rig.nic.missed = 6;
        rig.nic.extended.put("hw_drops", 5L);
        assertEquals(1, device.statistics().ipackets());
        assertEquals(1, device.statistics().imissed());
        assertEquals(2, device.extendedStatistics().get("hw_drops"));
    }

    @Test
    void extendedNames_areUnique_alsoWhenTheDriverUsesAGeneralOne() {
        receive(0, 3);
        rig.nic.extended.put("rx_good_packets", 77L);
        rig.nic.extended.put("own", 1L);

        Map<String, Long> extended = device.extendedStatistics();

        assertEquals(3, extended.get("rx_good_packets"));
        assertEquals(77, extended.get("driver_rx_good_packets"));
        assertEquals(1, extended.get("own"));
        List<String> names = new ArrayList<>(extended.keySet());
        assertEquals(new HashSet<>(names).size(), names.size());
        assertEquals(List.of("rx_good_packets", "tx_good_packets", "rx_good_bytes", "tx_good_bytes", "rx_missed_errors",
            "rx_errors", "tx_errors", "rx_mbuf_allocation_errors", "rx_q0_packets"), names.subList(0, 9));
    }
}
