package org.netdev4j.backend.ena;

import java.util.List;
import java.util.Map;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.QueueCounters;
import org.netdev4j.api.RssConfig;
import org.netdev4j.api.HashFunction;
import org.netdev4j.net.Toeplitz;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.spi.DeviceSettings;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** A machine with a {@link FakeEna}, and the driver on it as the framework calls it. */
final class ControlRig implements AutoCloseable {
    static final long SECOND = 1_000_000_000L;

    final VirtualClock clock = new VirtualClock();
    final ScarceMemory memory = new ScarceMemory();
    final Platform platform = Platform.builder().virtualClock(clock).backing(memory).build();
    final FakeEna device = new FakeEna();
    final FakeFirmware firmware = device.firmware;
    final TestContext context;
    final NetBufPool pool;
    EnaOps ops;
    private boolean started;

    ControlRig() {
        this(Map.of());
    }

    ControlRig(Map<String, String> options) {
        platform.dma().attach(device.reach);
        context = new TestContext(platform, options);
        pool = NetBufPool.builder(platform, "packets").count(2048).dataRoom(2048).build();
    }

    EnaOps open() {
        ops = (EnaOps) new EnaDriver().open(device, context);
        return ops;
    }

    /** Opens and configures with rings of 256. */
    EnaOps configure(int queues) {
        open();
        ops.configure(settings(queues));
        for (int i = 0; i < queues; i++) {
            ops.newRxQueue(new RxQueueSetup("ena0", i, 256, pool, true, platform.newWaitEvent(), new QueueCounters()));
            ops.newTxQueue(new TxQueueSetup("ena0", i, 256, new QueueCounters()));
        }
        return ops;
    }

    EnaOps start(int queues) {
        configure(queues);
        ops.start();
        started = true;
        return ops;
    }

    void stop() {
        started = false;
        ops.stop();
    }

    /** What the framework does when the driver asked for a reset, or the application did. */
    void reset(DeviceSettings settings) {
        boolean was = started;
        if (was) {
            stop();
        }
        ops.reset(settings);
        if (was) {
            ops.start();
            started = true;
        }
    }

    DeviceSettings settings(int queues) {
        DeviceInfo info = ops.info();
        DeviceSettings.Editor editor = DeviceSettings.initial(info.permanentMac(), 1500).edit().queues(queues, queues);
        info.rss().ifPresent(limits -> editor.rss(new RssConfig(HashFunction.TOEPLITZ, Toeplitz.microsoftKey(),
            RssConfig.evenTable(limits.maxTableSize(), queues), limits.fields())));
        return editor.done();
    }

    void seconds(int count) {
        clock.advance(count * SECOND);
    }

    /** Lets time pass with a keep-alive each second. */
    void aliveSeconds(int count) {
        for (int i = 0; i < count; i++) {
            device.keepAlive(0);
            seconds(1);
        }
    }

    List<String> resets() {
        return context.resets;
    }

    /** Ends everything; every buffer and all memory must then be back, and the device off the bus. */
    @Override
    public void close() {
        if (ops != null) {
            if (started) {
                ops.stop();
            }
            ops.close();
        }
        List<String> left = context.dma().live().stream().map(Object::toString).toList();
        int inUse = pool.inUse();
        pool.close();
        context.dma().close();
        platform.close();
        if (inUse != 0 || !left.isEmpty()) {
            throw new AssertionError(inUse + " buffers and memory " + left + " were not given back");
        }
        if (device.busMaster) {
            throw new AssertionError("the device is left on the bus");
        }
    }
}
