package snippets;

import java.util.function.BooleanSupplier;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.TxQueue;

/** Sends back what it receives. */
final class TenLines {
    private TenLines() {
    }

    static void reflect(String address, BooleanSupplier running) {
        try (NetDev dev = NetDevs.open(address)) {
            dev.configure(DeviceConfig.queues(1));
            dev.start();
            RxQueue rx = dev.rxQueue(0);
            TxQueue tx = dev.txQueue(0);
            NetBuf[] burst = new NetBuf[32];
            while (running.getAsBoolean()) {
                int received = BurstStatus.count(rx.receive(burst, 0, burst.length));
                int sent = BurstStatus.count(tx.transmit(burst, 0, received));
                NetBufPool.free(burst, sent, received - sent);
            }
        }
    }
}
