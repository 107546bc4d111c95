package org.netdev4j.models.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.models.vfiouser.VfioUserServer;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.bus.PciFunction.BarMapping;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.vfiouser.VfioUserBus;

/** What is pushed into a BAR of another process arrives as if it was written word by word. */
@EnabledOnOs(OS.LINUX)
class VfioUserPushTest {
    private static final int MOST = 4096;

    @TempDir
    private Path dir;

    private static PciFunction client(Path socket, Platform platform) {
        return (PciFunction) new VfioUserBus().attach(DeviceAddress.parse("vfio-user:" + socket), platform,
            Optional.empty());
    }

    /** A few words, a full message, one more, and several messages. */
    @ParameterizedTest
    @ValueSource(ints = {0, 8, 128, 1600, 1608, MOST})
    void push_isTheWordsInTheirOrder_andNothingElse(int length) {
        Path socket = dir.resolve("s");
        try (Platform platform = Platform.builder().build(); Memory source = Memory.allocate("source", MOST + 8);
             VfioUserServer server = VfioUserServer.open(DeviceAddress.parse("sim:echo,trace-registers=true"), platform,
                 Optional.empty(), socket, line -> { });
             PciFunction function = client(socket, platform)) {
            for (int i = 0; i < MOST + 8; i += 8) {
                source.putLong(i, i + 1);
            }
            Mmio bar = function.mapBar(2, BarMapping.WRITE_COMBINED).orElseThrow();
            server.device().trace().enable(true);

            bar.push64(0x100, source, 8, length);

            // A read waits for what was written before it.
            bar.read32(0);
            List<String> expected = IntStream.range(0, length / 8)
                .mapToObj(i -> String.format(Locale.ROOT, "W BAR2 0x%04x/8 0x%016x", 0x100 + 8 * i, 8 * i + 9)).toList();
            List<String> written = server.device().trace().lines().stream()
                .filter(line -> line.startsWith("W BAR2")).toList();
            assertEquals(expected, written);
        }
    }

    @Test
    void pushOutside_isRefused_beforeAnythingIsSent() {
        Path socket = dir.resolve("s");
        try (Platform platform = Platform.builder().build(); Memory source = Memory.allocate("source", 64);
             VfioUserServer server = VfioUserServer.open(DeviceAddress.parse("sim:echo"), platform, Optional.empty(), socket,
                 line -> { });
             PciFunction function = client(socket, platform)) {
            Mmio bar = function.mapBar(2, BarMapping.WRITE_COMBINED).orElseThrow();
            long before = server.device().tally().mmioWrites();
            assertThrows(IndexOutOfBoundsException.class, () -> bar.push64(0x10_0000 - 32, source, 0, 64));
            assertThrows(IndexOutOfBoundsException.class, () -> bar.push64(0, source, 8, 64));
            bar.read32(0);
            assertEquals(before, server.device().tally().mmioWrites());
        }
    }
}
