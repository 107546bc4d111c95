package org.netdev4j.models.sim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.models.device.FaultSpec;

/** Faults that the bus makes, whatever the model. */
final class BusFaults {
    static final String SURPRISE_REMOVAL = "surprise-removal";
    static final String REGISTER_READS_ONES = "register-reads-ones";
    static final String REGISTER_WRITE_LOST = "register-write-lost";
    static final String DMA_READ_FAULT = "dma-read-fault";
    static final String DMA_WRITE_FAULT = "dma-write-fault";
    static final String DMA_WRITE_LOST = "dma-write-lost";
    static final String INTERRUPT_LOST = "interrupt-lost";
    static final String INTERRUPT_REPEATED = "interrupt-repeated";

    /** Places of {@link #SURPRISE_REMOVAL}. */
    static final int AT_REGISTER = 0;
    static final int AT_TURN = 1;

    private BusFaults() {
    }

    /** These and those of a model. */
    static List<FaultSpec> and(List<FaultSpec> model) {
        return Stream.concat(specs().stream(), model.stream()).toList();
    }

    static List<FaultSpec> specs() {
        Map<String, Integer> kinds = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            kinds.put(kind.name().toLowerCase(Locale.ROOT), kind.ordinal());
        }
        return List.of(
            FaultSpec.of(SURPRISE_REMOVAL, "the device is pulled out at a register access or at a turn of its own thread")
                .at("moment", Map.of("register", AT_REGISTER, "turn", AT_TURN)),
            FaultSpec.of(REGISTER_READS_ONES, "a register read brings all ones and does not reach the device").at("BAR"),
            FaultSpec.of(REGISTER_WRITE_LOST, "a register write does not reach the device").at("BAR"),
            FaultSpec.of(DMA_READ_FAULT, "a DMA read fails as if its address were not mapped").at("kind", kinds),
            FaultSpec.of(DMA_WRITE_FAULT, "a DMA write fails as if its address were not mapped").at("kind", kinds),
            FaultSpec.of(DMA_WRITE_LOST, "a DMA write moves nothing, and the device does not notice").at("kind", kinds),
            FaultSpec.of(INTERRUPT_LOST, "an interrupt is not delivered").at("vector"),
            FaultSpec.of(INTERRUPT_REPEATED, "an interrupt is delivered twice").at("vector"));
    }
}
