package org.netdev4j.cli.app;

import java.util.List;
import org.netdev4j.api.NetBuf;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.platform.Deadline;

/**
 * A worker that lives on what its receive queues give. It is done when the wires of all of them have ended, or its time is over.
 */
abstract class ReceivingWorker implements Worker {
    private final String name;
    private final int cpu;
    private final Receiver[] receivers;
    private final NetBuf[] packets;
    private final TimeLimit limit;
    private final boolean interrupts;

    /**
     * A worker.
     *
     * @param app       for the name of its thread
     * @param device    whose configuration names its CPU
     * @param index     which of the application's workers it is
     * @param receivers its queues; if they are to be awaited, all signal the same event
     */
    ReceivingWorker(String app, OpenDevice device, int index, List<Receiver> receivers, int burst, TimeLimit limit) {
        this.name = "netdev-" + app + "-" + device.name() + "-" + index;
        List<Integer> cpus = device.spec().find(Keys.CPUS).orElse(List.of());
        this.cpu = index < cpus.size() ? cpus.get(index) : -1;
        this.receivers = receivers.toArray(Receiver[]::new);
        this.packets = new NetBuf[burst];
        this.limit = limit;
        this.interrupts = receivers.stream().allMatch(Receiver::interrupts);
    }

    /** Takes over packets just received. */
    abstract void handle(Receiver from, NetBuf[] burst, int count);

    /** Called when no queue had anything. */
    abstract void idle();

    /** Most packets to take at once; 0 if the worker wants no more. */
    int appetite() {
        return packets.length;
    }

    @Override
    public final int turn() {
        int total = 0;
        boolean ended = true;
        for (Receiver receiver : receivers) {
            int most = appetite();
            if (most == 0) {
                return DONE;
            }
            int count = receiver.receive(packets, most);
            if (count > 0) {
                handle(receiver, packets, count);
                total += count;
            }
            ended &= receiver.ended();
        }
        if (total == 0) {
            idle();
        }
        return (ended && total == 0) || limit.over() ? DONE : total;
    }

    @Override
    public final boolean interrupts() {
        return interrupts;
    }

    @Override
    public final void await(Deadline deadline) {
        for (Receiver receiver : receivers) {
            if (receiver.arm()) {
                return;
            }
        }
        receivers[0].await(deadline);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int cpu() {
        return cpu;
    }
}
