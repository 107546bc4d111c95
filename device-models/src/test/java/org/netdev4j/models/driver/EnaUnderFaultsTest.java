package org.netdev4j.models.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevError;
import org.netdev4j.api.NetDevs;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.models.device.FaultSpec;
import org.netdev4j.models.ena.EnaModelFactory;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.VirtualClock;

/**
 * The ENA driver on its model, with each fault that the model has, often and seldom: whatever happens is one of the
 * errors that users are told of, time ends, and all buffers and memory come back.
 */
@DisplayName("bug groups 1 to 26: whatever goes wrong, nothing hangs and nothing leaks")
class EnaUnderFaultsTest {
    private static final long STEP_NANOS = 200_000_000L;
    private static final int STEPS = 60;
    private static final int BURST = 8;

    private final List<String> leaks = new ArrayList<>();
    private final NetBuf[] burst = new NetBuf[32];

    @ParameterizedTest
    @ValueSource(strings = {":count=1", ":skip=3:count=1", ":skip=20:count=2", ":p=3%", ":p=30%", ""})
    void driver_survives_everyFault(String often) {
        for (FaultSpec fault : new EnaModelFactory().faults()) {
            run("sim:ena,seed=5,queues=2,faults=" + fault.name() + often, 5);
        }
    }

    private void run(String address, long seed) {
        Platform platform = Platform.builder().virtualClock(new VirtualClock()).random(RandomSource.seeded(seed))
            .onLeak((owner, memory) -> leaks.add(owner + ": " + memory.name())).build();
        NetBufPool pool = NetBufPool.builder(platform, "packets").count(4096).dataRoom(2048).build();
        try (NetDev dev = NetDevs.at(address).platform(platform).open()) {
            use(dev, pool, platform);
        } catch (RuntimeException e) {
            requireForUsers(address, e);
        }
        assertEquals(0, pool.inUse(), address);
        pool.close();
        platform.close();
        assertEquals(List.of(), leaks, address);
    }

    private void use(NetDev dev, NetBufPool pool, Platform platform) {
        attempt(dev, () -> dev.configure(DeviceConfig.queues(2)));
        for (int i = 0; i < STEPS; i++) {
            if (dev.state() == DeviceState.FAILED) {
                attempt(dev, dev::reset);
            }
            if (dev.state() == DeviceState.UNCONFIGURED) {
                attempt(dev, () -> dev.configure(DeviceConfig.queues(2)));
            }
            if (dev.state() == DeviceState.CONFIGURED) {
                attempt(dev, () -> dev.setupRxQueue(0, RxQueueConfig.STANDARD.withPool(pool)));
                attempt(dev, dev::start);
            }
            if (dev.state() == DeviceState.RUNNING) {
                traffic(dev, pool);
            }
            if (i % 20 == 10) {
                attempt(dev, () -> dev.setMtu(dev.mtu() == 1500 ? 9000 : 1500));
                attempt(dev, dev::extendedStatistics);
                attempt(dev, dev::advice);
            }
            platform.clock().sleep(STEP_NANOS);
        }
        if (dev.state() == DeviceState.RUNNING) {
            attempt(dev, dev::stop);
        }
    }

    private void traffic(NetDev dev, NetBufPool pool) {
        byte[] frame = new byte[64];
        Arrays.fill(frame, 0, 6, (byte) 0xff);
        for (int q = 0; q < 2; q++) {
            for (int i = 0; i < BURST; i++) {
                burst[i] = pool.allocate();
                assertNotNull(burst[i]);
                burst[i].append(frame.length);
                burst[i].copyFrom(0, frame, 0, frame.length);
            }
            int sent = BurstStatus.count(dev.txQueue(q).transmit(burst, 0, BURST));
            NetBufPool.free(burst, sent, BURST - sent);
            int received = BurstStatus.count(dev.rxQueue(q).receive(burst, 0, burst.length));
            NetBufPool.free(burst, 0, received);
        }
    }

    private static void attempt(NetDev dev, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            requireForUsers(dev.name(), e);
        }
    }

    private static void requireForUsers(String device, RuntimeException e) {
        if (!(e instanceof NetDevError || e instanceof PlatformException) || e.getMessage().contains("made a mistake")) {
            throw new AssertionError(device + ": " + e, e);
        }
    }
}
