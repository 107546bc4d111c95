package org.netdev4j.models.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What a packet costs in the control side of the model: a look at a flag. */
class EnaAllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 100_000;

    @Test
    void doorbellsAndSteps_allocateNothing() {
        try (HandDriver driver = new HandDriver("").up()) {
            driver.openEvents(0xff);
            driver.clock.advance(10 * HandDriver.MILLI);
            driver.device.exclusively(() -> {
                ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                turns(driver.model, WARM_UP);
                long before = threads.getCurrentThreadAllocatedBytes();
                turns(driver.model, MEASURED);
                assertEquals(0, (threads.getCurrentThreadAllocatedBytes() - before) / MEASURED);
            });
        }
    }

    private static void turns(EnaModel model, int count) {
        for (int i = 0; i < count; i++) {
            model.writeBar(0, 0x1000 + 4 * (i & 0xff), 4, i);
            model.writeBar(0, 0x2000 + 4 * (i & 0xff), 4, 1 << 30);
            model.writeBar(2, 8L * (i & 0xff), 8, i);
            model.step();
            model.nextDueNanos();
        }
    }
}
