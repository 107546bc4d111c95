package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.netdev4j.api.decorate.CapturingNetDev;
import org.netdev4j.api.decorate.FaultyNetDev;
import org.netdev4j.api.decorate.ForwardingNetDev;
import org.netdev4j.api.decorate.PacketFaults;
import org.netdev4j.api.decorate.TracingNetDev;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.wire.CaptureWriter;

class ForwardingNetDevTest {
    private static final Set<String> WITHOUT_HOOK = Set.of("name", "info", "state", "platform", "rxQueue", "txQueue",
        "addListener",
        "removeListener");

    @TempDir
    private Path directory;
    private final FakeRig rig = new FakeRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** Notes what is called, and where it came through. */
    private static final class Noting extends ForwardingNetDev {
        private final List<String> hooks = new ArrayList<>();

        Noting(NetDev inner) {
            super(inner);
        }

        @Override
        protected <T> T call(String operation, Supplier<T> inward, Object... arguments) {
            hooks.add(operation + arguments.length);
            return super.call(operation, inward, arguments);
        }
    }

    static Stream<Method> methods() {
        return Arrays.stream(NetDev.class.getMethods());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyMethod_reachesTheDeviceInside_withItsArguments_andGivesItsResult(Method method)
        throws ReflectiveOperationException {
        List<Object> seen = new ArrayList<>();
        NetDev real = rig.in(DeviceState.RUNNING);
        NetDev inner = (NetDev) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {NetDev.class},
            (proxy, called, arguments) -> {
                if (called.equals(method)) {
                    seen.add(called.getName());
                    seen.addAll(Arrays.asList(arguments == null ? new Object[0] : arguments));
                }
                return switch (called.getName()) {
                    case "platform" -> rig.platform;
                    case "name" -> "inside";
                    case "rxQueue", "setupRxQueue" -> real.rxQueue(0);
                    case "txQueue", "setupTxQueue" -> real.txQueue(0);
                    default -> answer(called.getReturnType());
                };
            });
        Noting device = new Noting(inner);
        seen.clear();
        Object[] arguments = Arrays.stream(method.getParameterTypes()).map(ForwardingNetDevTest::answer).toArray();

        Object result = method.invoke(device, arguments);

        List<Object> expected = new ArrayList<>(List.of(method.getName()));
        expected.addAll(Arrays.asList(arguments));
        assertEquals(expected, seen);
        assertEquals(WITHOUT_HOOK.contains(method.getName()) ? List.of() : List.of(method.getName() + "()"
            + arguments.length),
            device.hooks);
        if (method.getReturnType() == RxQueue.class) {
            assertSame(real.rxQueue(0), result);
        } else if (method.getReturnType().isPrimitive() && method.getReturnType() != void.class) {
            assertEquals(answer(method.getReturnType()), result);
        }
        real.close();
    }

    private static Object answer(Class<?> type) {
        if (type == int.class) {
            return 77;
        }
        return type == boolean.class ? true : null;
    }

    @Test
    void exceptions_comeThrough() throws ReflectiveOperationException {
        Noting device = new Noting(rig.in(DeviceState.CONFIGURED));
        Method stop = NetDev.class.getMethod("stop");
        InvocationTargetException e = assertThrows(InvocationTargetException.class, () -> stop.invoke(device));
        assertEquals("fake:0: stop() in state CONFIGURED; it needs RUNNING", e.getCause().getMessage());
        device.close();
    }

    @Test
    void decorators_canBeStacked_andCarryTraffic_interrupts_andClose() throws IOException {
        StringBuilder trace = new StringBuilder();
        FaultyNetDev faulty = new FaultyNetDev(rig.open(), PacketFaults.NONE.withDuplicate(1), PacketFaults.NONE, 1);
        NetDev device = new CapturingNetDev(new TracingNetDev(faulty, trace),
            CaptureWriter.create(directory.resolve("x.pcapng").toString()));
        device.configure(DeviceConfig.queues(1));
        RxQueue rx = device.setupRxQueue(0, RxQueueConfig.STANDARD.withInterrupts());
        device.start();
        Deadline soon = Deadline.afterMillis(rig.platform.clock(), 10_000);

        assertTrue(!rx.armInterrupt());
        rig.nic.rx.get(0).deliver((byte) 1, (byte) 2);
        assertTrue(rx.awaitInterrupt(soon));
        NetBuf[] burst = new NetBuf[1];
        assertEquals(1 | BurstStatus.MORE, rx.receive(burst, 0, 1));
        assertTrue(rx.armInterrupt(), "the second copy is waiting");
        burst[0].free();
        assertEquals(1, rx.receive(burst, 0, 1));
        rx.disarmInterrupt();
        rig.nic.tx.get(0).fast = false;
        assertEquals(1 | BurstStatus.MORE, device.txQueue(0).transmit(burst, 0, 1));
        assertEquals(1, device.txQueue(0).pending());
        rig.nic.tx.get(0).complete(1);
        assertEquals(1, device.txQueue(0).reclaim(5));
        faulty.failNext("reset()", 1);
        assertThrows(DeviceFaultException.class, device::reset);
        assertTrue(trace.toString().contains("reset() threw DeviceFaultException: fake:0: reset() failed: a fault was "
            + "injected"),
            trace.toString());
        assertEquals(rx.counters(), device.rxQueue(0).counters());
        device.close();
        assertEquals(DeviceState.CLOSED, device.state());
        rig.assertAllFreed();
    }
}
