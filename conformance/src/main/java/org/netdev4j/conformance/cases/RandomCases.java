package org.netdev4j.conformance.cases;

import org.netdev4j.api.Capability;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;

/** Random runs: another one with each seed. */
final class RandomCases {
    private static final int OPERATIONS = 40;

    @ConformanceCase(id = "RN-001",
        value = "Whatever the order of operations, every frame arrives once and as it was, and every buffer has one owner.",
        source = "NEEDS-ENA 18, 21, 22, 28; contract NetDev, RxQueue, TxQueue: ownership is exact; smoltcp: fuzzing of "
            + "its devices",
        ifItFails = "run it again with its seed, and read the last operations backwards")
    void withoutFaults(Bench bench) {
        new RandomRun(bench).run(OPERATIONS, false);
    }

    @ConformanceCase(id = "RN-002",
        value = "Whatever goes wrong with the device in between, a reset brings exact traffic back and nothing is lost but "
            + "packets.",
        needs = Capability.RESET,
        source = "NEEDS-ENA 3, 19, 22, 27, 29, 38, 39; contract NetDev.reset(); architecture: a fault that the device "
            + "causes never reaches memory out of bounds, never hangs",
        ifItFails = "run it again with its seed; the last operations name the fault, the trace says what the device saw")
    void withFaults(Bench bench) {
        Check.require(RandomFaults.any(bench), "needs a rig that injects faults into traffic or commands");
        new RandomRun(bench).run(OPERATIONS, true);
    }

    @ConformanceCase(id = "RN-003",
        value = "Gone at any moment of a random run, the device leaves nothing behind.",
        faults = FaultKind.SURPRISE_REMOVAL,
        source = "NEEDS-ENA 25: surprise removal; contract DeviceEvent.DeviceGone",
        ifItFails = "whoever waits for the device must notice that it is gone; and buffers in rings are still the driver's")
    void removal(Bench bench) {
        RandomRun run = new RandomRun(bench);
        run.untilGone(1 + bench.random().nextInt(OPERATIONS), Fault.always(FaultKind.SURPRISE_REMOVAL));
    }
}
