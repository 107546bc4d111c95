package org.netdev4j.conformance;

import java.util.List;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.Timers;
import org.netdev4j.platform.wire.BackToBack;

/** Link flaps of a cable, for rigs that hold one end of it. */
public final class CableFlaps implements AutoCloseable {
    private static final long PERIOD_NANOS = 130_000;

    private final BackToBack cable;
    private final Platform platform;
    private Timers.Task task;
    private boolean up = true;

    /** For a cable; nothing flaps yet. */
    public CableFlaps(BackToBack cable, Platform platform) {
        this.cable = cable;
        this.platform = platform;
    }

    /** Those of some faults that are link flaps, from power on. */
    public void start(List<Fault> faults) {
        faults.stream().filter(fault -> fault.kind() == FaultKind.LINK_FLAP).forEach(this::inject);
    }

    /** The link goes down or up; or, if the fault is for always, down and up for ever. */
    public void inject(Fault fault) {
        close();
        up = fault.value() != 0;
        cable.setLink(up);
        if (fault.count() == 0) {
            task = platform.timers().every("flapping link", PERIOD_NANOS, () -> {
                up = !up;
                cable.setLink(up);
            });
        }
    }

    /** The link stays as it is. */
    @Override
    public void close() {
        if (task != null) {
            task.cancel();
            task = null;
        }
    }
}
