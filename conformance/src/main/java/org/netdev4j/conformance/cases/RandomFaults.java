package org.netdev4j.conformance.cases;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceFaultException;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.DeviceStateException;
import org.netdev4j.api.NetDev;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.platform.RandomSource;

/** Faults in the middle of a random run: whatever the device did, a reset brings exact traffic back. */
final class RandomFaults {
    private static final Set<FaultKind> ON_QUEUES = EnumSet.of(FaultKind.COMPLETION_DROPPED, FaultKind.COMPLETION_LATE,
        FaultKind.COMPLETION_DUPLICATED, FaultKind.COMPLETION_REORDERED, FaultKind.COMPLETION_WRONG_ID,
        FaultKind.CORRUPT_LENGTH, FaultKind.DMA_FAULT, FaultKind.INTERRUPT_LOST);
    private static final Set<FaultKind> FALSE_COMPLETIONS = EnumSet.of(FaultKind.COMPLETION_DUPLICATED,
        FaultKind.COMPLETION_WRONG_ID);
    private static final Set<FaultKind> ON_COMMANDS = EnumSet.of(FaultKind.ADMIN_REFUSED, FaultKind.ADMIN_LOST,
        FaultKind.ADMIN_SLOW, FaultKind.MAILBOX_LOSS);
    private static final Set<FaultKind> OF_THE_DEVICE = EnumSet.of(FaultKind.KEEP_ALIVE_SILENCE, FaultKind.PF_RESET,
        FaultKind.RESET_REQUEST);
    private static final int[] LENGTHS = {0, 1, 59, 2048, 9000, 60_000, 65_535};
    private static final int TRIES = 4;
    private static final long LONG_ENOUGH = 8_000_000_000L;

    private RandomFaults() {
    }

    /** Faults of which this device has one at least. */
    static boolean any(Bench bench) {
        return !offered(bench).isEmpty() && bench.info().has(Capability.RESET);
    }

    private static List<FaultKind> offered(Bench bench) {
        return bench.faults().stream()
            .filter(kind -> ON_QUEUES.contains(kind) || ON_COMMANDS.contains(kind) || OF_THE_DEVICE.contains(kind))
            .toList();
    }

    /** One or two faults, traffic and control calls on top of them, and a reset after which all is as it should be. */
    static void strike(Bench bench, RandomRun run, Ledger ledger) {
        RandomSource random = bench.random();
        boolean commands = false;
        boolean buffers = false;
        for (int i = 0; i <= random.nextInt(2); i++) {
            Fault fault = choose(bench, run.pairs());
            buffers |= FALSE_COMPLETIONS.contains(fault.kind());
            commands |= ON_COMMANDS.contains(fault.kind());
            run.note(fault.kind() + (fault.receive() ? " rx" : " tx") + " queue " + fault.queue() + " value "
                + fault.value() + " times " + fault.count());
            ledger.tolerant(true, buffers);
            bench.inject(fault);
        }
        for (int i = 0; i < 2 + random.nextInt(6); i++) {
            run.transmit();
            run.send();
            ledger.look(run.pairs());
            bench.idle();
        }
        if (commands) {
            control(bench, run);
        }
        if (bench.device().state() == DeviceState.CONFIGURED) {
            recover(bench, run, ledger);
            return;
        }
        // Sometimes long enough for watchdogs.
        bench.pass(random.nextInt(8) == 0 && bench.platform().isVirtual() ? LONG_ENOUGH : random.nextInt(3_000_000));
        ledger.look(run.pairs());
        recover(bench, run, ledger);
    }

    private static Fault choose(Bench bench, int pairs) {
        RandomSource random = bench.random();
        List<FaultKind> kinds = offered(bench);
        FaultKind kind = kinds.get(random.nextInt(kinds.size()));
        Fault fault = Fault.once(kind).onQueue(random.nextInt(pairs));
        if (ON_QUEUES.contains(kind) && random.nextInt(2) == 0) {
            fault = fault.onReceive();
        }
        if (kind == FaultKind.COMPLETION_WRONG_ID) {
            fault = fault.withValue(random.nextInt(3) == 0 ? -1 : random.nextInt(3000));
        } else if (kind == FaultKind.CORRUPT_LENGTH) {
            fault = fault.onReceive().withValue(LENGTHS[random.nextInt(LENGTHS.length)]);
        } else if (kind == FaultKind.INTERRUPT_LOST) {
            fault = fault.onReceive();
        }
        boolean lasts = kind == FaultKind.KEEP_ALIVE_SILENCE;
        return lasts ? fault.times(0) : fault.times(1 + random.nextInt(3));
    }

    /** Calls that the device may refuse, or never answer. */
    private static void control(Bench bench, RandomRun run) {
        NetDev device = bench.device();
        try {
            run.note("control calls under a fault");
            switch (bench.random().nextInt(3)) {
                case 0 -> device.reset();
                case 1 -> {
                    device.stop();
                    device.start();
                }
                default -> {
                    if (bench.info().has(Capability.MTU_UPDATE)) {
                        device.setMtu(device.mtu() - 1);
                    }
                }
            }
        } catch (DeviceFaultException | DeviceStateException e) {
            Check.that(e.getMessage() != null && !e.getMessage().isBlank(), "an error without a message: " + e);
        }
    }

    private static void recover(Bench bench, RandomRun run, Ledger ledger) {
        NetDev device = bench.device();
        bench.clearFaults();
        ledger.mayBeLost();
        run.note("recover");
        for (int i = 0; i < TRIES; i++) {
            try {
                device.reset();
                break;
            } catch (DeviceFaultException e) {
                Check.that(i < TRIES - 1, "reset() without faults is refused again and again: " + e.getMessage());
            }
        }
        if (device.state() == DeviceState.CONFIGURED) {
            device.start();
        }
        Check.equal(DeviceState.RUNNING, device.state(), "state after the faults and a reset");
        ledger.flush(run.pairs());
        ledger.tolerant(false, false);
        ledger.settle(run.pairs(), run.pairs());
    }
}
