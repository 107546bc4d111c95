package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.memory.MemoryBacking;
import org.netdev4j.platform.memory.MemoryBackings;
import org.netdev4j.platform.memory.MemoryNeed;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.spi.DeviceContext;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.NetDevDriver;

/** Opening by address: what is found, what is said when it is not, and that nothing is left open. */
class NetDevsTest {
    // What providers that ServiceLoader makes report to the test that runs.
    private static FakeNic nic;
    private static FakeRig.FakeBusDevice attached;
    private static Map<String, String> busOptions;
    private static Platform attachedOn;
    private static Map<String, String> driverOptions;
    private static Supplier<RuntimeException> attachFails;

    @TempDir
    private Path directory;
    private final ClassLoader usual = Thread.currentThread().getContextClassLoader();
    private final List<String> leaks = new ArrayList<>();
    private final Platform platform =
        Platform.builder().backing(MemoryBackings.anonymous()).onLeak((owner, memory) -> leaks.add(memory.name())).build();

    /** A bus whose devices fake drivers drive; with and without wires, by locator. */
    public static final class FakeBus implements Bus {
        @Override
        public String scheme() {
            return "fake";
        }

        @Override
        public String description() {
            return "a fake";
        }

        @Override
        public List<OptionSpec> options() {
            return List.of(new OptionSpec("slot", "any", "0", "a key of the bus's"));
        }

        @Override
        public List<Found> scan() {
            return List.of();
        }

        @Override
        public boolean takesWire() {
            return true;
        }

        @Override
        public MemoryNeed needs(DeviceAddress address) {
            if (address.options().containsKey("slot")) {
                return MemoryNeed.LARGE_PAGES;
            }
            if (address.locator().equals("confused")) {
                throw new IllegalStateException("a mistake");
            }
            return MemoryNeed.ANY;
        }

        @Override
        public BusDevice attach(DeviceAddress address, Platform platform, Optional<WirePort> wire) {
            busOptions = address.options();
            attachedOn = platform;
            if (attachFails != null) {
                throw attachFails.get();
            }
            attached = new FakeRig.FakeBusDevice();
            attached.identity = new DeviceIdentity.Transport(address.locator().isEmpty() ? "fake" : address.locator());
            attached.onClose = () -> wire.ifPresent(WirePort::close);
            return attached;
        }
    }

    /** A bus that takes no wire. */
    public static final class WirelessBus implements Bus {
        @Override
        public String scheme() {
            return "wireless";
        }

        @Override
        public String description() {
            return "a bus that takes no wire";
        }

        @Override
        public List<OptionSpec> options() {
            return List.of();
        }

        @Override
        public List<Found> scan() {
            return List.of();
        }

        @Override
        public boolean takesWire() {
            return false;
        }

        @Override
        public BusDevice attach(DeviceAddress address, Platform platform, Optional<WirePort> wire) {
            return new FakeBus().attach(address, platform, wire);
        }
    }

    /** A driver whose device the test finds in {@link #nic}. */
    public static class FakeDriver implements NetDevDriver {
        private final FakeNic made = new FakeNic();

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public String version() {
            return "1.0";
        }

        @Override
        public String description() {
            return "a fake";
        }

        @Override
        public boolean drives(DeviceIdentity identity) {
            return made.drives(identity);
        }

        @Override
        public List<String> identities() {
            return made.identities();
        }

        @Override
        public List<OptionSpec> options() {
            return made.options();
        }

        @Override
        public DeviceOps open(BusDevice device, DeviceContext context) {
            driverOptions = context.options();
            return (nic == null ? made : nic).open(device, context);
        }
    }

    /** Drives the same devices under another name. */
    public static final class RivalDriver extends FakeDriver {
        @Override
        public String name() {
            return "rival";
        }
    }

    /** Has a name that is taken. */
    public static final class NamesakeDriver extends FakeDriver {
        @Override
        public boolean drives(DeviceIdentity identity) {
            return false;
        }
    }

    /** Cannot be made. */
    public static final class BrokenDriver extends FakeDriver {
        public BrokenDriver() {
            throw new IllegalStateException("licence expired");
        }
    }

    /** Does not know what it drives. */
    public static final class UndecidedDriver extends FakeDriver {
        @Override
        public String name() {
            return "undecided";
        }

        @Override
        public boolean drives(DeviceIdentity identity) {
            throw new IllegalStateException("not my day");
        }
    }

    /** Does not know what it is called. */
    public static final class NamelessDriver extends FakeDriver {
        @Override
        public String name() {
            throw new UnsupportedOperationException("no name yet");
        }
    }

    @BeforeEach
    void reset() {
        nic = null;
        attached = null;
        attachFails = null;
        busOptions = null;
        driverOptions = null;
    }

    @AfterEach
    void close() throws IOException {
        if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader made && made != usual) {
            made.close();
        }
        Thread.currentThread().setContextClassLoader(usual);
        assertEquals(List.of(), leaks);
        assertEquals(List.of(), platform.dma().live());
        platform.close();
    }

    /** Puts drivers on the path, as lines of a services file, and both buses. */
    private void onThePath(String... drivers) {
        try {
            Path services = Files.createDirectories(directory.resolve("META-INF/services"));
            Files.writeString(services.resolve(NetDevDriver.class.getName()), String.join("\n", drivers) + "\n");
            Files.writeString(services.resolve(Bus.class.getName()),
                FakeBus.class.getName() + "\n" + WirelessBus.class.getName() + "\n");
            Thread.currentThread().setContextClassLoader(new URLClassLoader(new URL[] {directory.toUri().toURL()}, usual));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String name(Class<?> type) {
        return type.getName();
    }

    private NetDevs.Opening at(String address) {
        return NetDevs.at(address).platform(platform);
    }

    @Test
    void open_findsBusAndDriver_andGivesEachItsOwnKeys() {
        onThePath(name(FakeDriver.class));
        nic = new FakeNic();

        NetDev device = at("fake:,slot=3,colour=blue").open();

        assertEquals("fake:", device.name());
        assertEquals(Map.of("slot", "3"), busOptions);
        assertEquals(Map.of("colour", "blue"), driverOptions);
        assertSame(platform, device.platform());
        device.close();
        assertEquals(1, attached.closed);
        assertTrue(nic.calls.contains("close"));
    }

    @Test
    void open_withoutAPlatform_makesOneThatClosesWithTheDevice() {
        onThePath(name(FakeDriver.class));
        NetDev device = NetDevs.open("fake:");
        Platform own = device.platform();
        device.close();

        assertThrows(IllegalStateException.class, () -> own.dma().allocator("x"));
    }

    @Test
    void open_theSamePlatformStaysOpen_whenItIsShared() {
        onThePath(name(FakeDriver.class));
        at("fake:").open().close();
        platform.dma().allocator("x").close();
    }

    private <E extends RuntimeException> void refused(Class<E> type, String message, NetDevs.Opening opening) {
        TestWire wire = new TestWire();
        E e = assertThrows(type, () -> opening.wire(wire).open());
        assertEquals(message, e.getMessage());
        assertTrue(wire.closed > 0, "wire closed");
        assertTrue(attached == null || attached.closed == 1, "bus device closed");
    }

    @Test
    void open_ofAnUnknownScheme_namesTheKnown_andTheNearest() {
        onThePath(name(FakeDriver.class));
        refused(DeviceNotFoundException.class,
            "fakke:: there is no bus \"fakke\"; there are fake, pci, vfio-user, wireless; did you mean \"fake\"?", at("fakke:"));
    }

    @Test
    void open_withAnUnknownBackend_namesTheKnown_andTheNearest() {
        onThePath(name(FakeDriver.class), name(RivalDriver.class));
        refused(DeviceNotFoundException.class,
            "fake:: there is no backend \"rivel\"; there are fake, rival; did you mean \"rival\"?",
            at("fake:").driver("rivel"));
    }

    @Test
    void open_withAnUnknownKey_namesTheKnown_andTheNearest() {
        onThePath(name(FakeDriver.class));
        refused(InvalidConfigurationException.class,
            "fake:: there is no key \"color\"; there are colour, slot; did you mean \"colour\"?", at("fake:,color=red"));
    }

    @Test
    void open_withAWire_forABusThatTakesNone_isRefused() {
        onThePath(name(FakeDriver.class));
        refused(InvalidConfigurationException.class, "wireless:: devices of bus wireless take no wire", at("wireless:"));
    }

    @Test
    void open_withADriverThatDoesNotDriveTheDevice_saysWhatItDrives() {
        onThePath(name(FakeDriver.class));
        refused(DeviceNotFoundException.class,
            "fake:toaster: backend \"fake\" does not drive a device toaster; it drives fake; use backend \"auto\"",
            at("fake:toaster").driver("fake"));
    }

    @Test
    void open_ofADeviceThatNobodyDrives_namesTheBackends() {
        onThePath(name(FakeDriver.class), name(RivalDriver.class));
        refused(DeviceNotFoundException.class, "fake:toaster: no backend drives a device toaster; there are fake, rival",
            at("fake:toaster"));
    }

    @Test
    void open_ofADeviceThatTwoDrive_asksWhich_andDoesAsTold() {
        onThePath(name(FakeDriver.class), name(RivalDriver.class));
        refused(DeviceNotFoundException.class, "fake:: several backends drive a device fake: fake, rival; choose one "
            + "by its name",
            at("fake:"));
        NetDev device = at("fake:").driver("rival").open();
        device.close();
    }

    @Test
    void open_withABackendNameThatTwoHave_namesTheClasses() {
        onThePath(name(FakeDriver.class), name(NamesakeDriver.class));
        refused(DeviceNotFoundException.class, "fake: there are 2 classes on the path that are backend \"fake\": "
            + name(FakeDriver.class) + ", " + name(NamesakeDriver.class) + "; remove all but one",
            at("fake:").driver("fake"));
    }

    @Test
    void open_ofABadAddress_saysWhere() {
        PlatformException e = assertThrows(PlatformException.class, () -> NetDevs.open("nonsense"));
        assertTrue(e.getMessage().startsWith("device address \"nonsense\": "), e.getMessage());
    }

    @Test
    void open_thatTheBusRefuses_closesWireAndOwnPlatform() {
        onThePath(name(FakeDriver.class));
        attachFails = () -> new PlatformException("fake:: no such slot");
        refused(PlatformException.class, "fake:: no such slot", NetDevs.at("fake:"));
        assertThrows(IllegalStateException.class, () -> attachedOn.dma().allocator("x"), "own platform closed");
        attachFails = () -> new ArrayIndexOutOfBoundsException("7");
        refused(DeviceFaultException.class,
            "fake:: bus fake made a mistake in attaching it: java.lang.ArrayIndexOutOfBoundsException: 7", at("fake:"));
    }

    @Test
    void open_thatTheDriverRefuses_closesBusDeviceWireAndMemory() {
        onThePath(name(FakeDriver.class));
        nic = new FakeNic();
        nic.failures.put("info", () -> new DeviceFaultException("fake:", "the device is too old"));
        refused(DeviceFaultException.class, "fake:: the device is too old", at("fake:"));
        nic = new FakeNic();
        nic.failures.put("open", () -> new IllegalStateException("half a driver"));
        refused(DeviceFaultException.class,
            "fake:: open: driver fake made a mistake: java.lang.IllegalStateException: half a driver", at("fake:"));
    }

    @Test
    void open_twiceWithOneOpening_isRefused() {
        onThePath(name(FakeDriver.class));
        NetDevs.Opening opening = at("fake:");
        NetDev device = opening.open();
        assertThrows(IllegalStateException.class, opening::open);
        device.close();
    }

    @Test
    void brokenPlugins_areNamed_andTheOthersWork() {
        onThePath("com.example.Missing", name(BrokenDriver.class), name(NamelessDriver.class), name(NetDevsTest.class),
            name(FakeDriver.class));

        List<String> problems = NetDevs.problems();

        assertEquals(List.of(
            "a backend could not be loaded: Provider com.example.Missing not found",
            "a backend could not be loaded: Provider " + name(BrokenDriver.class)
                + " could not be instantiated: java.lang.IllegalStateException: licence expired",
            "a backend could not be loaded: " + name(NamelessDriver.class)
                + " does not describe itself: java.lang.UnsupportedOperationException: no name yet",
            "a backend could not be loaded: " + name(NetDevsTest.class) + " not a subtype"), problems);
        assertEquals(List.of("fake"), NetDevs.drivers().stream().map(NetDevDriver::name).toList());
        NetDev device = at("fake:").open();
        device.close();
        DeviceNotFoundException e = assertThrows(DeviceNotFoundException.class, () -> at("fake:").driver("broken").open());
        assertTrue(e.getMessage().startsWith("fake:: there is no backend \"broken\"; there are fake (a backend could "
            + "not be loaded: "),
            e.getMessage());
    }

    @Test
    void driverThatDoesNotSayWhatItDrives_isPassedOver() {
        onThePath(name(UndecidedDriver.class), name(FakeDriver.class));
        NetDev device = at("fake:").open();
        assertEquals("fake", device.info().driver());
        device.close();
    }

    @Test
    void servicesFileWithNonsense_isNamed_andOtherFilesWork() throws IOException {
        Path bad = Files.createDirectories(directory.resolve("bad"));
        Files.createDirectories(bad.resolve("META-INF/services"));
        Files.writeString(bad.resolve("META-INF/services/" + NetDevDriver.class.getName()), "this is not a class name\n");
        onThePath(name(FakeDriver.class));
        URL good = directory.toUri().toURL();
        ((URLClassLoader) Thread.currentThread().getContextClassLoader()).close();
        Thread.currentThread().setContextClassLoader(new URLClassLoader(new URL[] {bad.toUri().toURL(), good}, usual));

        List<String> problems = NetDevs.problems();

        assertEquals(1, problems.size(), problems.toString());
        URI file = bad.resolve("META-INF/services/" + NetDevDriver.class.getName()).toUri();
        assertTrue(problems.get(0).contains(file.getPath()), problems.get(0));
        assertEquals(1, NetDevs.drivers().size());
    }

    @Test
    void onAPathWithoutBackends_theBusesOfThePlatformAreNamed() {
        DeviceNotFoundException e = assertThrows(DeviceNotFoundException.class, () -> at("fake:").open());
        assertEquals("fake:: there is no bus \"fake\"; there are pci, vfio-user", e.getMessage());
        assertFalse(NetDevs.drivers().iterator().hasNext());
    }

    @Test
    void needs_areWhatTheBusSays_ofItsOwnKeys() {
        onThePath(name(FakeDriver.class));
        nic = new FakeNic();
        assertEquals(MemoryNeed.ANY, NetDevs.at("fake:").needs());
        assertEquals(MemoryNeed.LARGE_PAGES, NetDevs.at("fake:,slot=2,colour=red").needs());
        assertThrows(DeviceFaultException.class, () -> NetDevs.at("fake:confused").needs());
        assertEquals(MemoryNeed.ANY, NetDevs.at("nowhere:").needs());
    }

    @Test
    void open_makesAPlatformThatSuitsTheDevice() {
        onThePath(name(FakeDriver.class));
        nic = new FakeNic();
        try (NetDev dev = NetDevs.open("fake:,slot=2"); MemoryBacking wanted = MemoryBackings.preferHugepages()) {
            assertSame(attachedOn, dev.platform());
            assertEquals(wanted.name(), attachedOn.dma().backing().name());
        }
    }
}
