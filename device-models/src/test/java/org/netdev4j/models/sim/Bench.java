package org.netdev4j.models.sim;

import java.util.Optional;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.wire.BackToBack;
import org.netdev4j.platform.wire.WirePort;

/** An echo device, plugged in, and what a driver of it would have. */
final class Bench implements AutoCloseable {
    private static final int RING_BYTES = 1 << 18;

    final VirtualClock clock;
    final Platform platform;
    final WirePort far;
    final PciFunction function;
    final SimDevice device;
    final EchoModel model;
    final Mmio registers;
    final DmaAllocator dma;
    final DmaMemory ring;
    final DmaMemory buffers;
    private int sent;

    private Bench(VirtualClock clock, String options) {
        this.clock = clock;
        Platform.Builder builder = Platform.builder().random(RandomSource.seeded(7));
        platform = (clock == null ? builder : builder.virtualClock(clock)).build();
        BackToBack cable = BackToBack.create(platform, RING_BYTES);
        far = cable.right();
        function = (PciFunction) new SimBus().attach(DeviceAddress.parse("sim:echo" + options), platform,
            Optional.of(cable.left()));
        device = (SimDevice) function;
        model = (EchoModel) device.model();
        registers = function.mapBar(0, PciFunction.BarMapping.UNCACHED).orElseThrow();
        dma = platform.dma().allocator("test");
        ring = dma.allocate("ring", EchoModel.ENTRIES * EchoModel.ENTRY, 64);
        buffers = dma.allocate("buffers", EchoModel.ENTRIES * EchoModel.MOST, 64);
        function.setBusMaster(true);
        registers.write64(EchoModel.RING, ring.iova());
    }

    /** On a virtual clock. */
    static Bench stepped(String options) {
        return new Bench(new VirtualClock(), options);
    }

    /** On the real clock. */
    static Bench threaded(String options) {
        return new Bench(null, options);
    }

    /** Rings the bell for one buffer. */
    int send(int length) {
        return send(buffers.iova() + sent % EchoModel.ENTRIES * (long) EchoModel.MOST, length);
    }

    int send(long iova, int length) {
        int index = sent++ % EchoModel.ENTRIES;
        long at = (long) index * EchoModel.ENTRY;
        ring.putLong(at, iova);
        ring.putInt(at + 8, length);
        ring.putInt(at + EchoModel.FLAG, 0);
        registers.write32(EchoModel.TAIL, sent);
        return index;
    }

    boolean isDone(int index) {
        return ring.getIntAcquire((long) index * EchoModel.ENTRY + EchoModel.FLAG) == 1;
    }

    @Override
    public void close() {
        function.close();
        dma.close();
        far.close();
        platform.close();
    }
}
