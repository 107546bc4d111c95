package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.QueueCounters;
import org.netdev4j.api.TxQueue;
import org.netdev4j.backend.ena.spec.AenqEntry;
import org.netdev4j.backend.ena.spec.AenqGroup;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.HwHints;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.spi.TxQueueSetup;

/** What the watchdog and the events find, and what becomes of it. */
class WatchdogTest {
    @Test
    @DisplayName("bug groups 15, 16: keep-alive is awaited for 6 s from the start, to the edge, and no longer")
    void keepAlive_isAwaited_sixSeconds() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            rig.seconds(6);
            assertEquals(List.of(), rig.resets());
            rig.device.keepAlive(0);
            rig.seconds(6);
            assertEquals(List.of(), rig.resets());
            rig.seconds(2);
            assertEquals(1, rig.resets().size());
            assertTrue(rig.resets().get(0).startsWith("KEEP_ALIVE_TO: no keep-alive for "), rig.resets().get(0));
            assertEquals(1, rig.ops.extendedStatistics().get("wd_expired"));
        }
    }

    @Test
    @DisplayName("bug group 16: after a reset, however long it took, the time starts anew")
    void keepAlive_isAwaitedAnew_afterReset() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            rig.seconds(8);
            assertEquals(1, rig.resets().size());
            rig.reset(rig.settings(1));
            assertEquals(List.of(ResetReason.NORMAL, ResetReason.KEEP_ALIVE_TO, ResetReason.NORMAL), rig.device.resets);
            rig.seconds(6);
            assertEquals(1, rig.resets().size());
            rig.seconds(2);
            assertEquals(2, rig.resets().size());
        }
    }

    @Test
    @DisplayName("bug group 19: the first cause wins, and nothing is looked for after it")
    void cause_isTheFirst() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            rig.device.event(AenqGroup.DEVICE_REQUEST_RESET, 0, entry -> { });
            rig.seconds(20);
            assertEquals(List.of("DEVICE_REQUEST: the device asks for a reset"), rig.resets());
            rig.reset(rig.settings(1));
            assertEquals(List.of(ResetReason.NORMAL, ResetReason.DEVICE_REQUEST, ResetReason.NORMAL), rig.device.resets);
            assertEquals(1, rig.ops.extendedStatistics().get("device_request_reset"));
            assertEquals(1, rig.ops.extendedStatistics().get("total_resets"));
        }
    }

    @Test
    void keepAlive_thatNobodyTook_isAMissingInterrupt() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            rig.device.interruptsLost = true;
            rig.aliveSeconds(7);
            assertEquals(1, rig.resets().size());
            assertTrue(rig.resets().get(0).startsWith("MISSING_ADMIN_INTERRUPT: a keep-alive waits"), rig.resets().get(0));
        }
    }

    @Test
    void keepAlive_isNotAwaited_fromADeviceWithout() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.groups = AenqGroup.LINK_CHANGE.bit();
            rig.start(1);
            rig.seconds(100);
            assertEquals(List.of(), rig.resets());
        }
    }

    @Test
    void hints_changeTimes_zeroKeeps_allOnesSwitchesOff() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.hints = new HwHints(0, 2500, 0, 0, 0, 0, 0, 0);
            rig.start(1);
            rig.seconds(2);
            assertEquals(List.of(), rig.resets());
            rig.seconds(1);
            assertEquals(1, rig.resets().size());
        }
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.hints = new HwHints(0, HwHints.DISABLED, 0, 0, 0, 0, 0, 0);
            rig.start(1);
            rig.seconds(1000);
            assertEquals(List.of(), rig.resets());
            rig.device.event(AenqGroup.NOTIFICATION, AenqEntry.UPDATE_HINTS,
                entry -> new HwHints(0, 1000, 0, 0, 0, 0, 0, 0).write(entry, AenqEntry.PAYLOAD));
            rig.seconds(2);
            assertEquals(1, rig.resets().size());
        }
    }

    @Test
    void suspension_isWaitedFor() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            rig.device.event(AenqGroup.NOTIFICATION, 0, entry -> { });
            rig.seconds(30);
            assertEquals(List.of(), rig.resets());
            rig.device.event(AenqGroup.NOTIFICATION, 1, entry -> { });
            rig.seconds(6);
            assertEquals(List.of(), rig.resets());
            assertEquals(1, rig.ops.extendedStatistics().get("suspend"));
            assertEquals(1, rig.ops.extendedStatistics().get("resume"));
            rig.device.event(AenqGroup.NOTIFICATION, 0, entry -> { });
            rig.seconds(70);
            assertEquals(1, rig.resets().size(), "not for ever");
        }
    }

    @Test
    void watchdog_isOff_whenTheUserSaysSo() {
        try (ControlRig rig = new ControlRig(Map.of("watchdog", "false"))) {
            rig.start(1);
            rig.seconds(100);
            assertEquals(List.of(), rig.resets());
        }
    }

    // ---- events

    @Test
    void events_areHandled_groupByGroup() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            rig.device.link(true);
            rig.device.link(true);
            rig.device.event(AenqGroup.WARNING, 7, entry -> { });
            rig.device.event(AenqGroup.CONF_NOTIFICATIONS, 0, entry -> entry.putLong(AenqEntry.PAYLOAD, 0b101));
            rig.device.event(AenqGroup.NOTIFICATION, 99, entry -> { });
            rig.clock.advance(1);
            assertEquals(List.of("up, 25000 Mb/s, full duplex"), rig.context.events.stream()
                .map(event -> ((DeviceEvent.LinkChanged) event).link().toString()).toList());
            assertEquals(2, rig.ops.advice().stream().filter(line ->
                line.contains("finds the configuration wanting")).count());
            assertEquals(List.of(), rig.resets());
        }
    }

    @Test
    void events_wrapTheRing_andTheDoorbellCounts() {
        try (ControlRig rig = new ControlRig()) {
            rig.open();
            for (int i = 1; i <= 100; i++) {
                rig.device.keepAlive(i);
                rig.clock.advance(1);
            }
            assertEquals(116, rig.device.registers.get(EnaRegister.AENQ_HEAD_DB));
            assertEquals(100, rig.ops.missed());
        }
    }

    @Test
    void fatalError_andRefresh_askForAReset() {
        for (AenqGroup group : List.of(AenqGroup.FATAL_ERROR, AenqGroup.REFRESH_CAPABILITIES)) {
            try (ControlRig rig = new ControlRig()) {
                rig.start(1);
                rig.device.event(group, 3, entry -> { });
                rig.clock.advance(1);
                assertEquals(1, rig.resets().size(), group.toString());
            }
        }
    }

    @Test
    void eventRing_thatNeverEnds_doesNotHoldUpOthers() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            // The device writes a new event each time one is given back: there is always another.
            rig.device.event(AenqGroup.WARNING, 0, entry -> { });
            for (int i = 0; i < 1000; i++) {
                rig.device.event(AenqGroup.WARNING, 0, entry -> { });
                rig.clock.advance(0);
            }
            rig.device.link(true);
            rig.clock.advance(1);
            assertTrue(rig.ops.link().up());
        }
    }

    // ---- queues

    private static TxQueue send(ControlRig rig, int packets) {
        TxQueue queue = rig.ops.newTxQueue(new TxQueueSetup("ena0", 0, 256, new QueueCounters()));
        rig.ops.start();
        NetBuf[] burst = new NetBuf[packets];
        for (int i = 0; i < packets; i++) {
            burst[i] = rig.pool.allocate();
            burst[i].append(64);
        }
        assertEquals(packets, BurstStatus.count(((EnaTxQueue) queue).submit(burst, 0, packets)));
        return queue;
    }

    @Test
    @DisplayName("bug group 27: packets whose completion never comes are counted each, and too many reset the device")
    void missingCompletions_resetTheDevice_aboveTheThreshold() {
        for (int packets : new int[] {128, 129}) {
            try (ControlRig rig = new ControlRig()) {
                rig.configure(1);
                send(rig, packets);
                rig.aliveSeconds(10);
                Map<String, Long> all = rig.ops.extendedStatistics();
                assertEquals(packets, all.get("queue_0_tx_missed_tx"));
                assertEquals(packets, all.get("queue_0_tx_pending_timedout_pkts"));
                assertEquals(packets > 128 ? 1 : 0, rig.resets().size());
                assertEquals(packets > 128 ? 1 : 0, all.get("missing_tx_cmpl"));
                rig.ops.stop();
            }
        }
    }

    @Test
    void missingCompletions_followHintAndOption() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.hints = new HwHints(0, 0, 1000, 4, 0, 0, 0, 0);
            rig.configure(1);
            send(rig, 5);
            rig.aliveSeconds(4);
            assertEquals(1, rig.resets().size());
            assertTrue(rig.resets().get(0).startsWith(
                "MISS_TX_CMPL: transmit queue 0: 5 packets were not completed within 1000 ms"),
                rig.resets().get(0));
            rig.ops.stop();
        }
        try (ControlRig rig = new ControlRig(Map.of("miss_txc_to", "0"))) {
            rig.firmware.hints = new HwHints(0, 0, 1000, 4, 0, 0, 0, 0);
            rig.configure(1);
            send(rig, 5);
            rig.aliveSeconds(60);
            assertEquals(List.of(), rig.resets());
            rig.ops.stop();
        }
    }

    @Test
    @DisplayName("bug group 42: a ring without buffers is found, counted and its user woken")
    void emptyRing_isFound() {
        try (ControlRig rig = new ControlRig()) {
            rig.configure(1);
            NetBuf[] all = new NetBuf[rig.pool.size()];
            for (int i = 0; i < all.length; i++) {
                all[i] = rig.pool.allocate();
            }
            rig.ops.start();
            rig.aliveSeconds(4);
            assertTrue(rig.ops.extendedStatistics().get("queue_0_rx_empty_rx_ring") >= 1);
            assertEquals(List.of(), rig.resets());
            assertTrue(rig.ops.advice().stream().anyMatch(line -> line.contains("without buffers")));
            for (NetBuf buffer : all) {
                buffer.free();
            }
            rig.ops.stop();
        }
    }
}
