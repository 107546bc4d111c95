package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.PlatformException;

class DeviceLifeTest {
    private final FakeRig rig = new FakeRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void openStartStopClose_callsTheDriverInOrder_andFreesAll() {
        NetDev device = rig.running(2);
        device.stop();
        device.unconfigure();
        device.close();

        assertEquals(List.of("open", "info", "configure", "newRxQueue", "newRxQueue", "newTxQueue", "newTxQueue",
            "start", "stop",
            "unconfigure", "close"), rig.nic.calls);
        rig.assertAllFreed();
    }

    @Test
    void close_twice_doesNothingTheSecondTime() {
        NetDev device = rig.running(1);

        device.close();
        device.close();

        rig.assertAllFreed();
    }

    @Test
    void close_whileRunning_stopsFirst() {
        NetDev device = rig.running(1);
        device.close();

        assertEquals(List.of("stop", "close"), rig.nic.calls.subList(rig.nic.calls.size() - 2, rig.nic.calls.size()));
        rig.assertAllFreed();
    }

    @Test
    void close_closesTheBusDeviceAlso_whenTheDriverThrows() {
        for (String step : List.of("stop", "close")) {
            try (FakeRig other = new FakeRig()) {
                NetDev device = other.running(1);
                other.nic.failures.put(step, () -> new IllegalStateException("no"));

                device.close();

                other.assertAllFreed();
            }
        }
    }

    @Test
    void close_throwsAnErrorOnlyAfterAllIsFreed() {
        NetDev device = rig.running(1);
        rig.nic.failures.put("stop", () -> new AssertionError("the driver is incomplete"));

        assertThrows(AssertionError.class, device::close);

        rig.assertAllFreed();
    }

    @Test
    void close_tellsWhatTheWireCouldNotKeep_afterAllIsFreed() {
        NetDev device = rig.running(1);
        rig.bus.onClose = () -> {
            throw new PlatformException("capture file x.pcap: cannot be written: No space left on device");
        };

        PlatformException e = assertThrows(PlatformException.class, device::close);

        assertTrue(e.getMessage().contains("No space left"), e.getMessage());
        rig.assertAllFreed();
        device.close();
    }

    @Test
    void close_reportsMemoryThatTheDriverLeaked() {
        NetDev device = rig.open();
        rig.nic.context.dma().allocate("forgotten", 64, 64);
        device.close();

        assertEquals(List.of("fake:0/forgotten"), rig.leaks);
        assertEquals(List.of(), rig.platform.dma().live());
    }

    @Test
    void configure_again_replacesTheQueues() {
        NetDev device = rig.running(2);
        RxQueue old = device.rxQueue(0);
        device.stop();
        device.configure(DeviceConfig.queues(1));
        device.start();

        assertNotSame(old, device.rxQueue(0));
        InvalidConfigurationException none = assertThrows(InvalidConfigurationException.class, () -> device.rxQueue(1));
        assertEquals("fake:0: there is no receive queue 1: 1 configured", none.getMessage());
        DeviceStateException gone = assertThrows(DeviceStateException.class, () -> old.receive(new NetBuf[1], 0, 1));
        assertEquals("fake:0: receive on receive queue 0 in state CONFIGURED; it needs the queue that the device has "
            + "now: this one "
            + "was set up anew or given up", gone.getMessage());
        device.close();
        rig.assertAllFreed();
    }

    @Test
    void configure_withTooManyQueues_keepsTheConfigurationOfBefore() {
        NetDev device = rig.open();
        device.configure(DeviceConfig.queues(2));
        RxQueue queue = device.setupRxQueue(1, RxQueueConfig.STANDARD);

        InvalidConfigurationException e =
            assertThrows(InvalidConfigurationException.class, () -> device.configure(DeviceConfig.queues(5)));

        assertEquals("fake:0: receive queues are 1 to 4: 5 asked for", e.getMessage());
        assertEquals(2, device.config().rxQueues());
        assertSame(queue, device.rxQueue(1));
        device.close();
    }

    @Test
    void queueObjects_stayTheSame_overStopStartAndReset() {
        NetDev device = rig.running(1);
        RxQueue rx = device.rxQueue(0);
        TxQueue tx = device.txQueue(0);

        device.stop();
        device.start();
        device.reset();

        assertSame(rx, device.rxQueue(0));
        assertSame(tx, device.txQueue(0));
        assertEquals(0, rx.receive(new NetBuf[4], 0, 4));
        device.close();
        rig.assertAllFreed();
    }

    @Test
    void queue_notSetUp_isRefusedByName() {
        NetDev device = rig.open();
        device.configure(DeviceConfig.queues(1));

        DeviceStateException e = assertThrows(DeviceStateException.class, () -> device.txQueue(0));

        assertEquals("fake:0: transmit queue 0 in state CONFIGURED; it needs the queue to be set up, or start()",
            e.getMessage());
        device.close();
    }

    @Test
    void setupRxQueue_again_discardsTheOldQueueFirst_andItsOwnPool() {
        NetDev device = rig.open();
        device.configure(DeviceConfig.queues(1));
        RxQueue old = device.setupRxQueue(0, RxQueueConfig.STANDARD);
        RxQueue made = device.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(512));

        assertEquals(List.of("newRxQueue", "discard", "newRxQueue"), rig.nic.calls.subList(3, 6));
        assertFalse(old.pool().isOpen());
        device.start();
        String why = assertThrows(DeviceStateException.class, () -> old.receive(new NetBuf[1], 0, 1)).getMessage();
        assertTrue(why.contains("this one was set up anew or given up"), why);
        assertEquals(512, made.ringSize());
        assertTrue(made.pool().size() >= 1024);
        device.close();
        rig.assertAllFreed();
    }

    @Test
    void setupRxQueue_refused_keepsTheOldQueue() {
        NetDev device = rig.open();
        device.configure(DeviceConfig.queues(1));
        RxQueue old = device.setupRxQueue(0, RxQueueConfig.STANDARD);

        assertThrows(InvalidConfigurationException.class,
            () -> device.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(33)));

        assertSame(old, device.rxQueue(0));
        device.close();
    }

    @Test
    void setupRxQueue_giving_null_isAMistakeOfTheDriver() {
        NetDev device = rig.open();
        device.configure(DeviceConfig.queues(1));
        rig.nic.failures.put("newRxQueue", () -> new NullPointerException("newRxQueue() gave null"));

        DeviceFaultException e =
            assertThrows(DeviceFaultException.class, () -> device.setupRxQueue(0, RxQueueConfig.STANDARD));

        assertEquals("fake:0: setupRxQueue(): driver fake made a mistake: java.lang.NullPointerException: "
            + "newRxQueue() gave null",
            e.getMessage());
        assertEquals(DeviceState.FAILED, device.state());
        device.close();
        rig.assertAllFreed();
    }

    @Test
    void ownPools_areBigEnoughForEachQueue() {
        NetDev device = rig.open();
        device.configure(DeviceConfig.queues(2));
        device.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(8));
        device.setupRxQueue(1, RxQueueConfig.STANDARD.withRingSize(512));
        device.start();

        assertEquals(512, rig.nic.rx.get(1).ring().size());
        assertTrue(device.rxQueue(1).pool().available() >= 512);
        device.close();
        rig.assertAllFreed();
    }

    @Test
    void start_completesQueuesThatWereNotSetUp() {
        NetDev device = rig.open();
        device.configure(DeviceConfig.queues(2));
        RxQueue mine = device.setupRxQueue(1, RxQueueConfig.STANDARD.withRingSize(64));
        device.start();

        assertSame(mine, device.rxQueue(1));
        assertEquals(32, device.rxQueue(0).ringSize());
        assertEquals(64, device.txQueue(1).ringSize());
        device.close();
    }

    @Test
    void buffersInRings_areBackInTheirPool_afterStop() {
        NetDev device = rig.open();
        device.configure(DeviceConfig.queues(1));
        try (NetBufPool pool = rig.pool("mine", 100)) {
            device.setupRxQueue(0, RxQueueConfig.STANDARD.withPool(pool));
            device.start();
            assertEquals(32, pool.inUse());
            device.stop();
            assertEquals(0, pool.inUse());
            device.close();
        }
        rig.assertAllFreed();
    }

    @Test
    void config_isThatOfTheLastConfigure_andGoneAfterUnconfigure() {
        NetDev device = rig.open();
        DeviceConfig config = DeviceConfig.queues(3).withOffloads(Capability.RX_CHECKSUM);
        device.configure(config);
        assertEquals(config, device.config());
        assertEquals(config.offloads().orElseThrow(), device.offloads());

        device.unconfigure();
        rig.nic.context.fail("gone");

        DeviceStateException e = assertThrows(DeviceStateException.class, device::config);
        assertEquals("fake:0: config() in state FAILED; it needs a configuration", e.getMessage());
        device.close();
    }

    @Test
    void info_isAskedOnce() {
        NetDev device = rig.open();
        assertSame(device.info(), device.info());
        assertEquals(1, rig.nic.calls.stream().filter("info"::equals).count());
        device.close();
    }
}
