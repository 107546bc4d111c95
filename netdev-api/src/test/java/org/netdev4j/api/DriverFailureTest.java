package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.PlatformException;

/** A throw at every step: what state the device is in, and that it closes cleanly. */
class DriverFailureTest {
    private static final Map<String, Supplier<? extends Throwable>> KINDS = Map.of(
        "refused by the device", () -> new DeviceFaultException("fake:0", "the device said no"),
        "refused by the system", () -> new PlatformException("mmap: ENOMEM"),
        "mistake", () -> new IllegalStateException("index out of ideas"),
        "error", () -> new NoClassDefFoundError("com/example/Missing"));

    /** A step of the driver, the call that leads to it, and the states before it and after a refusal. */
    private record Step(String name, DeviceState from, Consumer<NetDev> call, DeviceState refused) {
    }

    private static List<Step> steps() {
        return List.of(
            new Step("configure", DeviceState.UNCONFIGURED, d -> d.configure(DeviceConfig.queues(1)),
                DeviceState.UNCONFIGURED),
            new Step("configure", DeviceState.CONFIGURED, d -> d.configure(DeviceConfig.queues(2)),
                DeviceState.UNCONFIGURED),
            new Step("unconfigure", DeviceState.CONFIGURED, d -> d.configure(DeviceConfig.queues(2)), DeviceState.FAILED),
            new Step("unconfigure", DeviceState.CONFIGURED, NetDev::unconfigure, DeviceState.FAILED),
            new Step("newRxQueue", DeviceState.CONFIGURED, d -> d.setupRxQueue(0, RxQueueConfig.STANDARD),
                DeviceState.CONFIGURED),
            new Step("newTxQueue", DeviceState.CONFIGURED, d -> d.setupTxQueue(0, TxQueueConfig.STANDARD),
                DeviceState.CONFIGURED),
            new Step("discard", DeviceState.CONFIGURED, DriverFailureTest::setUpRxTwice, DeviceState.FAILED),
            new Step("discard", DeviceState.CONFIGURED, DriverFailureTest::setUpTxTwice, DeviceState.FAILED),
            new Step("newRxQueue", DeviceState.CONFIGURED, NetDev::start, DeviceState.CONFIGURED),
            new Step("newTxQueue", DeviceState.CONFIGURED, NetDev::start, DeviceState.CONFIGURED),
            new Step("start", DeviceState.CONFIGURED, NetDev::start, DeviceState.CONFIGURED),
            new Step("stop", DeviceState.RUNNING, NetDev::stop, DeviceState.FAILED),
            new Step("stop", DeviceState.RUNNING, NetDev::reset, DeviceState.FAILED),
            new Step("reset", DeviceState.RUNNING, NetDev::reset, DeviceState.FAILED),
            new Step("reset", DeviceState.CONFIGURED, NetDev::reset, DeviceState.FAILED),
            new Step("reset", DeviceState.FAILED, NetDev::reset, DeviceState.FAILED),
            new Step("start", DeviceState.RUNNING, NetDev::reset, DeviceState.FAILED),
            new Step("apply MTU", DeviceState.RUNNING, d -> d.setMtu(1000), DeviceState.RUNNING),
            new Step("apply MAC", DeviceState.CONFIGURED, DriverFailureTest::changeMac, DeviceState.CONFIGURED),
            new Step("setLinkUp", DeviceState.RUNNING, d -> d.setLinkUp(false), DeviceState.RUNNING));
    }

    private static void setUpRxTwice(NetDev device) {
        device.setupRxQueue(0, RxQueueConfig.STANDARD);
        device.setupRxQueue(0, RxQueueConfig.STANDARD);
    }

    private static void setUpTxTwice(NetDev device) {
        device.setupTxQueue(0, TxQueueConfig.STANDARD);
        device.setupTxQueue(0, TxQueueConfig.STANDARD);
    }

    private static void changeMac(NetDev device) {
        device.setMacAddress(MacAddress.parse("02:00:00:00:00:02"));
    }

    static Stream<Arguments> failures() {
        List<Step> steps = steps();
        return Stream.iterate(0, i -> i < steps.size(), i -> i + 1)
            .flatMap(i -> KINDS.keySet().stream().sorted().map(kind -> Arguments.of(i, steps.get(i).name(), kind)));
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @MethodSource("failures")
    void throwAtAStep_leavesADeviceThatClosesCleanly(int index, String name, String kind) {
        Step step = steps().get(index);
        try (FakeRig rig = new FakeRig()) {
            NetDev device = rig.in(step.from());
            Throwable thrown = KINDS.get(kind).get();
            rig.nic.failures.put(name, () -> thrown);

            Throwable seen = assertThrows(Throwable.class, () -> step.call().accept(device));

            assertEquals(Map.of(), rig.nic.failures, "the step was reached");
            if (kind.equals("mistake")) {
                assertEquals(DeviceFaultException.class, seen.getClass());
                assertTrue(seen.getMessage().contains("driver fake made a mistake: java.lang.IllegalStateException: "
                    + "index out of"),
                    seen.getMessage());
            } else {
                assertEquals(thrown, seen);
            }
            boolean refusal = kind.startsWith("refused");
            assertEquals(refusal ? step.refused() : DeviceState.FAILED, device.state());
            device.close();
            rig.assertAllFreed();
        }
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @MethodSource("failures")
    void throwAtAStep_canBeRepairedByReset(int index, String name, String kind) {
        Step step = steps().get(index);
        try (FakeRig rig = new FakeRig()) {
            NetDev device = rig.in(step.from());
            rig.nic.failures.put(name, KINDS.get(kind));
            assertThrows(Throwable.class, () -> step.call().accept(device));

            if (device.state() == DeviceState.FAILED) {
                device.reset();
            }
            if (device.state() == DeviceState.UNCONFIGURED) {
                device.configure(DeviceConfig.queues(1));
            }
            if (device.state() == DeviceState.CONFIGURED) {
                device.start();
            }

            assertEquals(DeviceState.RUNNING, device.state());
            rig.nic.rx.get(0).deliver((byte) 1);
            NetBuf[] into = new NetBuf[4];
            assertEquals(1, BurstStatus.count(device.rxQueue(0).receive(into, 0, 4)));
            into[0].free();
            device.close();
            rig.assertAllFreed();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "info"})
    void throwInOpening_leavesNothing(String step) {
        KINDS.forEach((kind, thrown) -> {
            try (FakeRig rig = new FakeRig()) {
                rig.nic.failures.put(step, thrown);

                Throwable seen = assertThrows(Throwable.class, rig::open);

                assertEquals(kind.equals("mistake") ? DeviceFaultException.class : thrown.get().getClass(), seen.getClass());
                assertEquals(List.of(), rig.leaks);
                assertEquals(List.of(), rig.platform.dma().live());
                assertEquals(step.equals("info") ? 1 : 0, rig.nic.calls.stream().filter("close"::equals).count());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"missed", "extendedStatistics", "link", "advice"})
    void mistakeInAQuestion_isTold_andDoesNotHarmTheDevice(String step) {
        try (FakeRig rig = new FakeRig()) {
            NetDev device = rig.in(DeviceState.RUNNING);
            rig.nic.failures.put(step, () -> new IllegalStateException("index out of ideas"));

            assertThrows(DeviceFaultException.class, () -> {
                device.extendedStatistics();
                device.link();
                device.advice();
            });

            assertEquals(DeviceState.RUNNING, device.state());
            device.close();
            rig.assertAllFreed();
        }
    }
}
