package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.backend.ena.EnaCounters.Name;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.BasicStats;
import org.netdev4j.backend.ena.spec.EniStats;

/** What is counted, and what an ENA has beyond a network device. */
class EnaStatisticsTest {
    @Test
    @DisplayName("bug group 49: counts go on over a reset, and do not wrap at 32 bits")
    void missed_goesOn_overReset() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.refuse.put("STATS 0", AdminStatus.UNSUPPORTED_OPCODE);
            rig.start(1);
            rig.device.keepAlive(0x1_0000_0007L);
            rig.clock.advance(1);
            assertEquals(0x1_0000_0007L, rig.ops.missed());
            rig.reset(rig.settings(1));
            assertEquals(0x1_0000_0007L, rig.ops.missed());
            rig.device.keepAlive(3);
            rig.clock.advance(1);
            assertEquals(0x1_0000_000aL, rig.ops.missed());
        }
    }

    @Test
    @DisplayName("bug group 49: a keep-alive that is older than what was asked for does not count twice")
    void missed_isNotDoubled_byAnOldKeepAlive() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            rig.firmware.stats = new BasicStats(0, 0, 0, 0, 10, 0, 0);
            rig.seconds(1);
            assertEquals(10, rig.ops.missed());
            rig.device.keepAlive(7);
            rig.clock.advance(1);
            assertEquals(10, rig.ops.missed());
        }
    }

    @Test
    void statistics_keepTheirLastValues_whenTheDeviceIsSilent() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            rig.firmware.stats = new BasicStats(1, 2, 3, 4, 5, 6, 0);
            rig.seconds(1);
            assertEquals(5, rig.ops.missed());
            rig.device.silent = true;
            rig.seconds(1);
            assertEquals(5, rig.ops.missed());
            assertEquals(5, rig.ops.extendedStatistics().get("hw_rx_drops"));
            assertEquals(1, rig.resets().size(), "silence was noticed");
        }
    }

    @Test
    void statistics_areEna_byName() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            rig.firmware.eni = new EniStats(1, 2, 3, 4, 5);
            rig.seconds(1);
            Map<String, Long> all = rig.ops.extendedStatistics();
            assertEquals(List.of("total_resets", "reset_fail", "tx_timeout", "wd_expired"),
                all.keySet().stream().limit(4).toList());
            assertEquals(3, all.get("pps_allowance_exceeded"));
            assertEquals(all.get("ena_admin_q_submitted_cmd"), all.get("ena_admin_q_completed_cmd"));
            assertTrue(all.keySet().containsAll(List.of("queue_0_tx_cnt", "queue_0_rx_refil_partial",
                "queue_0_rx_csum_unchecked")));
            assertEquals(23, Name.values().length);
            assertTrue(rig.ops.advice().stream().anyMatch(line -> line.contains("pps_allowance_exceeded")));
        }
    }

    @Test
    void flowRules_areAddedAndRemoved() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(2);
            EnaExtension extension = rig.ops.extension(EnaExtension.class).orElseThrow();
            assertEquals(4, extension.maxFlowRules());
            for (int i = 0; i < 4; i++) {
                assertEquals(i, extension.addFlowRule(rule(1)));
            }
            assertEquals("ena0: the device holds 4 flow rules, and all are in use; remove one",
                assertThrows(InvalidConfigurationException.class, () -> extension.addFlowRule(rule(0))).getMessage());
            extension.removeFlowRule(2);
            assertEquals(Set.of(0, 1, 3), extension.flowRules().keySet());
            assertThrows(InvalidConfigurationException.class, () -> extension.removeFlowRule(2));
            assertEquals("ena0: a flow rule names receive queue 2; there are 2",
                assertThrows(InvalidConfigurationException.class, () -> extension.addFlowRule(rule(2))).getMessage());
        }
    }

    private static EnaFlowRule rule(int queue) {
        return new EnaFlowRule(queue, EnaFlowRule.Flow.IPV4_UDP, new byte[0], new byte[] {10, 0, 0, 1}, OptionalInt.empty(),
            OptionalInt.of(53));
    }
}
