package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.netdev4j.net.MacAddress;

/**
 * Random lives of a device against a model of five states: a call is allowed exactly when the model says so, and
 * nothing is left.
 */
class DeviceLifePropertyTest {
    private enum Call {
        CONFIGURE, UNCONFIGURE, SETUP_RX, SETUP_TX, START, STOP, RESET, CLOSE, SET_MTU, SET_MAC, TRAFFIC, FAIL, STATISTICS
    }

    /** How the driver behaves in the call. */
    private enum Driver {
        WORKS, REFUSES, IS_MISTAKEN, FAILS_MEANWHILE
    }

    private record Move(Call call, Driver driver, int number) {
    }

    @Provide
    Arbitrary<List<Move>> lives() {
        Arbitrary<Driver> drivers = Arbitraries.frequency(Tuple.of(12, Driver.WORKS),
            Tuple.of(1, Driver.REFUSES), Tuple.of(1, Driver.IS_MISTAKEN),
            Tuple.of(1, Driver.FAILS_MEANWHILE));
        Arbitrary<Call> calls = Arbitraries.frequency(Tuple.of(4, Call.CONFIGURE), Tuple.of(1, Call.UNCONFIGURE),
            Tuple.of(2, Call.SETUP_RX), Tuple.of(2, Call.SETUP_TX), Tuple.of(6, Call.START),
            Tuple.of(3, Call.STOP), Tuple.of(4, Call.RESET), Tuple.of(6, Call.TRAFFIC),
            Tuple.of(2, Call.SET_MTU), Tuple.of(2, Call.SET_MAC), Tuple.of(1, Call.FAIL),
            Tuple.of(2, Call.STATISTICS));
        Arbitrary<Move> move = Combinators.combine(calls, drivers, Arbitraries.integers().between(1, 4)).as(Move::new);
        Arbitrary<Move> withClose = Arbitraries.frequencyOf(Tuple.of(60, move),
            Tuple.of(1, Arbitraries.of(new Move(Call.CLOSE, Driver.WORKS, 1), new Move(Call.CLOSE, Driver.IS_MISTAKEN, 1))));
        return withClose.list().ofMaxSize(50);
    }

    @Property(tries = 400, seed = "20261101")
    void everyLife_followsTheModel_andLeavesNothing(@ForAll("lives") List<Move> moves) {
        try (FakeRig rig = new FakeRig()) {
            Life life = new Life(rig);
            moves.forEach(life::make);
            life.device.close();
            rig.assertAllFreed();
            assertThrows(DeviceStateException.class, life.device::start);
        }
    }

    /** The device and the model side by side. */
    private static final class Life {
        private final FakeRig rig;
        private final NetDev device;
        private DeviceState reached = DeviceState.UNCONFIGURED;
        private boolean failed;
        private int queues;
        private int mtu = 1500;
        private MacAddress mac = FakeNic.MAC;
        private long received;

        Life(FakeRig rig) {
            this.rig = rig;
            this.device = rig.open();
        }

        private DeviceState state() {
            return reached != DeviceState.CLOSED && failed ? DeviceState.FAILED : reached;
        }

        private boolean in(DeviceState first, DeviceState... more) {
            return EnumSet.of(first, more).contains(state());
        }

        void make(Move move) {
            switch (move.call()) {
                case CONFIGURE -> configure(move);
                case UNCONFIGURE -> step(move, "unconfigure", in(DeviceState.CONFIGURED), true, device::unconfigure, () -> {
                    reached = DeviceState.UNCONFIGURED;
                    queues = 0;
                });
                case SETUP_RX -> step(move, "newRxQueue", in(DeviceState.CONFIGURED), false,
                    () -> device.setupRxQueue((move.number() - 1) % Math.max(1, queues), RxQueueConfig.STANDARD), () -> { });
                case SETUP_TX -> step(move, "newTxQueue", in(DeviceState.CONFIGURED), false,
                    () -> device.setupTxQueue((move.number() - 1) % Math.max(1, queues), TxQueueConfig.STANDARD), () -> { });
                case START -> step(move, "start", in(DeviceState.CONFIGURED), false, device::start,
                    () -> reached = DeviceState.RUNNING);
                case STOP -> step(move, "stop", in(DeviceState.RUNNING), true, device::stop,
                    () -> reached = DeviceState.CONFIGURED);
                case RESET -> reset(move);
                case SET_MTU -> step(move, "apply MTU", in(DeviceState.CONFIGURED, DeviceState.RUNNING), false,
                    () -> device.setMtu(2000 + (mtu + 1) % 2000), () -> mtu = 2000 + (mtu + 1) % 2000);
                case SET_MAC -> step(move, "apply MAC", in(DeviceState.CONFIGURED, DeviceState.RUNNING), false,
                    () -> device.setMacAddress(next(mac)), () -> mac = next(mac));
                case TRAFFIC -> traffic();
                case FAIL -> fail();
                case STATISTICS -> step(new Move(move.call(), Driver.WORKS, 1), "", reached != DeviceState.CLOSED, false,
                    () -> assertEquals(received, device.statistics().ipackets()), () -> { });
                case CLOSE -> close(move);
            }
            rig.nic.failures.clear();
            rig.nic.during.clear();
            check(move);
        }

        private static MacAddress next(MacAddress mac) {
            return new MacAddress(mac.value() ^ 0xff);
        }

        private void configure(Move move) {
            boolean allowed = in(DeviceState.UNCONFIGURED, DeviceState.CONFIGURED);
            if (allowed) {
                reached = DeviceState.UNCONFIGURED;
                queues = 0;
            }
            step(move, "configure", allowed, false, () -> device.configure(DeviceConfig.queues(move.number())), () -> {
                reached = DeviceState.CONFIGURED;
                queues = move.number();
            });
        }

        private void reset(Move move) {
            boolean allowed = in(DeviceState.CONFIGURED, DeviceState.RUNNING, DeviceState.FAILED);
            if (allowed) {
                failed = false;
            }
            step(move, "reset", allowed, true, device::reset, () -> { });
        }

        /** Prepares the driver, makes the call, and moves the model on. */
        private void step(Move move, String driverStep, boolean allowed, boolean refusalFails, Runnable call,
            Runnable done) {
            if (!allowed) {
                int before = rig.nic.calls.size();
                assertThrows(DeviceStateException.class, call::run, move.toString());
                assertEquals(before, rig.nic.calls.size(), "calls of the driver");
                return;
            }
            switch (move.driver()) {
                case WORKS -> {
                    call.run();
                    done.run();
                }
                case REFUSES -> {
                    rig.nic.failures.put(driverStep, () -> rig.nic.context.fault("no"));
                    assertThrows(DeviceFaultException.class, call::run, move.toString());
                    afterThrow(move, refusalFails, done);
                }
                case IS_MISTAKEN -> {
                    rig.nic.failures.put(driverStep, () -> new IllegalStateException("oops"));
                    assertThrows(DeviceFaultException.class, call::run, move.toString());
                    afterThrow(move, true, done);
                }
                case FAILS_MEANWHILE -> {
                    rig.nic.during.put(driverStep, () -> rig.nic.context.fail("meanwhile"));
                    try {
                        call.run();
                    } catch (DeviceFaultException e) {
                        assertTrue(e.getMessage().contains("the device failed meanwhile"), e.getMessage());
                    }
                    done.run();
                    failed = true;
                }
            }
        }

        /** Stopping and giving up count as done, whatever the driver throws. */
        private void afterThrow(Move move, boolean nowFailed, Runnable done) {
            if (EnumSet.of(Call.STOP, Call.UNCONFIGURE).contains(move.call())) {
                done.run();
            }
            failed |= nowFailed;
        }

        private void traffic() {
            if (queues == 0) {
                return;
            }
            boolean setUp = !rig.nic.rx.isEmpty() && reached == DeviceState.RUNNING;
            if (!setUp) {
                return;
            }
            ((FakeRx) device.rxQueue(0)).deliver(new byte[60]);
            NetBuf[] into = new NetBuf[8];
            int count = BurstStatus.count(device.rxQueue(0).receive(into, 0, 8));
            assertTrue(failed ? count == 0 : count > 0);
            received += count;
            NetBufPool.free(into, 0, count);
        }

        private void fail() {
            rig.nic.context.fail("out of the blue");
            failed |= reached != DeviceState.CLOSED;
        }

        private void close(Move move) {
            if (move.driver() == Driver.IS_MISTAKEN) {
                rig.nic.failures.put("close", () -> new IllegalStateException("oops"));
            }
            device.close();
            reached = DeviceState.CLOSED;
        }

        private void check(Move move) {
            assertEquals(state(), device.state(), move.toString());
            if (reached == DeviceState.CLOSED) {
                return;
            }
            assertEquals(mtu, device.mtu());
            assertEquals(mac, device.macAddress());
            boolean configured = Set.of(DeviceState.CONFIGURED, DeviceState.RUNNING).contains(reached);
            if (configured && !failed) {
                assertEquals(queues, rig.nic.applied.orElseThrow().rxQueues());
                assertEquals(mtu, rig.nic.applied.orElseThrow().mtu());
                assertEquals(mac, rig.nic.applied.orElseThrow().mac());
                assertEquals(reached == DeviceState.RUNNING, rig.nic.traffic);
            }
        }
    }
}
