package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.models.sim.EchoModel;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.vfiouser.VfioUser;

/** How a client sets up interrupts, and gets them. Cases of [VFIO-USER test_device_set_irqs, test_irq_trigger]. */
@EnabledOnOs(OS.LINUX)
class SetIrqsTest {
    private static final int SET = VfioUser.DEVICE_SET_IRQS;
    private static final int MSIX = VfioUser.IRQ_MSIX;
    private static final int ERROR = VfioUser.IRQ_ERROR;
    private static final int REQUEST = VfioUser.IRQ_REQUEST;
    private static final int TRIGGER = Payload.TRIGGER;
    private static final int MASK = Payload.MASK;
    private static final int UNMASK = Payload.UNMASK;
    private static final int NONE = Payload.NONE;
    private static final int BOOL = Payload.BOOL;
    private static final int EVENTFD = Payload.EVENTFD;
    private static final int VECTORS = EchoModel.VECTORS;

    private final VfioUserRig rig = new VfioUserRig();

    @AfterEach
    void nothingIsLeft() {
        rig.close();
    }

    private static Arguments irqs(String name, int flags, int index, int start, int count) {
        return Arguments.of(name, Payload.irqs(flags, index, start, count));
    }

    static Stream<Arguments> refused() {
        return Stream.of(
            Arguments.of("no payload", Payload.empty()),
            Arguments.of("short", Payload.empty().u32(0).u32(0)),
            Arguments.of("one byte short", Payload.empty().u32(20).u32(TRIGGER | NONE).u32(MSIX).u32(0).zeros(3)),
            Arguments.of("argsz 3", Payload.empty().u32(3).u32(TRIGGER | NONE).u32(REQUEST).u32(0).u32(0)),
            irqs("index 5", TRIGGER | NONE, VfioUser.IRQS, 0, 0),
            irqs("index -1", TRIGGER | NONE, -1, 0, 0),
            irqs("mask and unmask", MASK | UNMASK | NONE, MSIX, 0, 0),
            irqs("mask and trigger", MASK | TRIGGER | NONE, MSIX, 0, 1),
            irqs("no action", NONE, MSIX, 0, 1),
            irqs("none and bool", MASK | NONE | BOOL, MSIX, 0, 0),
            irqs("bool and eventfd", TRIGGER | BOOL | EVENTFD, MSIX, 0, 1),
            irqs("no data type", TRIGGER, MSIX, 0, 1),
            irqs("no flags", 0, MSIX, 0, 1),
            irqs("unknown flag", TRIGGER | NONE | 0x40, MSIX, 0, 1),
            irqs("all flags", -1, MSIX, 0, 1),
            irqs("one past the last", MASK | NONE, MSIX, VECTORS - 1, 2),
            irqs("start past the last", MASK | NONE, MSIX, VECTORS + 1, 1),
            irqs("start at the end", TRIGGER | EVENTFD, MSIX, VECTORS, 1),
            irqs("count 2^32-1", TRIGGER | EVENTFD, MSIX, 24, -1),
            irqs("start 2^32-1", TRIGGER | EVENTFD, MSIX, -1, 1),
            irqs("start and count wrap", TRIGGER | EVENTFD, MSIX, -1, 2),
            irqs("start and count 2^31", TRIGGER | NONE, MSIX, Integer.MIN_VALUE, Integer.MIN_VALUE),
            irqs("mask of the error interrupt", MASK | NONE, ERROR, 0, 1),
            irqs("mask of the request interrupt", MASK | NONE, REQUEST, 0, 1),
            irqs("unmask of the error interrupt", UNMASK | NONE, ERROR, 0, 1),
            irqs("two error interrupts", TRIGGER | NONE, ERROR, 0, 2),
            irqs("two request interrupts", TRIGGER | NONE, REQUEST, 0, 2),
            irqs("second error interrupt", TRIGGER | NONE, ERROR, 1, 1),
            irqs("INTx, which there is none of", TRIGGER | EVENTFD, VfioUser.IRQ_INTX, 0, 1),
            irqs("MSI, which there is none of", TRIGGER | NONE, VfioUser.IRQ_MSI, 0, 1),
            irqs("start 1, count 0", MASK | NONE, MSIX, 1, 0),
            irqs("start 1, count 0, trigger", TRIGGER | NONE, MSIX, 1, 0),
            irqs("mask, count 0", MASK | NONE, MSIX, 0, 0),
            irqs("bool, count 0", TRIGGER | BOOL, MSIX, 0, 0),
            irqs("eventfd, count 0", TRIGGER | EVENTFD, MSIX, 0, 0),
            Arguments.of("bool too short", Payload.irqs(TRIGGER | BOOL, MSIX, 0, 2).u8(0)),
            Arguments.of("bool too long", Payload.irqs(TRIGGER | BOOL, MSIX, 0, 2).zeros(3)),
            irqs("mask by event", MASK | EVENTFD, MSIX, 0, 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, Payload payload) {
        VfioUserTestClient client = rig.attach();
        client.refused(Errno.EINVAL, SET, payload);
        client.assertAlive();
    }

    private static Arguments with(String name, Payload payload, int fds) {
        return Arguments.of(name, payload, fds);
    }

    static Stream<Arguments> wrongDescriptors() {
        return Stream.of(
            with("bool with one", Payload.irqs(TRIGGER | BOOL, MSIX, 0, 1).u8(0), 1),
            with("none with one", Payload.irqs(TRIGGER | NONE, MSIX, 0, 1), 1),
            with("disable with one", Payload.irqs(TRIGGER | NONE, MSIX, 0, 0), 1),
            with("one for two", Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 2), 1),
            with("two for one", Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 1), 2),
            with("sixteen for one", Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 1), 16),
            with("mask with one", Payload.irqs(MASK | NONE, MSIX, 0, 1), 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void wrongDescriptors(String name, Payload payload, int fds) {
        VfioUserTestClient client = rig.attach();
        int[] events = IntStream.range(0, fds).map(i -> rig.event()).toArray();
        long before = VfioUserRig.descriptors().size();
        client.refused(Errno.EINVAL, SET, payload, events);
        client.assertAlive();
        assertEquals(before, VfioUserRig.descriptors().size());
    }

    @Test
    void whatIsNoEvent_isRefused_andNothingOfTheRequestIsDone() {
        VfioUserTestClient client = rig.attach();
        int old = rig.event();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 1), old);
        int[] pair = LinuxSockets.pair(LinuxSockets.SOCK_STREAM);
        try {
            for (int wrong : new int[] {rig.memory(4096), pair[0]}) {
                client.refused(Errno.EINVAL, SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 2), rig.event(), wrong);
            }
        } finally {
            LinuxFiles.close(pair[0]);
            LinuxFiles.close(pair[1]);
        }
        fire(client, 0);
        awaitCount(1, old);
    }

    /** The device sends a message of a vector. */
    private static void fire(VfioUserTestClient client, int vector) {
        client.write(0, EchoModel.FIRE, 4, vector);
    }

    private static void awaitCount(long count, int event) {
        long[] seen = new long[1];
        VfioUserRig.await(count + " signals", () -> {
            seen[0] += VfioUserRig.count(event);
            return seen[0] >= count;
        });
        assertEquals(count, seen[0]);
    }

    @Test
    void vectors_areSignalledEachByItsEvent() {
        VfioUserTestClient client = rig.attach();
        int[] events = IntStream.range(0, 16).map(i -> rig.event()).toArray();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 8, 16), events);
        for (int i = 0; i < 16; i++) {
            fire(client, 8 + i);
            awaitCount(1, events[i]);
        }
        fire(client, 8);
        fire(client, 7);
        awaitCount(1, events[0]);
        for (int i = 1; i < 16; i++) {
            assertEquals(0, VfioUserRig.count(events[i]));
        }
    }

    /** QEMU enables MSI-X this way: first one vector without an event, then the events one by one. */
    @Test
    void vectorWithoutAnEvent_isPendingUntilItHasOne() {
        VfioUserTestClient client = rig.attach();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 1));
        fire(client, 0);
        fire(client, 5);
        int first = rig.event();
        int sixth = rig.event();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 1), first);
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 5, 1), sixth);
        awaitCount(1, first);
        awaitCount(1, sixth);
    }

    @Test
    void newEvent_takesThePlaceOfTheOld_whichIsClosed() {
        VfioUserTestClient client = rig.attach();
        int one = rig.event();
        int two = rig.event();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 1), one);
        long before = VfioUserRig.descriptors().size();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 1), two);
        assertEquals(before, VfioUserRig.descriptors().size());
        fire(client, 0);
        awaitCount(1, two);
        assertEquals(0, VfioUserRig.count(one));
    }

    @Test
    void partOfTheVectors_canBeTakenAway() {
        VfioUserTestClient client = rig.attach();
        int[] events = IntStream.range(0, 4).map(i -> rig.event()).toArray();
        long before = VfioUserRig.descriptors().size();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 2, 4), events);
        assertEquals(before + 4, VfioUserRig.descriptors().size());
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 3, 2));
        assertEquals(before + 2, VfioUserRig.descriptors().size());
        for (int vector = 2; vector < 6; vector++) {
            fire(client, vector);
        }
        awaitCount(1, events[0]);
        awaitCount(1, events[3]);
        assertEquals(0, VfioUserRig.count(events[1]));
        assertEquals(0, VfioUserRig.count(events[2]));
    }

    @ParameterizedTest
    @ValueSource(ints = {MSIX, ERROR, REQUEST})
    void disabling_takesAllAway_andCanBeRepeated(int index) {
        VfioUserTestClient client = rig.attach();
        int event = rig.event();
        long before = VfioUserRig.descriptors().size();
        client.ask(SET, Payload.irqs(TRIGGER | NONE, index, 0, 0));
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, index, 0, 1), event);
        assertEquals(before + 1, VfioUserRig.descriptors().size());
        client.ask(SET, Payload.irqs(TRIGGER | NONE, index, 0, 0));
        client.ask(SET, Payload.irqs(TRIGGER | NONE, index, 0, 0));
        assertEquals(before, VfioUserRig.descriptors().size());
        long dropped = rig.device().tally().interruptsDropped();
        fire(client, 0);
        assertEquals(0, VfioUserRig.count(event));
        assertEquals(dropped + 1, rig.device().tally().interruptsDropped());
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, index, 0, 1), event);
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, index, 0, 1));
        assertEquals(before, VfioUserRig.descriptors().size());
    }

    @Test
    void disablingWhatThereIsNoneOf_isNothing() {
        VfioUserTestClient client = rig.attach();
        client.ask(SET, Payload.irqs(TRIGGER | NONE, VfioUser.IRQ_INTX, 0, 0));
        client.ask(SET, Payload.irqs(TRIGGER | NONE, VfioUser.IRQ_MSI, 0, 0));
    }

    @Test
    void client_canTriggerVectorsItself() {
        VfioUserTestClient client = rig.attach();
        int one = rig.event();
        int two = rig.event();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 2), one, two);
        client.ask(SET, Payload.irqs(TRIGGER | NONE, MSIX, 1, 1));
        assertEquals(0, VfioUserRig.count(one));
        assertEquals(1, VfioUserRig.count(two));
        client.ask(SET, Payload.irqs(TRIGGER | BOOL, MSIX, 0, 2).u8(0).u8(1));
        assertEquals(0, VfioUserRig.count(one));
        assertEquals(1, VfioUserRig.count(two));
        client.ask(SET, Payload.irqs(TRIGGER | NONE, MSIX, 0, VECTORS));
        assertEquals(1, VfioUserRig.count(one));
        int error = rig.event();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, ERROR, 0, 1), error);
        client.ask(SET, Payload.irqs(TRIGGER | NONE, ERROR, 0, 1));
        assertEquals(1, VfioUserRig.count(error));
    }

    @Test
    void maskedVector_isPendingUntilItIsUnmasked() {
        VfioUserTestClient client = rig.attach();
        int one = rig.event();
        int two = rig.event();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 2), one, two);
        client.ask(SET, Payload.irqs(MASK | BOOL, MSIX, 0, 2).u8(0).u8(1));
        fire(client, 0);
        fire(client, 1);
        awaitCount(1, one);
        assertEquals(0, VfioUserRig.count(two));
        client.ask(SET, Payload.irqs(UNMASK | NONE, MSIX, 0, VECTORS));
        awaitCount(1, two);
    }

    @Test
    void masking_beforeThereAreInterrupts_isNothing() {
        VfioUserTestClient client = rig.attach();
        client.ask(SET, Payload.irqs(MASK | NONE, MSIX, 0, VECTORS));
        client.ask(SET, Payload.irqs(UNMASK | BOOL, MSIX, 0, 2).u8(1).u8(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reset_keepsTheEvents_asUnderVfio(boolean byConfiguration) {
        VfioUserTestClient client = rig.attach();
        int event = rig.event();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 4, 1), event);
        if (byConfiguration) {
            client.write(VfioUser.REGION_CONFIG, 0x78, 2, 0x8000);
            client.write(VfioUser.REGION_CONFIG, 4, 2, 2);
        } else {
            client.ask(VfioUser.DEVICE_RESET, Payload.empty());
        }
        fire(client, 4);
        awaitCount(1, event);
    }

    @Test
    void eventThatIsFull_doesNotStopTheDevice() {
        VfioUserTestClient client = rig.attach();
        int event = rig.event();
        VfioUserRig.fill(event);
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 1), event);
        for (int i = 0; i < 3; i++) {
            fire(client, 0);
        }
        client.assertAlive();
        assertEquals(-2, VfioUserRig.count(event));
    }

    /** The client makes its event wait, which is its own to say, and leaves it full: the server waits, but not for ever. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eventThatMakesTheServerWait_doesNotHoldUpTheNextClient(boolean byClient) {
        VfioUserTestClient client = rig.attach();
        int event = rig.event();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 1), event);
        VfioUserRig.fill(event);
        LinuxFiles.fcntl(event, LinuxFiles.F_SETFL, 0);
        if (byClient) {
            client.send(SET, Payload.irqs(TRIGGER | NONE, MSIX, 0, 1));
        } else {
            client.send(VfioUser.REGION_WRITE, VfioUserTestClient.written(0, EchoModel.FIRE, 4, 0));
        }
        VfioUserRig.await("the server to wait", () -> isInWrite("client of " + rig.socket));
        client.close();
        rig.attach().assertAlive();
        rig.closeClients();
    }

    private static boolean isInWrite(String thread) {
        return Thread.getAllStackTraces().entrySet().stream().filter(entry -> entry.getKey().getName().equals(thread))
            .anyMatch(entry -> Stream.of(entry.getValue()).anyMatch(frame -> frame.getMethodName().equals("tryWrite")));
    }

    @Test
    void eventThatMakesTheServerWait_doesNotHoldUpItsEnd() {
        VfioUserTestClient client = rig.attach();
        int event = rig.event();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 1), event);
        VfioUserRig.fill(event);
        LinuxFiles.fcntl(event, LinuxFiles.F_SETFL, 0);
        client.send(SET, Payload.irqs(TRIGGER | NONE, MSIX, 0, 1));
        VfioUserRig.await("the server to wait", () -> isInWrite("client of " + rig.socket));
        assertTimeoutPreemptively(Duration.ofSeconds(60), rig.server::close);
        rig.ended();
    }

    @Test
    void eventsOfAClientThatHasGone_areNotSignalled() {
        VfioUserTestClient client = rig.attach();
        int event = rig.event();
        client.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 0, 1), event);
        client.close();
        VfioUserTestClient next = rig.attach();
        next.ask(SET, Payload.irqs(TRIGGER | EVENTFD, MSIX, 1, 1), rig.event());
        fire(next, 0);
        next.assertAlive();
        assertEquals(0, VfioUserRig.count(event));
    }
}
