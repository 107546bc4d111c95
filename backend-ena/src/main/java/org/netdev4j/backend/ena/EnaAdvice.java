package org.netdev4j.backend.ena;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.netdev4j.backend.ena.spec.EnaPci;

/** What costs performance, or says that something is wrong, for people. */
final class EnaAdvice {
    private static final double FEW_PACKETS = 1.5;

    private EnaAdvice() {
    }

    static List<String> of(EnaDevice device, QueueReport report, List<TxQueueWatch> watches) {
        List<String> advice = new ArrayList<>();
        LlqChooser llq = device.features().llq();
        if (!llq.remark().isEmpty()) {
            advice.add("low-latency queues are off: " + llq.remark() + "; descriptors go through host memory");
        }
        if (llq.plan().isPresent() && !device.function().writeCombines(EnaPci.BAR_LLQ)) {
            advice.add("write combining is off for the device's memory: each packet costs many small writes");
        }
        device.statistics().allowances().forEach((name, count) -> {
            if (count > 0) {
                advice.add(count + " packets were queued or dropped at an allowance of the instance (" + name
                    + "): it needs a larger instance or less traffic");
            }
        });
        if (report.emptyRings() > 0) {
            advice.add("a receive ring was found without buffers " + report.emptyRings()
                + " times: free buffers sooner, or give the queue a larger pool");
        }
        int unpolled = watches.stream().mapToInt(TxQueueWatch::unpolled).sum();
        if (unpolled > 0) {
            advice.add(unpolled + " packets were sent long ago and their buffers not taken back: call reclaim() on idle"
                + " transmit queues");
        }
        double perDoorbell = report.packetsPerDoorbell();
        if (perDoorbell > 0 && perDoorbell < FEW_PACKETS) {
            advice.add(String.format(Locale.ROOT, "%.1f packets for a doorbell: transmit in larger bursts", perDoorbell));
        }
        device.events().remarks().forEach(code -> advice.add("the device finds the configuration wanting, code " + code
            + " (AWS documents the codes with its Linux driver)"));
        return advice;
    }
}
