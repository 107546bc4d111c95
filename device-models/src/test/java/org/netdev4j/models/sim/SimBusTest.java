package org.netdev4j.models.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.memory.Memory;

@Timeout(60)
class SimBusTest {
    private final VirtualClock clock = new VirtualClock();
    private final Platform platform = Platform.builder().virtualClock(clock).build();

    private SimDevice attach(String address) {
        return (SimDevice) new SimBus().attach(DeviceAddress.parse(address), platform, Optional.empty());
    }

    private static void close(SimDevice device) {
        ((BusDevice) device).close();
    }

    @Test
    void bus_isFoundByServiceLoader() {
        assertTrue(ServiceLoader.load(Bus.class).stream().anyMatch(p -> p.type() == SimBus.class));
        assertEquals("sim", new SimBus().scheme());
        assertTrue(new SimBus().takesWire());
    }

    @Test
    void scan_listsTheModels_withAddressesThatOpen() {
        List<Bus.Found> found = new SimBus().scan().stream().filter(f -> f.address().locator().equals("echo")).toList();

        assertEquals(1, found.size());
        assertEquals("sim:echo", found.get(0).address().toString());
        assertEquals(EchoModel.IDENTITY, found.get(0).identity());
        assertTrue(found.get(0).description().startsWith("Echo, simulated"));
        close(attach(found.get(0).address().toString()));
    }

    @Test
    void options_areThoseOfBusAndModels_once() {
        List<String> keys = new SimBus().options().stream().map(OptionSpec::key).toList();

        assertTrue(keys.containsAll(Set.of("name", "seed", "trace", "faults", "vectors", "address-bits", "mask")),
            keys.toString());
        assertEquals(keys.size(), Set.copyOf(keys).size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sim:ecko                | there is no device model \"ecko\"; there are .*\\becho\\b.*; did you mean \"echo\"\\?",
        "sim:                    | there is no device model \"\"; there are .*",
        "sim:echo,mask=256       | mask=\"256\": not from 0 to 255",
        "sim:echo,seed=x         | seed=\"x\": not a whole number .*",
        "sim:echo,seed=          | seed=\"\": not a whole number .*",
        "sim:echo,vectors=2049   | vectors=\"2049\": not from 0 to 2048",
        "sim:echo,address-bits=8 | address-bits=\"8\": not from 32 to 64",
        "sim:echo,trace-time=yes | trace-time=\"yes\": not true or false",
        "sim:echo,name=          | name=\"\": nothing is written",
        "sim:echo,mast=1         | sim:echo takes no key \"mast\"; it takes mask; did you mean \"mask\"\\?",
        "sim:echo,faults=echo    | faults=there is no fault \"echo\"; there are .*echo-silent.*"})
    void wrongAddress_getsOneLine(String address, String expected) {
        Exception thrown = assertThrows(PlatformException.class, () -> attach(address));

        assertTrue(thrown.getMessage().matches("device address \"" + Pattern.quote(address) + "\": " + expected),
            thrown.getMessage());
        assertTrue(SimDevices.on(platform).isEmpty());
    }

    @Test
    void traceFile_thatCannotBeWritten_getsOneLine_andLeavesNothing() {
        Exception thrown = assertThrows(PlatformException.class, () -> attach("sim:echo,name=x,trace=/nowhere/at/all"));

        assertTrue(thrown.getMessage().contains("/nowhere/at/all"), thrown.getMessage());
        close(attach("sim:echo,name=x"));
    }

    @Test
    void withoutAWire_thePortLeadsToItself() {
        SimDevice device = attach("sim:echo");
        assertEquals("self:", device.wire().name());
        close(device);
    }

    @Test
    void devices_areFoundByNameAndPlatform_whileTheyArePluggedIn() {
        SimDevice first = attach("sim:echo,name=one");
        SimDevice second = attach("sim:echo");
        SimDevice third = attach("sim:echo");

        assertSame(first, SimDevices.named("one").orElseThrow());
        assertSame(second, SimDevices.named(second.name()).orElseThrow());
        assertTrue(second.name().matches("sim:echo#[0-9]+"), second.name());
        assertNotEquals(second.name(), third.name());
        assertEquals(List.of(first, second, third), SimDevices.on(platform));
        assertEquals("sim:echo,name=one", first.address().toString());
        assertSame(platform, first.platform());
        close(second);
        assertEquals(List.of(first, third), SimDevices.on(platform));
        close(first);
        close(third);
        assertEquals(Optional.empty(), SimDevices.named("one"));
    }

    @Test
    void name_isTakenOnce() {
        SimDevice first = attach("sim:echo,name=one");

        Exception thrown = assertThrows(PlatformException.class, () -> attach("sim:echo,name=one"));
        assertTrue(thrown.getMessage().contains("name=\"one\""), thrown.getMessage());

        close(first);
        close(attach("sim:echo,name=one"));
    }

    @Test
    void trace_goesToAFile_numbered_withTimes(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("trace.txt");
        SimDevice device = attach("sim:echo,trace-time=true,trace=" + file);
        clock.advance(1_500_000);
        ((PciFunction) device).setBusMaster(true);
        close(device);

        List<String> lines = Files.readAllLines(file);
        assertEquals("000001 0.000000000 PLUGGED IN echo 1af0:0ec0", lines.get(0));
        assertTrue(lines.contains("000003 0.001500000 COMMAND memory on, bus master on"), lines.toString());
    }

    @Test
    void accounting_isWrittenWhenTheDeviceIsUnplugged(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("cost.txt");
        try (Bench bench = Bench.stepped(",seed=5,name=dut,accounting=" + file); Memory frame = Memory.allocate("frame", 64)) {
            bench.far.send(frame, 0, 60);
            bench.send(100);
            bench.clock.advance(100_000);
            assertEquals("", Files.readString(file));
        }

        String text = Files.readString(file);
        assertTrue(text.startsWith("dut (echo 1af0:0ec0) on "), text);
        assertTrue(text.contains(", seed 5\n") && text.contains("\n1 frames sent, 1 received\n"), text);
        assertTrue(text.matches("(?s).*per packet, over 2 packets:.* DMA reads, payload +0\\.500 +50\\.0 bytes\n.*"), text);
    }

    @Test
    void accounting_ofRealTime_hasTheModelsOwn(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("cost.txt");
        try (Bench bench = Bench.threaded(",accounting=" + file); Memory frame = Memory.allocate("frame", 64)) {
            bench.far.send(frame, 0, 60);
            Await.until(() -> bench.far.receive(frame, 0, 64) == 60);
        }
        assertTrue(Files.readString(file).matches("(?s).*device's own work +[0-9.]+ ns\n"), Files.readString(file));
    }

    @Test
    void accountingFile_thatCannotBeWritten_getsOneLine() {
        Exception thrown = assertThrows(PlatformException.class, () -> attach("sim:echo,accounting=/nowhere/at/all"));

        assertTrue(thrown.getMessage().startsWith("accounting file \"/nowhere/at/all\" cannot be written"), thrown.getMessage());
    }

    @Test
    void close_isIdempotent_andDetachesTheDomain() {
        SimDevice device = attach("sim:echo");
        close(device);
        close(device);
        Set<String> names = SimDevices.all().stream().map(SimDevice::name).collect(Collectors.toSet());

        assertTrue(!names.contains(device.name()));
        platform.dma().allocator("later").allocate("memory", 64, 64).close();
        assertEquals(0, device.iommu().mapped());
        platform.close();
    }

    @Test
    void seed_isTheAddresss() {
        SimDevice device = attach("sim:echo,seed=-3");
        assertEquals(-3, device.seed());
        close(device);
    }
}
