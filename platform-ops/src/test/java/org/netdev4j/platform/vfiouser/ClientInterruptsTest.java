package org.netdev4j.platform.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.Interrupts;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.vfiouser.ScriptedServer.Answer;
import org.netdev4j.platform.vfiouser.ScriptedServer.Message;

/** Vectors of a device in another process, and its two interrupts that are none. */
class ClientInterruptsTest extends ClientFixture {
    private static final int ON = VfioUser.SET_DATA_EVENTFD | VfioUser.SET_ACTION_TRIGGER;
    private static final int OFF = VfioUser.SET_DATA_NONE | VfioUser.SET_ACTION_TRIGGER;

    private void irqInfo(int index, int flags, int count) {
        server.on(VfioUser.DEVICE_GET_IRQ_INFO, request -> request.payload().getInt(8) != index ? server.standard(request)
            : Answer.of(ScriptedServer.bytes(16).putInt(16).putInt(flags).putInt(index).putInt(count)));
    }

    /** Messages that connect or disconnect a kind of interrupt. */
    private List<Message> sets(int index) {
        return server.seen(VfioUser.DEVICE_SET_IRQS).stream().filter(set -> set.payload().getInt(8) == index).toList();
    }

    /** Descriptors that the server has for the vectors. */
    private List<Integer> connected() {
        List<Integer> fds = new ArrayList<>();
        for (Message set : sets(VfioUser.IRQ_MSIX)) {
            for (int fd : set.fds()) {
                fds.add(fd);
            }
        }
        return fds;
    }

    private boolean comes(WaitEvent event) {
        return event.await(Deadline.afterMillis(Clock.system(), 60_000));
    }

    @Test
    void vectors_areConnected_asManyAtOnceAsTheServerTakes() {
        try (PciFunction function = attach()) {
            assertEquals(ScriptedServer.VECTORS, function.interrupts().enable(ScriptedServer.VECTORS));
            List<String> asked = sets(VfioUser.IRQ_MSIX).stream().map(set -> set.payload().getInt(4) + " " + set.payload()
                .getInt(12) + " " + set.payload().getInt(16) + " " + set.fds().length).toList();
            assertEquals(List.of(ON + " 0 8 8", ON + " 8 8 8", ON + " 16 4 4"), asked);
        }
        assertEquals(OFF, sets(VfioUser.IRQ_MSIX).get(3).payload().getInt(4));
    }

    @Test
    void serverThatSaysNothing_takesOneDescriptorAtOnce() {
        server.offers("{}");
        try (PciFunction function = attach()) {
            function.interrupts().enable(3);
            assertEquals(3, sets(VfioUser.IRQ_MSIX).size());
        }
    }

    @Test
    void signal_comesToItsEvent_andIsKeptWhileMasked() {
        try (PciFunction function = attach()) {
            Interrupts interrupts = function.interrupts();
            interrupts.enable(2);
            WaitEvent first = platform.newWaitEvent();
            WaitEvent second = platform.newWaitEvent();
            interrupts.route(0, first);
            interrupts.route(1, second);
            List<Integer> fds = connected();
            LinuxFiles.signal(fds.get(1));
            assertTrue(comes(second));
            assertFalse(first.poll());

            interrupts.mask(0);
            LinuxFiles.signal(fds.get(0));
            LinuxFiles.signal(fds.get(1));
            // One thread takes both, the first one first.
            assertTrue(comes(second));
            assertFalse(first.poll());
            interrupts.unmask(0);
            assertTrue(first.poll());
            assertFalse(first.poll());
        }
    }

    @Test
    void signalBeforeItIsRouted_isKept() {
        try (PciFunction function = attach()) {
            Interrupts interrupts = function.interrupts();
            interrupts.enable(2);
            WaitEvent other = platform.newWaitEvent();
            interrupts.route(1, other);
            LinuxFiles.signal(connected().get(0));
            LinuxFiles.signal(connected().get(1));
            assertTrue(comes(other));
            WaitEvent event = platform.newWaitEvent();
            interrupts.route(0, event);
            assertTrue(event.poll());
        }
    }

    @Test
    void disable_leavesNothingThatSignals_andCanBeEnabledAgain() {
        try (PciFunction function = attach()) {
            Interrupts interrupts = function.interrupts();
            interrupts.enable(1);
            WaitEvent event = platform.newWaitEvent();
            interrupts.route(0, event);
            interrupts.disable();
            interrupts.disable();
            assertEquals(0, interrupts.enabled());
            LinuxFiles.signal(connected().get(0));
            assertFalse(event.poll());
            assertEquals(2, interrupts.enable(2));
            assertEquals(2, interrupts.enabled());
        }
    }

    @Test
    void reset_disablesThem() {
        try (PciFunction function = attach()) {
            function.interrupts().enable(1);
            assertTrue(function.resetFunction());
            assertEquals(0, function.interrupts().enabled());
        }
    }

    @Test
    void refusedVectors_areTold_andThoseConnectedAlready_areTakenBack() {
        server.on(VfioUser.DEVICE_SET_IRQS,
            request -> request.payload().getInt(12) == 8 ? Answer.refusal(Errno.ENOSPC) : server.standard(request));
        try (PciFunction function = attach()) {
            Interrupts interrupts = function.interrupts();
            String message = assertThrows(PlatformException.class, () -> interrupts.enable(9)).getMessage();
            assertTrue(message.contains("no interrupt vector can be had: "), message);
            assertTrue(message.contains("refuses DEVICE_SET_IRQS (ENOSPC); use polling"), message);
            assertEquals(0, interrupts.enabled());
            assertEquals(OFF, sets(VfioUser.IRQ_MSIX).get(2).payload().getInt(4));
            assertEquals(8, interrupts.enable(8));
        }
    }

    @Test
    void refusedDisable_isSaid_andNobodyListensAnyMore() {
        server.on(VfioUser.DEVICE_SET_IRQS,
            request -> request.payload().getInt(4) == OFF ? Answer.refusal(Errno.EIO) : server.standard(request));
        try (PciFunction function = attach()) {
            function.interrupts().enable(1);
            function.interrupts().disable();
            assertSaid("interrupts stay connected there");
            assertEquals(0, function.interrupts().enabled());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 20, 0", "1, 0, 0", "14, 20, 0", "15, 2048, 2048"})
    void available_isWhatCanBeSignalled(int flags, int count, int expected) {
        irqInfo(VfioUser.IRQ_MSIX, flags, count);
        try (PciFunction function = attach()) {
            assertEquals(expected, function.interrupts().available());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2049, -1, Integer.MIN_VALUE})
    void moreThanThereCanBe_isRefused(int count) {
        irqInfo(VfioUser.IRQ_MSIX, 1, count);
        assertRefused("DEVICE_GET_IRQ_INFO: " + Integer.toUnsignedString(count) + " interrupts", "at most 2048");
    }

    @Test
    void shortAnswer_isRefused() {
        server.on(VfioUser.DEVICE_GET_IRQ_INFO, request -> Answer.of(ScriptedServer.bytes(15)));
        assertRefused("the answer to DEVICE_GET_IRQ_INFO has 15 bytes, not 16");
    }

    @Test
    void argumentsThatCannotBe_areRefused() {
        try (PciFunction function = attach()) {
            Interrupts interrupts = function.interrupts();
            assertThrows(IllegalArgumentException.class, () -> interrupts.enable(0));
            assertThrows(IllegalArgumentException.class, () -> interrupts.enable(21));
            assertThrows(IllegalArgumentException.class, () -> interrupts.mask(0));
            interrupts.enable(1);
            assertThrows(IllegalStateException.class, () -> interrupts.enable(1));
            assertThrows(IllegalArgumentException.class, () -> interrupts.unmask(1));
            assertThrows(IllegalArgumentException.class, () -> interrupts.route(-1, platform.newWaitEvent()));
        }
    }

    @ParameterizedTest
    @CsvSource({"3, an error that the device does not recover from", "4, wants the device back"})
    void eventsOfTheDevice_areSaid(int index, String line) {
        irqInfo(index, 1, 1);
        try (PciFunction function = attach()) {
            assertEquals(1, sets(index).size());
            assertEquals(0, sets(7 - index).size());
            LinuxFiles.signal(sets(index).get(0).fds()[0]);
            assertSaid(line);
            assertEquals(ScriptedServer.IDS, function.readConfig(0, 4));
        }
    }

    @Test
    void eventsThatTheServerRefuses_areDoneWithout() {
        irqInfo(VfioUser.IRQ_ERROR, 1, 1);
        server.on(VfioUser.DEVICE_SET_IRQS, request -> Answer.refusal(Errno.EINVAL));
        try (PciFunction function = attach()) {
            assertEquals(ScriptedServer.IDS, function.readConfig(0, 4));
        }
    }
}
