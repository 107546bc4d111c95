package snippets;

import java.util.function.BooleanSupplier;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.RxQueue;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;

/** Waits for packets without losing a wake-up. */
final class Interrupts {
    private Interrupts() {
    }

    static long count(RxQueue rx, Clock clock, BooleanSupplier running) {
        long packets = 0;
        NetBuf[] burst = new NetBuf[32];
        while (running.getAsBoolean()) {
            int status = rx.receive(burst, 0, burst.length);
            int count = BurstStatus.count(status);
            packets += count;
            NetBufPool.free(burst, 0, count);
            if (count == 0 && !BurstStatus.more(status) && !rx.armInterrupt()) {
                rx.awaitInterrupt(Deadline.afterMillis(clock, 1000));
            }
        }
        return packets;
    }
}
