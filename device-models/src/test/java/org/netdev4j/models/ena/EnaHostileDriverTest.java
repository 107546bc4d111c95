package org.netdev4j.models.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.Mmio;

/** Whatever a driver writes, the model goes on: it never throws, never hangs, and a reset makes it whole. */
class EnaHostileDriverTest {
    private static final int OPERATIONS = 400;
    private static final int[] OPCODES = {1, 2, 3, 4, 8, 9, 11};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void randomWrites_neverBreakTheModel(long seed) {
        RandomSource random = RandomSource.seeded(seed);
        try (HandDriver driver = new HandDriver(",queues=2").up(); Memory frame = Memory.allocate("frame", 2048)) {
            Mmio llq = driver.function.mapBar(2, PciFunction.BarMapping.UNCACHED).orElseThrow();
            driver.openEvents(0xff);
            for (int i = 0; i < OPERATIONS; i++) {
                operate(driver, llq, random);
                driver.clock.advance(random.nextInt(20_000));
                if (random.nextInt(8) == 0) {
                    driver.far.send(frame, 0, 60 + random.nextInt(1500));
                }
                while (driver.far.receive(frame, 0, 2048) > 0) {
                    // taken off the wire
                }
            }
            assertTrue(driver.device.failure().isEmpty(), () -> "seed " + seed + ": " + driver.device.failure());
            long executed = driver.model.commandsExecuted();
            assertTrue(executed > 20, "only " + executed + " commands got through");
            assertWhole(driver);
        }
    }

    private static void operate(HandDriver driver, Mmio llq, RandomSource random) {
        switch (random.nextInt(10)) {
            case 0 -> driver.write(4 * random.nextInt(0x108 / 4), random.nextInt());
            case 1 -> driver.registers.write64(8 * random.nextInt(0x4100 / 8), random.nextLong());
            case 2 -> driver.write(0x1000 + 4 * random.nextInt(300), random.nextInt());
            case 3 -> driver.write(0x2000 + 4 * random.nextInt(300), random.nextInt());
            case 4 -> llq.write64(8L * random.nextInt((int) (llq.size() / 8)), random.nextLong());
            case 5 -> driver.registers.read8(random.nextInt(0x10000));
            default -> driver.submit(command(driver, random));
        }
        // Mostly the rings stay where they are, so that commands are executed at all.
        if (random.nextInt(4) != 0) {
            driver.writeAddress(0x10, driver.commands.iova());
            driver.writeAddress(0x20, driver.completions.iova());
            driver.write(0x18, HandDriver.DEPTH | HandDriver.ENTRY << 16);
            driver.write(0x28, HandDriver.DEPTH | HandDriver.ENTRY << 16);
        }
        if (random.nextInt(16) == 0 && driver.reset(random.nextInt(32))) {
            driver.openAdminQueue();
        }
    }

    private static ByteBuffer command(HandDriver driver, RandomSource random) {
        ByteBuffer entry = HandDriver.entry(OPCODES[random.nextInt(OPCODES.length)], random.nextInt() & 6);
        for (int at = 4; at < HandDriver.ENTRY; at += 4) {
            int kind = random.nextInt(6);
            entry.putInt(at, switch (kind) {
                case 0 -> random.nextInt();
                case 1 -> random.nextInt(512);
                case 2 -> 1 << random.nextInt(32);
                default -> 0;
            });
        }
        if (random.nextInt(3) != 0) {
            entry.put(17, (byte) random.nextInt(33));
        }
        if (random.nextInt(3) != 0) {
            int lengths = random.nextInt(6);
            driver.withControl(entry, lengths == 0 ? random.nextInt() : lengths == 1 ? 4096 : 48);
        }
        if (random.nextInt(3) == 0) {
            entry.put(4, (byte) (random.nextInt(4) << 5)).put(5, (byte) (2 << random.nextInt(3)))
                .putShort(6, (short) (1 << random.nextInt(16))).putLong(12, driver.control.iova());
        }
        return entry;
    }

    private static void assertWhole(HandDriver driver) {
        driver.announceResponse();
        assertTrue(driver.reset(0));
        driver.openAdminQueue();
        assertEquals(0, HandDriver.status(driver.get(1, 0)));
        int cq = driver.createCq(256, 4, 1, driver.control.iova()).getShort(8);
        assertEquals(0, HandDriver.status(driver.createSq(2, 1, cq, 256, driver.control.iova())));
        driver.openEvents(0xff);
        assertTrue(driver.event(2_000 * HandDriver.MILLI).isPresent());
    }

    @Test
    void accessesOfAnyWidth_toAnyOffset_areTaken() {
        try (HandDriver driver = new HandDriver(",queues=1")) {
            for (int offset = 0; offset < 0x10000; offset += 8) {
                driver.registers.read64(offset);
                driver.registers.read32(offset + 4);
                driver.registers.read16(offset + 2);
                driver.registers.read8(offset + 1);
                driver.registers.write8(offset + 1, (byte) 0xff);
                driver.registers.write16(offset + 2, (short) 0xffff);
            }
            assertTrue(driver.device.failure().isEmpty());
            driver.announceResponse();
            assertTrue(driver.reset(0), "writes that are not of 32 bits do nothing to registers");
        }
    }

    @Test
    void narrowReads_bringTheirPartOfTheRegister() {
        try (HandDriver driver = new HandDriver("")) {
            assertEquals(1, driver.registers.read8(0x07));
            assertEquals(0x0100, driver.registers.read16(0x06));
            assertEquals(0x0100_0001_0000_000aL, driver.registers.read64(0));
        }
    }
}
