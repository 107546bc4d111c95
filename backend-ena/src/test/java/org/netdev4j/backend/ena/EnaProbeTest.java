package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceFaultException;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.EnaRegister.Caps;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.LlqConfig;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.PlatformException;

/** Opening a device: what is found, what is fallen back from, what is refused, and that nothing is left behind. */
class EnaProbeTest {
    @Test
    void open_findsWhatTheDeviceIs_andLeavesItQuiet() {
        try (ControlRig rig = new ControlRig()) {
            DeviceInfo info = rig.open().info();
            assertEquals(MacAddress.parse("02:00:00:00:00:01"), info.permanentMac());
            assertEquals(8, info.maxRxQueues());
            assertEquals(8, info.maxTxQueues());
            assertEquals(2048, info.rxRing().max());
            assertEquals(1024, info.txRing().max());
            assertEquals(256, info.rxRing().min());
            assertEquals(128, info.minMtu());
            assertEquals(9216, info.maxMtu());
            assertEquals(17, info.maxTxSegments());
            assertEquals(List.of(ResetReason.NORMAL), rig.device.resets);
            assertEquals(0, rig.firmware.createdCqs.size());
            assertEquals(0, rig.device.registers.get(EnaRegister.INTR_MASK));
        }
    }

    @Test
    void open_asksInTheOrderOfTheReferenceDrivers() {
        try (ControlRig rig = new ControlRig()) {
            rig.open();
            List<String> log = rig.firmware.log;
            assertEquals(List.of("SET HOST_ATTR_CONFIG", "GET DEVICE_ATTRIBUTES", "GET MAX_QUEUES_EXT", "GET AENQ_CONFIG",
                "GET STATELESS_OFFLOAD_CONFIG", "GET HW_HINTS", "GET LLQ", "SET LLQ"), log.subList(0, 8));
            assertEquals("SET AENQ_CONFIG", log.getLast());
            List<EnaRegister> writes = rig.device.writes;
            assertTrue(writes.lastIndexOf(EnaRegister.AENQ_HEAD_DB) > writes.lastIndexOf(EnaRegister.INTR_MASK));
        }
    }

    @Test
    void info_claimsNothingThatAnEnaLacks() {
        try (ControlRig rig = new ControlRig()) {
            EnumSet<Capability> never = EnumSet.of(Capability.PROMISCUOUS, Capability.ALL_MULTICAST,
                Capability.MULTICAST_FILTER,
                Capability.UNICAST_FILTER, Capability.VLAN_FILTER, Capability.MAC_SET, Capability.LINK_CONTROL,
                Capability.RX_VLAN_STRIP,
                Capability.TX_VLAN_INSERT);
            never.retainAll(rig.open().info().capabilities());
            assertEquals(EnumSet.noneOf(Capability.class), never);
        }
    }

    // ---- each step fails

    @ParameterizedTest
    @EnumSource(AdminStatus.class)
    @DisplayName("bug group 6: each command fails in turn, with each status: refused by name or fallen back from")
    void open_survives_whenACommandIsRefused(AdminStatus status) {
        if (status == AdminStatus.SUCCESS) {
            return;
        }
        for (String command : commands()) {
            try (ControlRig rig = new ControlRig()) {
                rig.firmware.refuse.put(command, status);
                try {
                    rig.open();
                } catch (DeviceFaultException e) {
                    assertTrue(e.getMessage().startsWith("ena0: probe: the device refused "), e.getMessage());
                    assertTrue(e.getMessage().contains(command.substring(command.indexOf(' ') + 1)), e.getMessage());
                }
            }
        }
    }

    private static List<String> commands() {
        try (ControlRig rig = new ControlRig()) {
            rig.open();
            return rig.firmware.log.stream().distinct().toList();
        }
    }

    @Test
    @DisplayName("bug groups 6, 23: each command gets no answer in turn: one line, and the device opens later")
    void open_givesUp_whenACommandGetsNoAnswer() {
        for (String command : commands()) {
            try (ControlRig rig = new ControlRig()) {
                rig.firmware.lose.add(command);
                String message = assertThrows(DeviceFaultException.class, rig::open, command).getMessage();
                assertTrue(message.contains("got no answer within 3000 ms"), message);
                assertFalse(rig.device.busMaster);
                assertEquals(List.of(), rig.resets(), "the framework is not asked for a reset of what is not open");
                rig.firmware.lose.clear();
                rig.open();
            }
        }
    }

    @Test
    @DisplayName("bug group 23: the device falls silent or is removed at each step; close twice")
    void open_endsWell_whenTheDeviceVanishesAtAnyCommand() {
        int steps = commands().size() + 4;
        for (int step = 1; step <= steps; step++) {
            for (boolean removed : new boolean[] {false, true}) {
                try (ControlRig rig = new ControlRig()) {
                    int last = step;
                    int[] count = new int[1];
                    rig.device.beforeCommand = () -> {
                        if (++count[0] == last) {
                            rig.device.gone = removed;
                            rig.device.silent = true;
                        }
                    };
                    try {
                        rig.open();
                        rig.device.silent = false;
                        rig.device.gone = false;
                    } catch (DeviceFaultException e) {
                        assertTrue(e.getMessage().startsWith("ena0: probe: "), e.getMessage());
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("bug group 23: no BAR, no answer, not ready")
    void open_isRefused_withOneLine() {
        assertEquals("ena0: probe: the function has no memory BAR 0, where the registers of an ENA are",
            refusal(device -> device.registerBar = false));
        assertEquals("ena0: probe: reset (NORMAL): the device did not answer within 200 ms",
            refusal(device -> device.readsAnswered = false));
        assertEquals("ena0: probe: reset (NORMAL): the device is gone", refusal(device -> device.gone = true));
        assertEquals("ena0: probe: reset (NORMAL): the device is not ready: status 0x0",
            refusal(device -> device.registers.put(EnaRegister.DEV_STS, 0)));
        assertEquals("ena0: probe: its largest MTU is 127; the driver needs 128", refusal(device ->
            device.firmware.maxMtu = 127));
        assertEquals("ena0: probe: its MAC address is 01:00:00:00:00:00, which no device can have",
            refusal(device -> device.firmware.mac = MacAddress.parse("01:00:00:00:00:00")));
        assertEquals("ena0: probe: it answers version 2 of its queue limits; version 1 was asked for",
            refusal(device -> device.firmware.queueVersion = 2));
    }

    private static String refusal(Consumer<FakeEna> fault) {
        try (ControlRig rig = new ControlRig()) {
            fault.accept(rig.device);
            return assertThrows(DeviceFaultException.class, rig::open).getMessage();
        }
    }

    @Test
    @DisplayName("bug groups 23, 52: memory is short at each allocation: all before it is given back")
    void open_givesEverythingBack_whenMemoryIsShort() {
        int refused = 0;
        for (int k = 0; k < 30; k++) {
            try (ControlRig rig = new ControlRig()) {
                rig.memory.left = k;
                try {
                    rig.open();
                } catch (PlatformException e) {
                    refused++;
                    assertEquals(List.of(), rig.context.dma().live());
                    assertFalse(rig.device.busMaster);
                    rig.memory.left = Integer.MAX_VALUE;
                    rig.open();
                }
            }
        }
        assertEquals(8, refused);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 65})
    @DisplayName("bug group 7: a nonsensical width of addresses is refused")
    void open_isRefused_whenDmaWidthIsNonsense(int width) {
        assertEquals("ena0: probe: it claims DMA addresses of " + width + " bits; an ENA has 32 to 48",
            refusal(device -> device.registers.put(EnaRegister.CAPS, Caps.of(0, 3, width, 0))));
    }

    // ---- fall-backs

    @Test
    void open_fallsBack_toQueueLimitsOfOldDevices() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.features &= ~FeatureId.MAX_QUEUES_EXT.bit() & ~FeatureId.LLQ.bit();
            DeviceInfo info = rig.open().info();
            assertEquals(4, info.maxRxQueues());
            assertEquals(512, info.txRing().max());
            assertEquals(512, info.rxRing().max());
            assertFalse(rig.firmware.log.contains("GET MAX_QUEUES_EXT"));
        }
    }

    @Test
    void open_asksForNothing_thatTheDeviceDoesNotList() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.features =
                FeatureId.MAX_QUEUES_NUM.bit() | FeatureId.AENQ_CONFIG.bit() | FeatureId.STATELESS_OFFLOAD_CONFIG.bit();
            DeviceInfo info = rig.open().info();
            assertTrue(info.rss().isEmpty());
            assertFalse(info.has(Capability.MTU_UPDATE));
            assertFalse(info.has(Capability.COALESCING));
            assertFalse(info.has(Capability.RX_TIMESTAMP));
        }
    }

    @Test
    @DisplayName("bug group 9: low-latency queues without a memory BAR")
    void open_usesHostMemory_whenBar2IsMissing() {
        try (ControlRig rig = new ControlRig()) {
            rig.device.memoryBar = false;
            rig.open();
            assertFalse(rig.firmware.log.contains("SET LLQ"));
            assertEquals("off", rig.ops.info().extra().get("llq"));
            assertEquals(List.of(
                "low-latency queues are off: the device offers low-latency queues but has no memory BAR for them;"
                + " descriptors go through host memory"), rig.ops.advice());
        }
        try (ControlRig rig = new ControlRig(Map.of("llq_policy", "normal"))) {
            rig.device.memoryBar = false;
            assertEquals("ena0: probe: llq_policy=normal cannot be had: the device offers low-latency queues but has no"
                + " memory BAR for them; use llq_policy=recommended or llq_policy=off",
                assertThrows(DeviceFaultException.class, rig::open).getMessage());
        }
    }

    @Test
    @DisplayName("bug groups 20, 34, 50: the recommended entry size is used, and wide entries shorten the ring")
    void llq_followsRecommendation_unlessAskedFor() {
        assertEquals("128 byte entries, headers up to 96 bytes, bursts of 8", llq(Map.of(), LlqConfig.ENTRY_128));
        assertEquals("256 byte entries, headers up to 224 bytes, bursts of 4", llq(Map.of(), LlqConfig.ENTRY_256));
        assertEquals("128 byte entries, headers up to 96 bytes, bursts of 8", llq(Map.of("llq_policy", "normal"),
            LlqConfig.ENTRY_256));
        assertEquals("256 byte entries, headers up to 224 bytes, bursts of 4", llq(Map.of("llq_policy", "wide"),
            LlqConfig.ENTRY_128));
        assertEquals("off", llq(Map.of("llq_policy", "off"), LlqConfig.ENTRY_128));
        try (ControlRig rig = new ControlRig(Map.of("llq_policy", "wide"))) {
            assertEquals(512, rig.open().info().txRing().max());
        }
    }

    private static String llq(Map<String, String> options, int recommended) {
        try (ControlRig rig = new ControlRig(options)) {
            LlqConfig offer = rig.firmware.llq;
            rig.firmware.llq = new LlqConfig(offer.maxLlqNum(), offer.maxLlqDepth(), offer.headerLocationSupported(), 0,
                offer.entrySizeSupported(), 0, offer.descsBeforeHeaderSupported(), 0, offer.strideSupported(), 0, 1,
                recommended,
                offer.maxWideLlqDepth(), offer.accelFlags(), offer.maxTxBurstSize());
            return rig.open().info().extra().get("llq");
        }
    }

    @Test
    void llq_isOff_whenTheDeviceRefusesItsOwnOffer() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.refuse.put("SET LLQ", AdminStatus.ILLEGAL_PARAMETER);
            rig.open();
            assertTrue(rig.ops.advice().get(0).startsWith("low-latency queues are off: the device refused SET_FEATURE LLQ"));
        }
    }

    // ---- interrupts

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    @DisplayName("bug group 12: the system grants fewer vectors than asked for")
    void queues_areLimitedByVectors(int granted) {
        try (ControlRig rig = new ControlRig()) {
            rig.device.vectors.granted = granted;
            DeviceInfo info = rig.open().info();
            assertEquals(granted > 1, info.has(Capability.RX_INTERRUPT));
            // With the management's vector alone queues are polled, and as many as there are.
            assertEquals(granted > 1 ? granted - 1 : 32, info.maxRxQueues());
            assertEquals(List.of(9), rig.device.vectors.asked);
        }
    }

    @Test
    @DisplayName("bug group 13: in polling mode the management interrupt stays masked and no vector is enabled")
    void polling_leavesInterruptsAlone() {
        try (ControlRig rig = new ControlRig(Map.of("admin_mode", "polling"))) {
            DeviceInfo info = rig.open().info();
            assertEquals(1, rig.device.registers.get(EnaRegister.INTR_MASK));
            assertEquals(List.of(), rig.device.vectors.asked);
            assertFalse(info.has(Capability.RX_INTERRUPT));
            rig.device.link(true);
            rig.clock.advance(20_000_000);
            assertTrue(rig.ops.link().up(), "events are looked for");
        }
        try (ControlRig rig = new ControlRig(Map.of("admin_mode", "interrupts"))) {
            rig.device.vectors.available = 0;
            assertTrue(assertThrows(DeviceFaultException.class,
                rig::open).getMessage().contains("admin_mode=interrupts cannot be had"));
        }
    }

    @Test
    @DisplayName("bug group 17: events at each step of the way up touch nothing")
    void events_doNoHarm_atAnyStep() {
        try (ControlRig rig = new ControlRig()) {
            List<Integer> told = new ArrayList<>();
            rig.device.beforeCommand = () -> {
                rig.device.link(true);
                rig.device.keepAlive(1);
                rig.device.vectors.fire(0);
                told.add(1);
            };
            rig.start(2);
            rig.clock.advance(1);
            rig.device.link(true);
            rig.clock.advance(1);
            assertTrue(rig.ops.link().up());
            assertTrue(told.size() > 10);
        }
    }

    @Test
    void maxQueues_limitsWhatIsOffered() {
        try (ControlRig rig = new ControlRig(Map.of("max_queues", "3"))) {
            assertEquals(3, rig.open().info().maxRxQueues());
            assertEquals(List.of(4), rig.device.vectors.asked);
        }
    }
}
