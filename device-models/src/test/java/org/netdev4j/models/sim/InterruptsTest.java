package org.netdev4j.models.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.Interrupts;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.mmio.Mmio;

/** MSI-X: table, masks, pending bits, and what the system makes of them. */
class InterruptsTest {
    private Bench bench = Bench.stepped("");
    private final WaitEvent event = bench.platform.newWaitEvent();

    @AfterEach
    void close() {
        bench.close();
    }

    private Interrupts interrupts() {
        return bench.function.interrupts();
    }

    private void fire(int vector) {
        bench.registers.write32(EchoModel.FIRE, vector);
    }

    private Mmio table() {
        return bench.registers.slice("MSI-X table", EchoModel.MSIX, EchoModel.VECTORS * 16L);
    }

    private Mmio pending() {
        return bench.registers.slice("pending bits", EchoModel.MSIX + 0x1000, 16);
    }

    @Test
    void vector_signalsItsEvent_only() {
        WaitEvent other = bench.platform.newWaitEvent();
        assertEquals(70, interrupts().available());
        assertEquals(70, interrupts().enable(70));
        interrupts().route(3, event);
        interrupts().route(69, other);

        fire(3);
        assertTrue(event.poll());
        assertFalse(event.poll() || other.poll());
        fire(69);
        assertTrue(other.poll());
        assertEquals(1, bench.device.tally().interrupts(69));
    }

    @Test
    void notEnabled_isDropped_andCounted() {
        fire(0);
        interrupts().enable(2);
        interrupts().route(0, event);
        fire(2);
        fire(70);
        fire(-1);

        assertFalse(event.poll());
        assertEquals(4, bench.device.tally().interruptsDropped());
        assertEquals(0, bench.device.tally().interrupts());
    }

    @Test
    void masked_isPending_andComesOnceWithUnmask() {
        interrupts().enable(2);
        interrupts().route(1, event);
        interrupts().mask(1);
        fire(1);
        fire(1);

        assertFalse(event.poll());
        assertEquals(0b10, pending().read32(0));
        interrupts().unmask(1);

        assertTrue(event.poll());
        assertEquals(0, pending().read64(0));
        assertEquals(1, bench.device.tally().interrupts());
    }

    @Test
    void unrouted_isKept_forWhoComes() {
        interrupts().enable(1);
        fire(0);
        assertEquals(0, bench.device.tally().interrupts());

        interrupts().route(0, event);

        assertTrue(event.poll());
    }

    @Test
    void rerouted_signalsTheNewEvent() {
        WaitEvent second = bench.platform.newWaitEvent();
        interrupts().enable(1);
        interrupts().route(0, event);
        interrupts().route(0, second);
        fire(0);

        assertFalse(event.poll());
        assertTrue(second.poll());
    }

    @Test
    void disabled_signalsNothing_andCanBeEnabledAgain() {
        interrupts().enable(1);
        interrupts().route(0, event);
        interrupts().mask(0);
        fire(0);
        interrupts().disable();
        interrupts().disable();
        fire(0);
        assertEquals(0, interrupts().enabled());

        assertEquals(1, interrupts().enable(1));
        interrupts().route(0, event);
        assertFalse(event.poll(), "neither what was pending nor what came while disabled");
        fire(0);
        assertTrue(event.poll());
    }

    @Test
    void fewerAreGranted_ifTheAddressSaysSo() {
        bench.close();
        bench = Bench.stepped(",vectors=3");

        assertEquals(70, interrupts().available());
        assertEquals(3, interrupts().enable(5));
        assertEquals(3, interrupts().enabled());
        fire(3);
        assertEquals(1, bench.device.tally().interruptsDropped());
        assertThrows(IllegalArgumentException.class, () -> interrupts().route(3, event));
        interrupts().disable();
        assertEquals(2, interrupts().enable(2));
    }

    @Test
    void noneCanBeHad_ifTheAddressSaysSo() {
        bench.close();
        bench = Bench.stepped(",vectors=0");

        Exception thrown = assertThrows(PlatformException.class, () -> interrupts().enable(1));

        assertTrue(thrown.getMessage().contains("no interrupt vector"), thrown.getMessage());
        assertEquals(0, interrupts().enabled());
    }

    @Test
    void wrongUse_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> interrupts().enable(0));
        assertThrows(IllegalArgumentException.class, () -> interrupts().enable(71));
        assertThrows(IllegalArgumentException.class, () -> interrupts().mask(0));
        interrupts().enable(1);
        assertThrows(IllegalStateException.class, () -> interrupts().enable(1));
        assertThrows(IllegalArgumentException.class, () -> interrupts().unmask(1));
        assertThrows(IllegalArgumentException.class, () -> interrupts().route(-1, event));
    }

    @Test
    void table_isReadAndWrittenInItsBar_notByTheModel() {
        table().write32(0, 0xfee0_0000);
        table().write64(24, 0x1234_5678L);

        assertEquals(0xfee0_0000, table().read32(0));
        assertEquals(0x1234_5678, table().read32(24));
        assertEquals(0, table().read32(28), "unmasked by the upper half");
        assertEquals(1, table().read32(12), "masked since reset");
        assertEquals(1L << 32 | 0, table().read64(8));
        table().write8(12, 0);
        assertEquals(1, table().read32(12), "too narrow a write");
        assertEquals(0, bench.registers.read32(EchoModel.SCRATCH));
    }

    @Test
    void unmaskingInTheTable_deliversWhatIsPending() {
        interrupts().enable(70);
        interrupts().route(65, event);
        table().write32(65 * 16 + 12, 1);
        fire(65);
        assertEquals(0b10, pending().read32(8));

        table().write32(65 * 16 + 12, 0);

        assertTrue(event.poll());
        assertEquals(0, pending().read64(8));
    }

    @Test
    void functionMask_holdsAllBack() {
        interrupts().enable(2);
        interrupts().route(0, event);
        PciFunction function = bench.function;
        int control = function.readConfig(0xb2, 2);
        function.writeConfig(0xb2, 2, control | 0x4000);
        fire(0);
        assertFalse(event.poll());

        function.writeConfig(0xb2, 2, control);

        assertTrue(event.poll());
    }

    @Test
    void faults_loseAndRepeat() {
        interrupts().enable(2);
        interrupts().route(0, event);
        interrupts().route(1, event);
        bench.device.faults().inject("interrupt-lost@0:count=1+interrupt-repeated@1");
        fire(0);
        assertFalse(event.poll());
        fire(0);
        assertTrue(event.poll());
        fire(1);

        assertTrue(event.poll());
        assertEquals(2, bench.device.tally().interrupts(1));
    }
}
