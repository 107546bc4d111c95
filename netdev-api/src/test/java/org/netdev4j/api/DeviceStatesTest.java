package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each control method in each state. */
class DeviceStatesTest {
    private static final Set<DeviceState> CONFIGURED = EnumSet.of(DeviceState.CONFIGURED);
    private static final Set<DeviceState> SET = EnumSet.of(DeviceState.CONFIGURED, DeviceState.RUNNING);
    private static final Set<DeviceState> OR_FAILED =
        EnumSet.of(DeviceState.CONFIGURED, DeviceState.RUNNING, DeviceState.FAILED);
    private static final Set<DeviceState> OPEN =
        EnumSet.complementOf(EnumSet.of(DeviceState.CLOSED, DeviceState.UNPROBED));

    private record Call(String name, Set<DeviceState> allowed, Consumer<NetDev> body) {
    }

    private static List<Call> calls() {
        return List.of(
            new Call("configure()", EnumSet.of(DeviceState.UNCONFIGURED, DeviceState.CONFIGURED),
                d -> d.configure(DeviceConfig.queues(1))),
            new Call("unconfigure()", CONFIGURED, NetDev::unconfigure),
            new Call("config()", OR_FAILED, NetDev::config),
            new Call("setupRxQueue()", CONFIGURED, d -> d.setupRxQueue(0, RxQueueConfig.STANDARD)),
            new Call("setupTxQueue()", CONFIGURED, d -> d.setupTxQueue(0, TxQueueConfig.STANDARD)),
            new Call("start()", CONFIGURED, NetDev::start),
            new Call("stop()", EnumSet.of(DeviceState.RUNNING), NetDev::stop),
            new Call("reset()", OR_FAILED, NetDev::reset),
            new Call("setMacAddress()", SET, d -> d.setMacAddress(FakeNic.MAC)),
            new Call("setMtu()", SET, d -> d.setMtu(1400)),
            new Call("setPromiscuous()", SET, d -> d.setPromiscuous(true)),
            new Call("setAllMulticast()", SET, d -> d.setAllMulticast(true)),
            new Call("setMulticastFilter()", SET, d -> d.setMulticastFilter(List.of())),
            new Call("setUnicastFilter()", SET, d -> d.setUnicastFilter(List.of())),
            new Call("setVlanFilter()", SET, d -> d.setVlanFilter(List.of(1))),
            new Call("setOffload()", SET, d -> d.setOffload(Capability.RX_CHECKSUM, false)),
            new Call("rss()", SET, NetDev::rss),
            new Call("setCoalescing()", SET, d -> d.setCoalescing(Coalescing.NONE)),
            new Call("setLinkUp()", SET, d -> d.setLinkUp(false)),
            new Call("macAddress()", OPEN, NetDev::macAddress),
            new Call("mtu()", OPEN, NetDev::mtu),
            new Call("promiscuous()", OPEN, NetDev::promiscuous),
            new Call("allMulticast()", OPEN, NetDev::allMulticast),
            new Call("offloads()", OPEN, NetDev::offloads),
            new Call("coalescing()", OPEN, NetDev::coalescing),
            new Call("link()", OPEN, NetDev::link),
            new Call("statistics()", OPEN, NetDev::statistics),
            new Call("extendedStatistics()", OPEN, NetDev::extendedStatistics),
            new Call("clearStatistics()", OPEN, NetDev::clearStatistics),
            new Call("advice()", OPEN, NetDev::advice), new Call("extension()", OPEN, device -> device.extension(String.class)),
            new Call("addListener()", OPEN, d -> d.addListener(e -> { })));
    }

    static Stream<Arguments> callsInStates() {
        return calls().stream().flatMap(call -> EnumSet.complementOf(EnumSet.of(DeviceState.UNPROBED)).stream()
            .map(state -> Arguments.of(call.name(), state)));
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("callsInStates")
    void call_isAllowedInItsStatesOnly_andChangesNothingInOthers(String name, DeviceState state) {
        Call call = calls().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
        try (FakeRig rig = new FakeRig()) {
            NetDev device = rig.in(state);
            int before = rig.nic.calls.size();

            if (call.allowed().contains(state)) {
                call.body().accept(device);
            } else {
                DeviceStateException e = assertThrows(DeviceStateException.class, () -> call.body().accept(device));
                assertTrue(e.getMessage().startsWith("fake:0: " + name + " in state " + state + "; it needs "),
                    e.getMessage());
                assertEquals(state, e.state());
                assertEquals(state, device.state());
                assertEquals(before, rig.nic.calls.size(), "calls of the driver");
            }

            device.close();
            rig.assertAllFreed();
        }
    }
}
