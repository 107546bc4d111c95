package org.netdev4j.conformance.sim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.models.device.FaultSpec;
import org.netdev4j.models.sim.ModelFactory;
import org.netdev4j.platform.bus.DeviceAddress;

/**
 * What the suite's faults are called by a model and by the simulated bus. What a model does not know cannot be injected, and
 * cases that need it are skipped by name.
 */
final class SimFaults {
    static final String SCHEME = "sim";

    // Those of the bus, which every simulated device has.
    private static final List<String> OF_THE_BUS = List.of("surprise-removal", "register-reads-ones", "register-write-lost",
        "dma-read-fault", "dma-write-fault", "dma-write-lost", "interrupt-lost", "interrupt-repeated");
    private static final String FAULTS = "faults";
    private static final long LATE_NANOS = 20_000_000;
    private static final long SLOW_NANOS = 50_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Set<String> names;

    private SimFaults(Set<String> names) {
        this.names = names;
    }

    /** The faults of the model that an address names; only the bus's if there is no such model. */
    static SimFaults of(DeviceAddress address) {
        Set<String> names = new TreeSet<>(OF_THE_BUS);
        ServiceLoader.load(ModelFactory.class).stream().map(ServiceLoader.Provider::get)
            .filter(model -> model.name().equals(address.locator()))
            .forEach(model -> model.faults().stream().map(FaultSpec::name).forEach(names::add));
        return new SimFaults(names);
    }

    /** Those of a model elsewhere, with its bus's. */
    static SimFaults of(Collection<String> names) {
        return new SimFaults(new TreeSet<>(names));
    }

    /** Names of faults as the model and the bus have them. */
    Set<String> names() {
        return new HashSet<>(names);
    }

    /** Kinds of faults that the model, the bus or the cable can have. */
    Set<FaultKind> kinds() {
        Set<FaultKind> kinds = EnumSet.of(FaultKind.SURPRISE_REMOVAL, FaultKind.LINK_FLAP);
        for (FaultKind kind : FaultKind.values()) {
            String name = name(Fault.once(kind));
            if (!name.isEmpty() && names.contains(name)) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    private static String name(Fault fault) {
        return switch (fault.kind()) {
            case COMPLETION_DROPPED -> "completion-dropped";
            case COMPLETION_LATE -> "completion-late";
            case COMPLETION_DUPLICATED -> "completion-repeated";
            case COMPLETION_REORDERED -> "completion-reordered";
            case COMPLETION_WRONG_ID -> fault.value() < 0 ? "completion-unarmed-id" : "completion-bad-id";
            case ADMIN_REFUSED -> "admin-refused";
            case ADMIN_LOST -> "admin-lost";
            case ADMIN_SLOW -> "admin-slow";
            case INTERRUPT_LOST -> "interrupt-lost";
            case KEEP_ALIVE_SILENCE -> "keep-alive-silent";
            case RESET_REQUEST -> "request-reset";
            case SILENCE -> "silence";
            case PF_RESET -> "pf-reset";
            case MAILBOX_LOSS -> "mailbox-loss";
            case SURPRISE_REMOVAL -> "surprise-removal";
            case CORRUPT_LENGTH -> "rx-bad-length";
            case DMA_FAULT -> fault.receive() ? "dma-write-fault" : "dma-read-fault";
            case LINK_FLAP -> "";
        };
    }

    /**
     * A fault as the model's plan reads it.
     *
     * @param place what the fault's queue is for the model, -1 for everywhere
     */
    static String text(Fault fault, int place) {
        String value = switch (fault.kind()) {
            case COMPLETION_LATE -> ":value=" + LATE_NANOS;
            case COMPLETION_WRONG_ID -> fault.value() < 0 ? "" : ":value=" + fault.value();
            case ADMIN_SLOW -> ":value=" + (fault.value() == 0 ? SLOW_NANOS : fault.value() * NANOS_PER_MILLI);
            case CORRUPT_LENGTH -> ":value=" + fault.value();
            default -> "";
        };
        int skip = switch (fault.kind()) {
            case ADMIN_REFUSED, ADMIN_LOST, MAILBOX_LOSS -> fault.value();
            default -> fault.after();
        };
        String at = switch (fault.kind()) {
            case SURPRISE_REMOVAL -> "@register";
            case DMA_FAULT -> "@payload";
            default -> place < 0 ? "" : "@" + place;
        };
        return written(name(fault) + at, skip, fault.count(), value);
    }

    /** Adds faults from power on to the keys of a model's address; those of the link are not the model's. */
    static void add(Map<String, String> keys, List<Fault> faults) {
        List<String> texts = new ArrayList<>();
        if (keys.containsKey(FAULTS)) {
            texts.add(keys.get(FAULTS));
        }
        faults.stream().filter(fault -> fault.kind() != FaultKind.LINK_FLAP).forEach(fault -> texts.add(text(fault, -1)));
        if (!texts.isEmpty()) {
            keys.put(FAULTS, String.join("+", texts));
        }
    }

    /** Who knows what a model calls a queue. */
    interface Places {
        /** The place of a queue's faults, or -1. */
        int of(boolean receive, int queue);
    }

    /** What the model calls the place of a fault: a submission queue, a vector. */
    static int place(Fault fault, Places queues) {
        return switch (fault.kind()) {
            case COMPLETION_DROPPED, COMPLETION_LATE, COMPLETION_DUPLICATED, COMPLETION_REORDERED, COMPLETION_WRONG_ID,
                CORRUPT_LENGTH -> queues.of(fault.receive(), fault.queue());
            // The first vector is for management, the others for pairs of queues, on every device that there is a model of.
            case INTERRUPT_LOST -> 1 + fault.queue();
            default -> -1;
        };
    }

    /** A fault by the model's own name, as its plan reads it. */
    static String text(String name, int place, int skip, int count, long value) {
        return written(name + (place < 0 ? "" : "@" + place), skip, count, value == 0 ? "" : ":value=" + value);
    }

    private static String written(String nameAndPlace, int skip, int count, String value) {
        return nameAndPlace + (skip > 0 ? ":skip=" + skip : "") + (count > 0 ? ":count=" + count : "") + value;
    }
}
