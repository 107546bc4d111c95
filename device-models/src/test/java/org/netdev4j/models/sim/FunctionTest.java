package org.netdev4j.models.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.models.device.BusTally;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.Mmio;

/** A model as a PCI function: configuration space, BARs, reset, removal, counting. */
class FunctionTest {
    private static final long MICRO = 1_000;
    private static final int ALL_ONES = 0xffff_ffff;

    private static int find(PciFunction function, int capability) {
        int at = function.readConfig(0x34, 1);
        while (at != 0 && function.readConfig(at, 1) != capability) {
            at = function.readConfig(at + 1, 1);
        }
        return at;
    }

    @Test
    void configSpace_saysWhatTheModelIs() {
        try (Bench bench = Bench.stepped("")) {
            PciFunction function = bench.function;

            assertEquals(0x0ec0_1af0, function.readConfig(0, 4));
            assertEquals(0x1af0, function.readConfig(0, 2));
            assertEquals(0x0ec0, function.readConfig(2, 2));
            assertEquals(0x02_0000, function.readConfig(8, 4) >>> 8);
            assertEquals(3, function.readConfig(8, 1));
            assertEquals(0, function.readConfig(0x0e, 1), "header type");
            assertEquals(0x0ec1_1af1, function.readConfig(0x2c, 4));
            assertEquals(1 << 4, function.readConfig(6, 2) & 1 << 4, "status: there are capabilities");
            assertEquals(0, function.readConfig(0x100, 4), "no extended capability");
            assertEquals(EchoModel.IDENTITY, function.identity());
            assertEquals("Echo, simulated", function.description());
        }
    }

    @Test
    void configSpace_hasExpressAndMsix() {
        try (Bench bench = Bench.stepped("")) {
            PciFunction function = bench.function;

            int express = find(function, 0x10);
            assertEquals(2, function.readConfig(express + 2, 2), "an endpoint, version 2");
            assertEquals(1 << 28, function.readConfig(express + 4, 4) & 1 << 28, "can reset a function");
            int msix = find(function, 0x11);
            assertEquals(EchoModel.VECTORS - 1, function.readConfig(msix + 2, 2) & 0x7ff);
            assertEquals(EchoModel.MSIX, function.readConfig(msix + 4, 4));
            assertEquals(EchoModel.MSIX + 0x1000, function.readConfig(msix + 8, 4), "the page after a table of 1120 bytes");
        }
    }

    @ParameterizedTest
    @CsvSource({"0x10, 0xffffc000", "0x14, 0", "0x18, 0xfff0000c", "0x1c, 0xffffffff", "0x20, 0", "0x24, 0", "0x30, 0"})
    void bars_tellTheirSize_whenAllOnesAreWritten(String register, String expected) {
        try (Bench bench = Bench.stepped("")) {
            int offset = Integer.decode(register);
            int before = bench.function.readConfig(offset, 4);

            bench.function.writeConfig(offset, 4, ALL_ONES);
            int sized = bench.function.readConfig(offset, 4);
            bench.function.writeConfig(offset, 4, before);

            assertEquals(Long.decode(expected).intValue(), sized);
            assertEquals(before, bench.function.readConfig(offset, 4));
        }
    }

    @Test
    void bars_haveAddresses_thatDoNotOverlap() {
        try (Bench bench = Bench.stepped("")) {
            long first = bench.function.readConfig(0x10, 4) & 0xffff_fff0L;
            long second = bench.function.readConfig(0x18, 4) & 0xffff_fff0L;

            assertEquals(0, first % EchoModel.BAR0_SIZE);
            assertEquals(0, second % EchoModel.BAR2_SIZE);
            assertTrue(first > 0 && second >= first + EchoModel.BAR0_SIZE);
        }
    }

    @Test
    void configAccess_ofABadShape_isRefused() {
        try (Bench bench = Bench.stepped("")) {
            assertThrows(IllegalArgumentException.class, () -> bench.function.readConfig(2, 4));
            assertThrows(IllegalArgumentException.class, () -> bench.function.readConfig(4096, 1));
            assertThrows(IllegalArgumentException.class, () -> bench.function.writeConfig(0, 3, 0));
        }
    }

    @Test
    void partOfAWord_isWrittenAlone() {
        try (Bench bench = Bench.stepped("")) {
            bench.function.writeConfig(0x3c, 4, 0x55);
            bench.function.writeConfig(0x3d, 1, 0x77);

            assertEquals(0x55, bench.function.readConfig(0x3c, 4), "the interrupt pin cannot be written");
        }
    }

    @Test
    void registers_answer_atEveryWidth() {
        try (Bench bench = Bench.stepped("")) {
            assertEquals(EchoModel.ID_VALUE, bench.registers.read32(EchoModel.ID));
            bench.registers.write64(EchoModel.SCRATCH, 0x0123_4567_89ab_cdefL);
            assertEquals(0x0123_4567_89ab_cdefL, bench.registers.read64(EchoModel.SCRATCH));
            assertEquals(0x89ab_cdef, bench.registers.read32(EchoModel.SCRATCH));
            assertEquals(EchoModel.BAR0_SIZE, bench.registers.size());
            assertEquals(EchoModel.BAR2_SIZE, bench.function.mapBar(2, PciFunction.BarMapping.UNCACHED).orElseThrow()
                .size());
            assertEquals(Optional.empty(), bench.function.mapBar(1, PciFunction.BarMapping.UNCACHED));
            assertTrue(bench.function.writeCombines(2));
            assertFalse(bench.function.writeCombines(0) || bench.function.writeCombines(3));
        }
    }

    @Test
    void registers_readAllOnes_whileMemoryIsNotDecoded() {
        try (Bench bench = Bench.stepped("")) {
            bench.function.writeConfig(4, 2, 0);
            bench.registers.write32(EchoModel.SCRATCH, 5);
            assertEquals(ALL_ONES, bench.registers.read32(EchoModel.ID));

            bench.function.writeConfig(4, 2, 2);
            assertEquals(0, bench.registers.read32(EchoModel.SCRATCH));
        }
    }

    @Test
    void reset_leavesAFunctionThatAnswers_andMayNotDoDma() {
        try (Bench bench = Bench.stepped("")) {
            bench.registers.write32(EchoModel.SCRATCH, 5);
            bench.function.interrupts().enable(3);

            assertTrue(bench.function.resetFunction());

            assertEquals(1, bench.model.resets);
            assertEquals(EchoModel.ID_VALUE, bench.registers.read32(EchoModel.ID));
            assertEquals(0, bench.registers.read32(EchoModel.SCRATCH));
            assertEquals(2, bench.function.readConfig(4, 2), "memory, no bus mastering");
            assertEquals(0, bench.function.interrupts().enabled());
            assertEquals(0, bench.function.readConfig(find(bench.function, 0x11) + 2, 2) & 0x8000);
            assertEquals(3, bench.function.interrupts().enable(3));
        }
    }

    @Test
    void flrByConfigSpace_clearsWhatASystemHasToRestore() {
        try (Bench bench = Bench.stepped("")) {
            int control = find(bench.function, 0x10) + 8;

            bench.function.writeConfig(control, 2, bench.function.readConfig(control, 2) | 1 << 15);

            assertEquals(1, bench.model.resets);
            assertEquals(0, bench.function.readConfig(4, 2));
            assertEquals(0, bench.function.readConfig(0x10, 4));
            assertEquals(0, bench.function.readConfig(control, 2) & 1 << 15, "reads as zero");
            assertEquals(ALL_ONES, bench.registers.read32(EchoModel.ID));
        }
    }

    private static void assertGone(Bench bench) {
        assertEquals(ALL_ONES, bench.registers.read32(EchoModel.ID));
        assertEquals(-1L, bench.registers.read64(EchoModel.SCRATCH));
        assertEquals(0xff, bench.registers.read8(0));
        assertEquals(ALL_ONES, bench.function.readConfig(0, 4));
        assertEquals(0xffff, bench.function.readConfig(0, 2));
        assertEquals(0xff, bench.function.readConfig(0, 1));
        bench.function.writeConfig(4, 2, 0);
        bench.function.setBusMaster(true);
        bench.registers.write32(EchoModel.SCRATCH, 1);
        bench.function.resetFunction();
        assertEquals(0, bench.model.resets);
        assertTrue(bench.device.isRemoved());
    }

    @Test
    void removed_readsAllOnes_andDoesNothing() {
        try (Bench bench = Bench.stepped("")) {
            bench.function.interrupts().enable(1);
            int index = bench.send(64);
            bench.device.remove();
            bench.device.remove();
            int turns = bench.model.turns;
            bench.clock.advance(100 * MICRO);

            assertFalse(bench.isDone(index));
            assertEquals(turns, bench.model.turns);
            assertEquals(0, bench.device.tally().interrupts());
            assertGone(bench);
            assertEquals(Optional.empty(), bench.device.failure());
        }
    }

    @Test
    void removal_canBePlanned_forARegisterAccess() {
        try (Bench bench = Bench.stepped("")) {
            bench.device.faults().inject("surprise-removal@register:skip=2");

            assertEquals(EchoModel.ID_VALUE, bench.registers.read32(EchoModel.ID));
            assertEquals(EchoModel.ID_VALUE, bench.registers.read32(EchoModel.ID));
            assertGone(bench);
        }
    }

    @Test
    void removal_canBePlanned_forAnInstant() {
        try (Bench bench = Bench.stepped(",faults=surprise-removal@turn:after=50us")) {
            bench.registers.write64(EchoModel.PERIOD, 10 * MICRO);
            bench.clock.advance(40 * MICRO);
            assertFalse(bench.device.isRemoved());

            bench.clock.advance(20 * MICRO);
            assertGone(bench);
        }
    }

    @Test
    void registerFaults_areOfOneBar_andReachNoModel() {
        try (Bench bench = Bench.stepped("")) {
            bench.device.faults()
                .inject("register-reads-ones@0:count=1+register-write-lost@0:count=1+register-reads-ones@2");

            bench.registers.write32(EchoModel.SCRATCH, 1);
            assertEquals(ALL_ONES, bench.registers.read32(EchoModel.SCRATCH));
            assertEquals(0, bench.registers.read32(EchoModel.SCRATCH));
            bench.registers.write32(EchoModel.SCRATCH, 1);
            assertEquals(1, bench.registers.read32(EchoModel.SCRATCH));
        }
    }

    @Test
    void modelThatThrows_isADeviceThatIsGone_andSaysWhy() {
        try (Bench bench = Bench.stepped("")) {
            assertEquals(ALL_ONES, bench.registers.read32(EchoModel.CRASH));
            assertEquals("a register that does not work", bench.device.failure().orElseThrow().getMessage());
            assertGone(bench);
        }
        try (Bench bench = Bench.stepped("")) {
            bench.registers.write32(EchoModel.CRASH_STEP, 1);
            bench.clock.advance(10 * MICRO);
            assertEquals("a turn that does not work", bench.device.failure().orElseThrow().getMessage());
            assertGone(bench);
        }
    }

    @Test
    void tally_isExact() {
        try (Bench bench = Bench.stepped("")) {
            bench.function.interrupts().enable(1);
            bench.function.interrupts().route(0, bench.platform.newWaitEvent());
            BusTally before = bench.device.tally();

            bench.registers.read32(EchoModel.ID);
            bench.registers.read64(EchoModel.SCRATCH);
            bench.send(100);
            bench.clock.advance(10 * MICRO);
            bench.function.readConfig(0, 4);
            BusTally cost = bench.device.tally().since(before);

            assertEquals(2, cost.mmioReads());
            assertEquals(1, cost.mmio(0, false, 8));
            assertEquals(1, cost.mmioWrites());
            assertEquals(1, cost.mmio(0, true, 4));
            assertEquals(1, cost.dmaReads(Kind.DESCRIPTOR));
            assertEquals(16, cost.dmaReadBytes(Kind.DESCRIPTOR));
            assertEquals(100, cost.dmaReadBytes(Kind.PAYLOAD));
            assertEquals(100, cost.dmaWriteBytes(Kind.PAYLOAD));
            assertEquals(1, cost.dmaWrites(Kind.COMPLETION));
            assertEquals(0, cost.dmaReads(Kind.COMPLETION) + cost.dmaWrites(Kind.CONTROL));
            assertEquals(1, cost.interrupts(0));
            assertEquals(1, cost.interrupts());
            assertEquals(1, cost.configReads());
            assertEquals(0, cost.configWrites());
            assertEquals("MMIO 2 reads, 1 writes; DMA 2 reads of 116 bytes, 2 writes of 116 bytes, 0 faults; 1 interrupts, 0 dropped",
                cost.toString());
            String report = cost.perPacket(4);
            assertTrue(report.contains("per packet, over 4 packets:"), report);
            assertTrue(report.matches("(?s).*DMA reads, payload +0\\.250 +25\\.0 bytes\\R.*"), report);
            assertTrue(report.matches("(?s).*MMIO reads +0\\.500\\R.*"), report);
            assertThrows(IllegalArgumentException.class, () -> cost.perPacket(0));
        }
    }

    @Test
    void tally_countsLinesOfAWriteCombinedMapping() {
        try (Bench bench = Bench.stepped(""); Memory entry = Memory.allocate("entry", 128)) {
            Mmio combined = bench.function.mapBar(2, PciFunction.BarMapping.WRITE_COMBINED).orElseThrow();
            Mmio plain = bench.function.mapBar(2, PciFunction.BarMapping.UNCACHED).orElseThrow();

            combined.push64(256, entry, 0, 128);
            plain.push64(0, entry, 0, 128);

            assertEquals(2, bench.device.tally().combinedLines());
            assertEquals(32, bench.device.tally().mmio(2, true, 8));
        }
    }

    @Test
    void trace_showsWhatTheBusSees() {
        try (Bench bench = Bench.stepped(",trace-registers=true")) {
            bench.device.trace().enable(true);
            bench.function.setBusMaster(false);
            bench.registers.write32(EchoModel.SCRATCH, 0xab);
            bench.registers.read32(EchoModel.SCRATCH);
            bench.function.interrupts().enable(2);
            bench.function.resetFunction();
            bench.device.remove();

            assertEquals(List.of("COMMAND memory on, bus master off", "W BAR0 0x0008/4 0x000000ab",
                "R BAR0 0x0008/4 0x000000ab",
                "MSI-X enabled: 2 of 2 vectors", "FUNCTION RESET", "COMMAND memory off, bus master off",
                "COMMAND memory on, bus master off", "REMOVED"), bench.device.trace().lines());
        }
    }
}
