package org.netdev4j.conformance.cases;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetDev;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.Steps;

/** ENA alone, hostile device: every number that it writes on its control side is tried wrong. */
final class EnaHostileCases {
    private static final String ENA = "ena";
    private static final int MOST_COMMANDS = 36;
    private static final int LAST_FEATURE = 31;
    private static final int READS = 13;
    private static final int SEEDS = 3;
    private static final int AENQ_GROUPS = 8;
    // Without these there is no device; each other feature may be missing.
    private static final List<Integer> NECESSARY = List.of(1, 2, 7, 11, 14, 26);

    private static void live(Bench bench, String faults) {
        HostileStepCases.live(bench, faults, () -> bench.openVariant(Map.of("faults", faults)));
    }

    private static void live(Bench bench, String faults, int seed) {
        HostileStepCases.live(bench, faults + " with seed " + seed,
            () -> bench.openVariant(Map.of("faults", faults, "seed", String.valueOf(seed))));
    }

    @ConformanceCase(id = "HO-100", driver = ENA,
        namedFaults = {"admin-wrong-id", "admin-duplicate", "admin-bad-phase", "admin-garbage", "admin-reordered",
            "admin-slow"},
        value = "Whatever is wrong about the answer to whichever admin command, nothing hangs, nothing is left "
            + "behind, and an error "
            + "has a name.",
        source = "NEEDS-ENA 1, 3, 5, 6: late, repeated and foreign completions; [AMZN ena_com.c, "
            + "ena_com_handle_single_admin_completion]",
        ifItFails = "an id is looked up among commands under way; a payload is checked before it is used")
    void adminAnswers(Bench bench) {
        bench.pool();
        List<String> faults = List.of("admin-wrong-id", "admin-wrong-id:value=1", "admin-duplicate", "admin-bad-phase",
            "admin-garbage", "admin-reordered", "admin-slow:value=5s");
        for (int step : Steps.of(bench, faults.size() * MOST_COMMANDS)) {
            live(bench, faults.get(step / MOST_COMMANDS) + ":count=1:skip=" + step % MOST_COMMANDS);
        }
    }

    @ConformanceCase(id = "HO-101", driver = ENA, namedFaults = "feature-garbage",
        value = "Whatever numbers a feature has, they are kept to or refused by name.",
        source = "NEEDS-ENA 6, 50; [AMZN ena_com.c]: features are the device's word",
        ifItFails = "each number of a feature has limits: no division by it, no allocation of it, no index by it unchecked")
    void featureGarbage(Bench bench) {
        bench.pool();
        for (int step : Steps.of(bench, LAST_FEATURE * SEEDS)) {
            live(bench, "feature-garbage@" + (1 + step / SEEDS), 1 + step % SEEDS);
        }
    }

    @ConformanceCase(id = "HO-102", driver = ENA, namedFaults = "feature-refused",
        value = "A feature that is announced and then refused is done without, if it can be; else the device is "
            + "refused by name.",
        source = "NEEDS-ENA 6 (L2.15, b70db0912a): output of get_feature used before its return code was checked; "
            + "NEEDS-ENA 14",
        ifItFails = "look at the status before the payload, for each feature and each status")
    void featureRefused(Bench bench) {
        bench.pool();
        for (int step : Steps.of(bench, LAST_FEATURE)) {
            int feature = step + 1;
            for (int status : new int[] {1, 2, 3, 4, 5, 6, 7, 200}) {
                live(bench, "feature-refused@" + feature + ":value=" + status);
            }
            if (!NECESSARY.contains(feature)) {
                EnaModelCases.works(bench, Map.of("faults", "feature-refused@" + feature), 1);
            }
        }
    }

    @ConformanceCase(id = "HO-103", driver = ENA,
        namedFaults = {"dma-width-wrong", "reset-timeout-zero", "version-old", "not-ready", "reset-never-starts",
            "reset-never-ends"},
        value = "A device whose registers say what cannot be is refused with a reason, at once or within its limits "
            + "of time.",
        source = "NEEDS-ENA 7 (d61d90e52a): an error of the DMA width used as a width; [AMZN ena_com.c, ena_com_dev_reset, "
            + "ena_com_get_dma_width, ena_com_validate_version]",
        ifItFails = "compare a register with its range before it is used; all waits for the reset have the device's limit")
    void impossibleRegisters(Bench bench) {
        bench.pool();
        for (int width : new int[] {1, 16, 31, 49, 65, 255}) {
            refused(bench, "dma-width-wrong:value=" + width);
        }
        for (String fault : List.of("reset-timeout-zero", "version-old", "not-ready", "reset-never-starts",
            "reset-never-ends")) {
            refused(bench, fault);
        }
    }

    private static void refused(Bench bench, String faults) {
        int before = bench.platform().dma().live().size();
        RuntimeException refused = Check.refused(RuntimeException.class, "a device with " + faults,
            () -> bench.openVariant(Map.of("faults", faults)));
        Check.that(HostileStepCases.named(refused), "a device with " + faults + " was refused with " + refused);
        Check.equal(before, bench.platform().dma().live().size(), "regions of DMA memory after a device with " + faults
            + " was refused");
    }

    @ConformanceCase(id = "HO-104", driver = ENA, namedFaults = {"read-lost", "read-stale", "read-wrong-offset",
        "read-all-ones"},
        value = "Whatever is wrong about the answer to whichever register read, once or for ever, it is not taken for "
            + "the register.",
        source = "NEEDS-ENA 11 (amzn/amzn-drivers#162): a readless response of another request, 57006 in place of 1",
        ifItFails = "number and register of the response must be those of the request; all ones is a time-out")
    void registerReads(Bench bench) {
        bench.pool();
        List<String> kinds = List.of("read-lost", "read-stale", "read-wrong-offset", "read-all-ones");
        // The first of each kind is for ever.
        for (int step : Steps.of(bench, kinds.size() * READS)) {
            live(bench, kinds.get(step / READS) + (step % READS == 0 ? "" : ":count=1:skip=" + (step % READS - 1)));
        }
        // VERSION, CONTROLLER_VERSION and CAPS, answered with another register whose value could be theirs.
        for (int register : new int[] {0, 4, 8}) {
            refused(bench, "read-wrong-offset@" + register + ":value=" + (register == 8 ? 4 : 8));
            refused(bench, "read-stale@" + register);
        }
        HostileStepCases.live(bench, "direct reads of all ones",
            () -> bench.openVariant(Map.of("readless", "false", "faults", "register-reads-ones")));
        for (int read : Steps.of(bench, READS - 1)) {
            String faults = "register-reads-ones:count=1:skip=" + read;
            HostileStepCases.live(bench, "direct reads with " + faults,
                () -> bench.openVariant(Map.of("readless", "false", "faults", faults)));
        }
    }

    @ConformanceCase(id = "HO-105", driver = ENA, namedFaults = "create-refused",
        value = "When the k-th of all queues cannot be made, for every k, those made before are destroyed, and the "
            + "next try succeeds.",
        source = "NEEDS-ENA 22 (26e5543dc8), NEEDS-ENA 24 (F2.3, L2.8.0): destroy the right number of queues on failure",
        ifItFails = "the trace shows which were created and which destroyed")
    void createRefused(Bench bench) {
        bench.pool();
        for (int k : Steps.of(bench, 16)) {
            for (int status : new int[] {1, 4, 6}) {
                int number = k;
                NetDev device = bench.openVariant(Map.of("faults", "create-refused@" + number + ":count=1:value=" + status));
                bench.configure(device, DeviceConfig.queues(4), bench.pool());
                try {
                    device.start();
                    Check.fail("start() succeeded although the device refused to make queue " + number);
                } catch (RuntimeException e) {
                    Check.that(HostileStepCases.named(e), "a refusal of queue " + number + " ended in " + e);
                }
                Check.equal(0, bench.pool().inUse(), "buffers in use after start() was refused at queue " + number);
                if (device.state() == DeviceState.FAILED) {
                    device.reset();
                }
                device.start();
                Check.equal(DeviceState.RUNNING, device.state(), "state after a second start()");
                bench.closeLast();
            }
        }
    }

    @ConformanceCase(id = "HO-106", driver = ENA, namedFaults = {"aenq-garbage", "aenq-unknown-group", "aenq-bad-phase",
        "aenq-lost"},
        value = "Events of unknown groups, with random content, out of phase or lost, of every group, do no harm.",
        source = "NEEDS-ENA 17; [AMZN ena_com.c, ena_com_aenq_intr_handler]: unimplemented handler",
        ifItFails = "a group that nobody knows is counted and passed over; hints and times from an event have limits")
    void events(Bench bench) {
        bench.pool();
        List<String> kinds = List.of("aenq-garbage", "aenq-unknown-group", "aenq-bad-phase", "aenq-lost");
        for (int step : Steps.of(bench, kinds.size() * AENQ_GROUPS)) {
            int group = step % AENQ_GROUPS;
            String faults = kinds.get(step / AENQ_GROUPS) + "@" + group + ":count=2";
            HostileStepCases.live(bench, faults, () -> {
                NetDev device = bench.openVariant(Map.of("faults", faults + "+notification:count=1+update-hints:count=1"
                    + "+warning:count=1+conf-notification:count=1+refresh-capabilities:count=1", "seed", String.valueOf(group)));
                bench.pass(3_000_000_000L);
                return device;
            });
        }
    }

    @ConformanceCase(id = "HO-107", driver = ENA, namedFaults = {"fatal-error", "request-reset", "mac-changed",
        "mtu-shrunk"},
        value = "A fatal error is answered with a reset of its own; a device that is another one after it, by its "
            + "address or its "
            + "largest MTU, is given up by name.",
        source = "NEEDS-ENA 19, 49; [AMZN ena_netdev.c, ena_device_validate_params]: MAC and MTU after a reset",
        ifItFails = "look at the handler of the event's group, and at what restore compares")
    void anotherDevice(Bench bench) {
        bench.up(1);
        bench.device().setMtu(1400);
        Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
        bench.inject(0, "fatal-error", -1, 0, 1, 0);
        bench.await("a reset after a fatal error", () -> events.stream().anyMatch(DeviceEvent.ResetDone.class::isInstance));
        bench.far().drain();
        Exchange.bothWays(bench, 5);
        for (String fault : List.of("mac-changed", "mtu-shrunk")) {
            bench.inject(0, fault, -1, 0, 1, 0);
            RuntimeException refused = Check.refused(RuntimeException.class, "reset() of a device with " + fault,
                bench.device()::reset);
            Check.that(HostileStepCases.named(refused), "reset() of a device with " + fault + " ended in " + refused);
            Check.equal(DeviceState.FAILED, bench.device().state(), "state after a reset with " + fault);
            bench.clearFaults();
        }
        HostileDeviceCases.recovers(bench);
    }

    @ConformanceCase(id = "HO-108", driver = ENA, namedFaults = {"interrupt-repeated", "interrupt-spurious"},
        value = "Interrupts that come twice, or for nothing, wake for nothing at worst.",
        source = "NEEDS-ENA 13; PCI: a message may be repeated",
        ifItFails = "an interrupt is a hint to look, not a packet")
    void interrupts(Bench bench) {
        bench.up(1);
        bench.inject(0, "interrupt-repeated", -1, 0, 0, 0);
        bench.inject(0, "interrupt-spurious", -1, 0, 0, 0);
        for (int i = 0; i < 10; i++) {
            Exchange.bothWays(bench, 10);
            bench.device().setMtu(1000 + i);
        }
        Check.equal(DeviceState.RUNNING, bench.device().state(), "state after interrupts for nothing");
    }

    @ConformanceCase(id = "HO-109", driver = ENA, namedFaults = "update-hints",
        value = "Hints of every size, at start and while running, change limits of time, and neither stop the device "
            + "nor the driver.",
        source = "NEEDS-ENA 15 (7905edcda1): watchdog arithmetic at the edges; [AMZN ena_netdev.c, ena_update_hints]: "
            + "0 is no hint, "
            + "0xffff no limit",
        ifItFails = "multiply in 64 bits, and take 0 and 0xffff for what they mean")
    void hints(Bench bench) {
        bench.pool();
        List<String> values = List.of("0", "1", "100", "5000", "65534", "65535");
        List<String> keys = List.of("hint-mmio-read", "hint-watchdog", "hint-missing-tx", "hint-missed-tx", "hint-admin",
            "hint-netdev", "hint-tx-sgl", "hint-rx-sgl");
        for (int step : Steps.of(bench, values.size() * keys.size())) {
            String key = keys.get(step % keys.size());
            String value = values.get(step / keys.size());
            HostileStepCases.live(bench, key + "=" + value, () -> {
                NetDev device = bench.openVariant(Map.of(key, value, "faults", "update-hints:count=2"));
                bench.pass(500_000_000L);
                return device;
            });
        }
    }

    @ConformanceCase(id = "HO-110", driver = ENA, faults = FaultKind.SILENCE, namedFaults = "keep-alive-silent",
        value = "Each watchdog ends in a reset with a reason of its own, and the reasons are counted.",
        source = "NEEDS-ENA 19, 25, 27; [AMZN ena_regs_defs.h]: reset reasons; [AMZN ena_netdev.c, ena_timer_service]",
        ifItFails = "look at which check came first, and what it raised")
    void reasons(Bench bench) {
        bench.up(1);
        reason(bench, "KEEP_ALIVE_TO", () -> bench.inject(Fault.always(FaultKind.KEEP_ALIVE_SILENCE)));
        reason(bench, "MISS_TX_CMPL", () -> {
            bench.inject(Fault.always(FaultKind.COMPLETION_DROPPED));
            HostileDeviceCases.fill(bench);
        });
        reason(bench, "INV_TX_REQ_ID", () -> {
            bench.inject(Fault.once(FaultKind.COMPLETION_WRONG_ID));
            bench.tx(0).send(Exchange.framesFromDevice(bench, 2, 50));
        });
        reason(bench, "INV_RX_REQ_ID", () -> {
            bench.inject(Fault.once(FaultKind.COMPLETION_WRONG_ID).onReceive());
            bench.far().send(Exchange.framesToDevice(bench, 2, 50));
        });
        reason(bench, "DEVICE_REQUEST", () -> bench.inject(Fault.once(FaultKind.RESET_REQUEST)));
        reason(bench, "ADMIN_TO", () -> {
            bench.inject(Fault.once(FaultKind.ADMIN_LOST));
            Check.refused(RuntimeException.class, "setMtu() that is not answered", () -> bench.device().setMtu(1234));
        });
    }

    @ConformanceCase(id = "HO-111", driver = ENA,
        namedFaults = {"completion-mbz", "rx-double-first", "rx-no-last", "rx-no-first", "rx-too-many-descriptors",
            "rx-bad-offset",
            "rx-zero-length", "completion-bad-phase", "completion-unarmed-id", "rx-stuck", "tx-stuck"},
        value = "Completions that contradict themselves or one another end in a reset for the reason that the "
            + "device's own drivers "
            + "give, or cost the packet alone.",
        source = "NEEDS-ENA 40 (L2.10, D24.11): first, last and phase; NEEDS-ENA 29, 39, 41; [AMZN ena_eth_com.c, "
            + "ena_com_cdesc_rx_pkt_get]",
        ifItFails = "check each descriptor before it is consumed, and the chain before the packet is handed out")
    void contradictions(Bench bench) {
        bench.up(1);
        bench.device().setMtu(9000);
        reason(bench, "TX_DESCRIPTOR_MALFORMED", () -> spoilTransmit(bench, "completion-mbz"));
        reason(bench, "INV_TX_REQ_ID", () -> spoilTransmit(bench, "completion-unarmed-id"));
        reason(bench, "RX_DESCRIPTOR_MALFORMED", () -> spoilReceive(bench, "completion-mbz"));
        reason(bench, "INV_RX_REQ_ID", () -> spoilReceive(bench, "completion-unarmed-id"));
        reason(bench, "RX_DESCRIPTOR_MALFORMED", () -> spoilReceive(bench, "rx-double-first"));
        reason(bench, "RX_DESCRIPTOR_MALFORMED", () -> spoilReceive(bench, "rx-no-last"));
        reason(bench, "TOO_MANY_RX_DESCS", () -> spoilReceive(bench, "rx-too-many-descriptors"));
        for (String fault : List.of("rx-no-first", "rx-bad-offset", "rx-zero-length", "completion-bad-phase", "rx-stuck")) {
            spoilReceive(bench, fault);
            for (int turn = 0; turn < 50; turn++) {
                bench.rx(0).poll();
                bench.idle();
            }
            bench.clearFaults();
            bench.device().reset();
            bench.far().drain();
            Exchange.bothWays(bench, 5);
        }
        reason(bench, "MISS_TX_CMPL", () -> {
            bench.inject(0, "tx-stuck", -1, 0, 1, 0);
            HostileDeviceCases.fill(bench);
        });
        HostileDeviceCases.recovers(bench);
    }

    private static void spoilTransmit(Bench bench, String fault) {
        bench.inject(0, fault, -1, 0, 1, 0);
        bench.tx(0).send(Exchange.framesFromDevice(bench, 3, 60));
    }

    /** Frames of several buffers each, the first of which is spoilt. */
    private static void spoilReceive(Bench bench, String fault) {
        bench.inject(0, fault, -1, 0, 1, 0);
        for (int i = 0; i < 3; i++) {
            bench.far().send(bench.toDevice().udp(i, 1).frameLength(7000 + i, bench.random()).build());
        }
    }

    private static void reason(Bench bench, String reason, Runnable trouble) {
        Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
        trouble.run();
        bench.await("a reset for " + reason, () -> {
            bench.rx(0).poll();
            bench.device().txQueue(0).reclaim(Integer.MAX_VALUE);
            return events.stream()
                .anyMatch(e -> e instanceof DeviceEvent.ResetStarted started && started.reason().contains(reason));
        });
        bench.clearFaults();
        bench.await("the end of the reset for " + reason, () -> bench.device().state() == DeviceState.RUNNING);
        bench.far().drain();
        Exchange.bothWays(bench, 5);
    }
}
