package org.netdev4j.conformance.cases;

import java.util.List;
import java.util.Queue;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.DeviceFaultException;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.DeviceStateException;
import org.netdev4j.api.NetDev;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.Steps;

/**
 * Hostile device: control commands that are refused, lost or slow, and devices that fall silent or are reset by others.
 */
final class HostileControlCases {
    private static final int MOST_COMMANDS = 60;

    /** Brings up fresh devices, each with the fault at a later command, until the fault comes too late to matter. */
    private static void atEachStep(Bench bench, FaultKind kind, String what) {
        // The case's pool is not a device's.
        bench.pool();
        int before = bench.platform().dma().live().size();
        int most = MOST_COMMANDS;
        for (int step : Steps.of(bench, MOST_COMMANDS)) {
            if (step >= most) {
                continue;
            }
            NetDev device = bench.openAnother();
            bench.inject(bench.devices() - 1, Fault.once(kind).withValue(step));
            boolean up = cameUp(bench, device, what + " " + step);
            bench.closeLast();
            Check.equal(0, bench.pool().inUse(), "buffers in use after close(), with " + what + " " + step);
            Check.equal(before, bench.platform().dma().live().size(), "regions of DMA memory after close(), with "
                + what + " " + step);
            if (up) {
                Check.that(step > 0, "the fault never came: " + what + " 0 had no effect");
                most = step;
            }
        }
    }

    private static boolean cameUp(Bench bench, NetDev device, String what) {
        try {
            bench.configure(device, DeviceConfig.queues(1), bench.pool());
            device.start();
            return device.state() == DeviceState.RUNNING;
        } catch (DeviceFaultException e) {
            Check.that(device.state() != DeviceState.RUNNING, "the device is RUNNING although its way up failed with "
                + what);
            return false;
        }
    }

    @ConformanceCase(id = "HO-030",
        value = "Whichever command of the way up is refused, it ends in an error by name, and close() frees "
            + "everything.",
        faults = FaultKind.ADMIN_REFUSED,
        source = "NEEDS-ENA 23: fault at every step of initialisation; ENA fix D26e5543dc8: queues not destroyed "
            + "when start fails half-way; NEEDS-ENA 6",
        ifItFails = "look at what the failing step had made before it failed")
    void refusedAtEachStep(Bench bench) {
        atEachStep(bench, FaultKind.ADMIN_REFUSED, "a refusal of command");
    }

    @ConformanceCase(id = "HO-031",
        value = "Whichever command of the way up is never answered, it ends in an error within bounds, and "
            + "close() frees everything.",
        faults = FaultKind.ADMIN_LOST,
        source = "NEEDS-ENA 3: time-out of admin commands; [amzn-drivers ena_com.c]: an admin queue is closed after "
            + "a time-out; DPDK ena D21.05",
        ifItFails = "every wait has a deadline; after one has passed the device is asked nothing more until it is "
            + "reset")
    void lostAtEachStep(Bench bench) {
        atEachStep(bench, FaultKind.ADMIN_LOST, "a loss of command");
    }

    @ConformanceCase(id = "HO-032",
        value = "A slow answer is waited for.",
        faults = FaultKind.ADMIN_SLOW,
        source = "NEEDS-ENA 5; "
            + "ENA fix L1.2.0: \"uncompleted polling admin command\" false alarm; D 4b378679c8: back-off",
        ifItFails = "look at the limit of time and its unit: ENA's are in 100 ms")
    void slow(Bench bench) {
        bench.inject(Fault.once(FaultKind.ADMIN_SLOW));
        bench.up(1);
        Exchange.bothWays(bench, 5);
        if (bench.info().has(Capability.MTU_UPDATE)) {
            bench.inject(Fault.once(FaultKind.ADMIN_SLOW));
            int mtu = Math.max(bench.info().minMtu(), 1000);
            bench.device().setMtu(mtu);
            Check.equal(mtu, bench.device().mtu(), "MTU after a slow answer");
        }
        Exchange.bothWays(bench, 5);
    }

    @ConformanceCase(id = "HO-033",
        value = "A setting that the device refuses is not in effect, and the device goes on as before.",
        needs = Capability.MTU_UPDATE,
        faults = FaultKind.ADMIN_REFUSED,
        source = "selftests rss_drv.py: a failed change leaves everything untouched; DPDK ixgbevf c77866a169: the "
            + "PF may refuse the MTU; contract DeviceOps.apply()",
        ifItFails = "on a throw the driver keeps what was before, in the device and in itself")
    void settingRefused(Bench bench) {
        bench.up(1);
        int before = bench.device().mtu();
        bench.inject(Fault.once(FaultKind.ADMIN_REFUSED));
        Check.refused(DeviceFaultException.class, "setMtu() that the device refuses", () -> bench.device()
            .setMtu(Math.max(bench.info().minMtu(), 900)));
        Check.equal(before, bench.device().mtu(), "MTU after the device refused another");
        Check.equal(DeviceState.RUNNING, bench.device().state(), "state after a setting was refused");
        Exchange.receive(bench, List.of(bench.toDevice().frameLength(before + 14, bench.random()).build()));
        Exchange.bothWays(bench, 5);
    }

    @ConformanceCase(id = "HO-034",
        value = "A reset that fails leaves the device FAILED, and a second one brings it back.",
        needs = Capability.RESET,
        faults = FaultKind.ADMIN_REFUSED,
        source = "DPDK ixgbevf 7c6e6aef87: reset failure ignored; contract NetDev.reset(); ENA fix L2.6",
        ifItFails = "reset() must be possible after a reset that stopped half-way")
    void resetFails(Bench bench) {
        bench.up(1);
        int failed = 0;
        for (int command = 0; command < 12; command++) {
            bench.inject(Fault.once(FaultKind.ADMIN_REFUSED).withValue(command));
            try {
                bench.device().reset();
                // Not every command matters: what a driver only tells about itself may be refused.
                Check.equal(DeviceState.RUNNING, bench.device().state(), "state after a reset of which command " + command
                    + " was refused");
            } catch (DeviceFaultException e) {
                failed++;
                Check.equal(DeviceState.FAILED, bench.device().state(), "state after a reset that failed");
                Check.equal(0, bench.rx(0).poll().size(), "packets received from a device that is FAILED");
                bench.clearFaults();
                bench.device().reset();
            }
            bench.clearFaults();
            Check.equal(DeviceState.RUNNING, bench.device().state(), "state after a reset without faults");
        }
        Check.that(failed > 0, "no reset failed although the device refused one of its commands each time");
        HostileDeviceCases.recovers(bench);
    }

    private static void silence(Bench bench, FaultKind kind, String what) {
        bench.up(1);
        Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
        bench.inject(Fault.always(kind));
        HostileDeviceCases.awaitTrouble(bench, events, what);
        HostileDeviceCases.recovers(bench);
    }

    @ConformanceCase(id = "HO-035",
        value = "A device that falls silent is noticed, and a reset brings it back.",
        faults = FaultKind.KEEP_ALIVE_SILENCE,
        source = "NEEDS-ENA 16: keep-alive time not initialised, continuous resets; [amzn-drivers ena_netdev.c, "
            + "check_for_missing_keep_alive]; ENA reset reason 1",
        ifItFails = "look at the watchdog's timer, its limit and whether it starts anew after a reset")
    void keepAlive(Bench bench) {
        silence(bench, FaultKind.KEEP_ALIVE_SILENCE, "keep-alive has fallen silent");
    }

    @ConformanceCase(id = "HO-036",
        value = "A reset of the physical function is noticed, and a reset of the device brings it back.",
        faults = FaultKind.PF_RESET,
        source = "[DTS vf_pf_reset]: PF reset triggers VF reset; DPDK ixgbevf 64e714f838: VF reset takes longer "
            + "than expected",
        ifItFails = "look at the bit by which the PF says that it was reset")
    void pfReset(Bench bench) {
        silence(bench, FaultKind.PF_RESET, "the physical function was reset");
    }

    @ConformanceCase(id = "HO-037",
        value = "A mailbox message that is lost ends in success by another try or in an error, within bounds.",
        faults = FaultKind.MAILBOX_LOSS,
        source = "DPDK ixgbevf 6810c63926, 1f119e4e3c: replies stolen or waited for in vain; [DPDK ixgbe_mbx.c]",
        ifItFails = "look at who reads the mailbox, and for how long a reply is waited for")
    void mailboxLoss(Bench bench) {
        bench.up(1);
        bench.inject(Fault.once(FaultKind.MAILBOX_LOSS));
        int wanted = Math.max(bench.info().minMtu(), 1200);
        try {
            bench.device().setMtu(wanted);
            Check.equal(wanted, bench.device().mtu(), "MTU after a message was lost and the change succeeded");
        } catch (DeviceFaultException e) {
            Check.that(!e.getMessage().isBlank(), "the error has no message");
        }
        HostileDeviceCases.recovers(bench);
    }

    @ConformanceCase(id = "HO-038",
        value = "A device that has FAILED answers getters, refuses changes, and closes.",
        faults = FaultKind.COMPLETION_WRONG_ID,
        source = "contract DeviceState.FAILED; [DPDK ena_ethdev.c]: the data path returns 0 when a reset is due",
        ifItFails = "getters must not ask a device that is broken")
    void failedDevice(Bench bench) {
        bench.up(1);
        Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
        bench.inject(Fault.once(FaultKind.COMPLETION_WRONG_ID));
        bench.tx(0).send(Exchange.framesFromDevice(bench, 3, 50));
        HostileDeviceCases.awaitTrouble(bench, events, "a completion names a wrong id");
        Check.require(bench.device().state() == DeviceState.FAILED
            && events.stream().anyMatch(event -> event instanceof DeviceEvent.Failed),
            "needs a driver that goes to FAILED for a wrong id, and stays there; this one is reset, or asks for it");
        bench.device().statistics();
        bench.device().extendedStatistics();
        bench.device().link();
        bench.device().mtu();
        Check.refused(DeviceStateException.class, "setMtu() in FAILED", () -> bench.device()
            .setMtu(bench.device().mtu()));
        Check.refused(DeviceStateException.class, "start() in FAILED", bench.device()::start);
        bench.device().close();
        Check.equal(0, bench.pool().inUse(), "buffers in use after close() of a device that had FAILED");
    }
}
