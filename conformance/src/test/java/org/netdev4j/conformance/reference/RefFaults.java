package org.netdev4j.conformance.reference;

import java.util.ArrayList;
import java.util.List;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;

/** Faults that wait to happen. Guarded by the device. */
final class RefFaults {
    private final List<Fault> waiting = new ArrayList<>();

    synchronized void add(Fault fault) {
        waiting.add(fault);
    }

    /** A reset ends all faults but those of commands, which may hit the reset itself, and silence. */
    synchronized void clear() {
        waiting.removeIf(fault -> !fault.kind().name().startsWith("ADMIN") && fault.kind() != FaultKind.MAILBOX_LOSS
            && fault.kind() != FaultKind.SILENCE);
    }

    /** Takes back everything that has not happened. */
    synchronized void clearAll() {
        waiting.clear();
    }

    /** True if a fault of this kind is waiting; it stays. */
    synchronized boolean has(FaultKind kind) {
        // The hot path asks: no stream, which would be garbage.
        for (int i = 0; i < waiting.size(); i++) {
            if (waiting.get(i).kind() == kind) {
                return true;
            }
        }
        return false;
    }

    /** The fault of this kind that happens now, or null. */
    synchronized Fault take(FaultKind kind, boolean receive, int queue) {
        for (int i = 0; i < waiting.size(); i++) {
            Fault fault = waiting.get(i);
            if (fault.kind() == kind && fault.receive() == receive && fault.queue() == queue) {
                if (fault.count() == 1) {
                    waiting.remove(i);
                } else if (fault.count() > 1) {
                    waiting.set(i, fault.times(fault.count() - 1));
                }
                return fault;
            }
        }
        return null;
    }

    /** The fault that hits this control command, or null: those that let some succeed first count down. */
    synchronized Fault takeCommand(FaultKind kind) {
        for (int i = 0; i < waiting.size(); i++) {
            Fault fault = waiting.get(i);
            if (fault.kind() == kind) {
                if (fault.value() > 0 && kind != FaultKind.ADMIN_SLOW) {
                    waiting.set(i, fault.withValue(fault.value() - 1));
                    return null;
                }
                return take(kind, fault.receive(), fault.queue());
            }
        }
        return null;
    }
}
