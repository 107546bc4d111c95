package org.netdev4j.models.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;

class EnaSmokeTest {
    @Test
    void open() throws Exception {
        long t0 = System.nanoTime();
        try (NetDev dev = NetDevs.open("sim:ena,seed=1")) {
            System.out.println("open " + (System.nanoTime() - t0) / 1000);
            System.out.println(dev.info());
            dev.configure(DeviceConfig.queues(2));
            dev.start();
            System.out.println("start " + (System.nanoTime() - t0) / 1000);
            Thread.sleep(200);
            System.out.println(dev.link());
            System.out.println(dev.extendedStatistics());
            System.out.println(dev.advice());
            dev.reset();
            System.out.println(dev.state());
            Thread.sleep(1500);
            System.out.println(dev.extendedStatistics());
            dev.stop();
        }
    }
}
