import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.netdev4j.models.ena.EnaModel;
import org.netdev4j.models.ena.io.IoCounters;
import org.netdev4j.models.sim.SimBus;
import org.netdev4j.models.sim.SimDevice;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.wire.BackToBack;
import org.netdev4j.platform.wire.WirePort;

/**
 * Plugs in the emulated ENA and lets a library drive it. Arguments: library, device address, bytes of an LLQ entry or
 * 0, frames awaited.
 */
public final class Drive {
    private static final String TCP_SEGMENT =
        "0200000000ff0200000000010800450009ec000140004006000001020304010203050050" + "1f90000000010000000050100000"
            + "0000" + "0000";
    private static final String FRAME =
        "020000000001020000000002080045000028000040004006000001020304010203051b581b58000000000000000050100000";

    private static final VirtualClock CLOCK = new VirtualClock();
    private static final List<DmaMemory> ALLOCATED = new ArrayList<>();
    private static Mmio registers;
    private static Mmio llq;
    private static DmaAllocator dma;
    private static WirePort far;
    private static Memory frame;
    private static Memory taken;
    private static int frames;

    private Drive() {
    }

    static int read(long offset) {
        return registers.read32(offset);
    }

    static void write(long offset, int value) {
        registers.write32(offset, value);
    }

    static void push(long offset, long value) {
        llq.write64(offset, value);
    }

    static long alloc(long bytes) {
        DmaMemory memory = dma.allocate("lab", Math.max(bytes, 64), 4096);
        ALLOCATED.add(memory);
        return memory.address();
    }

    static long iova(long address) {
        return ALLOCATED.stream().filter(each -> address >= each.address() && address < each.address() + each.size())
            .findFirst()
            .map(each -> each.iova() + address - each.address()).orElse(-1L);
    }

    static void sleep(long micros) {
        CLOCK.advance(micros * 1000);
        while (far.receive(taken, 0, WirePort.MAX_FRAME) != WirePort.EMPTY) {
            frames++;
        }
    }

    static long micros() {
        return CLOCK.nanoTime() / 1000;
    }

    static void frame(long length) {
        far.send(frame, 0, (int) length);
    }

    /** Exit code 0 if nothing failed. */
    public static void main(String[] args) throws Throwable {
        Platform platform = Platform.builder().random(RandomSource.seeded(1)).virtualClock(CLOCK).build();
        BackToBack cable = BackToBack.create(platform, 1 << 20);
        far = cable.right();
        DeviceAddress address = DeviceAddress.parse(args[1]);
        frame = Memory.allocate("frame", WirePort.MAX_FRAME);
        taken = Memory.allocate("frame taken", WirePort.MAX_FRAME);
        byte[] bytes = HexFormat.of().parseHex(FRAME);
        frame.copyFrom(0, bytes, 0, bytes.length);
        int failures;
        try (PciFunction function = (PciFunction) new SimBus().attach(address, platform, Optional.of(cable.left()));
             Arena arena = Arena.ofShared()) {
            registers = function.mapBar(0, PciFunction.BarMapping.UNCACHED).orElseThrow();
            llq = function.mapBar(2, PciFunction.BarMapping.WRITE_COMBINED).orElseThrow();
            dma = platform.dma().allocator("lab");
            function.setBusMaster(true);
            failures = drive(SymbolLookup.libraryLookup(Path.of(args[0]), arena), arena, args)
                + check((SimDevice) function, args[3]);
        }
        System.out.println("  " + args[1] + ", entries of " + args[2] + " bytes: " + failures + " failures, " + frames
            + " frames sent");
        System.exit(failures == 0 ? 0 : 1);
    }

    private static int drive(SymbolLookup library, Arena arena, String[] args) throws Throwable {
        ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
        ValueLayout.OfInt half = ValueLayout.JAVA_INT;
        give(library, arena, "read", FunctionDescriptor.of(half, word));
        give(library, arena, "write", FunctionDescriptor.ofVoid(word, half));
        give(library, arena, "push", FunctionDescriptor.ofVoid(word, word));
        give(library, arena, "alloc", FunctionDescriptor.of(word, word));
        give(library, arena, "iova", FunctionDescriptor.of(word, word));
        give(library, arena, "sleep", FunctionDescriptor.ofVoid(word));
        give(library, arena, "micros", FunctionDescriptor.of(word));
        give(library, arena, "frame", FunctionDescriptor.ofVoid(word));
        long packet = alloc(4096);
        byte[] bytes = HexFormat.of().parseHex(TCP_SEGMENT);
        ALLOCATED.getFirst().copyFrom(0, bytes, 0, bytes.length);
        MethodHandle drive = Linker.nativeLinker().downcallHandle(library.find("drive").orElseThrow(),
            FunctionDescriptor.of(half, half, half, word, word));
        int readless = args[1].contains("readless=false") ? 0 : 1;
        return (int) drive.invokeExact(Integer.parseInt(args[2]), readless, packet, alloc(4096));
    }

    private static void give(SymbolLookup library, Arena arena, String name,
        FunctionDescriptor shape) throws ReflectiveOperationException {
        MethodType type = shape.toMethodType();
        MethodHandle target = MethodHandles.lookup().findStatic(Drive.class, name, type);
        MemorySegment stub = Linker.nativeLinker().upcallStub(target, shape, arena);
        library.find("host_" + name).orElseThrow().reinterpret(ValueLayout.ADDRESS.byteSize()).set(ValueLayout.ADDRESS,
            0, stub);
    }

    private static int check(SimDevice device, String awaited) {
        IoCounters counters = ((EnaModel) device.model()).counters();
        device.failure().ifPresent(failure -> System.out.println("  the model failed: " + failure));
        int failures = device.failure().isPresent() ? 1 : 0;
        if (frames != Integer.parseInt(awaited)) {
            System.out.println("  frames sent: " + frames + ", should be " + awaited);
            failures++;
        }
        if (device.tally().dmaFaults() != 0 || counters.malformed + counters.partialEntries
            + counters.burstViolations != 0) {
            System.out.println("  the model complains: " + device.tally().dmaFaults() + " DMA faults, " + counters.malformed
                + " malformed, " + counters.partialEntries + " partial, " + counters.burstViolations + " bursts too long");
            failures++;
        }
        return failures;
    }
}
