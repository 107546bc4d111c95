package org.netdev4j.cli.app;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.api.Capability;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.CaptureFormat;
import org.netdev4j.platform.wire.CaptureOptions;
import org.netdev4j.platform.wire.CaptureWriter;
import org.netdev4j.platform.wire.WirePort;

/** Writes received frames to a file, or shows each in a line. One worker serves all queues. */
public final class CaptureApp extends BaseApp {
    private static final String STANDARD_OUTPUT = "-";

    private final Optional<String> target;
    private final FrameSink sink;
    private final CaptureWorker worker;

    private CaptureApp(OpenDevice device, Config config, PrintStream out) {
        super("capture", List.of(device));
        NetDev dev = device.dev();
        boolean promiscuous = config.get(Keys.CAPTURE_PROMISCUOUS);
        if (promiscuous && device.spec().find(Keys.PROMISCUOUS).isEmpty() && dev.info().has(Capability.PROMISCUOUS)) {
            dev.setPromiscuous(true);
        }
        target = config.find(Keys.CAPTURE_WRITE);
        sink = target.<FrameSink>map(file -> new FileSink(open(file, config, device.name())))
            .orElseGet(() -> new LineSink(out, config.get(Keys.CAPTURE_SNAPLEN)));
        WireEnd end = new WireEnd(device);
        List<Receiver> receivers = new ArrayList<>();
        for (int i = 0; i < dev.config().rxQueues(); i++) {
            receivers.add(new Receiver(device, i, end));
        }
        worker = new CaptureWorker(device, receivers, config.get(Keys.BURST), TimeLimit.of(config, dev.platform().clock()), sink,
            config.get(Keys.CAPTURE_COUNT));
        workers(List.of(worker));
    }

    /**
     * Starts the application.
     *
     * @param device open, not started, its receive queues signalling one event; closed if this throws
     * @param out    gets a line for each frame, if there is no file
     */
    public static CaptureApp start(OpenDevice device, Config config, PrintStream out) {
        return Apps.started(List.of(device), () -> new CaptureApp(device, config, out));
    }

    private static CaptureWriter open(String file, Config config, String device) {
        CaptureFormat format;
        try {
            format = config.find(Keys.CAPTURE_FORMAT).orElseGet(() -> CaptureFormat.ofTarget(file));
        } catch (PlatformException e) {
            throw config.refused(Keys.CAPTURE_WRITE.path(), e.getMessage(), e);
        }
        return CaptureWriter.create(file,
            CaptureOptions.of(format).withSnaplen(config.get(Keys.CAPTURE_SNAPLEN)).withInterfaceName(device));
    }

    @Override
    public String intent() {
        return "capture on " + Apps.describe(devices().getFirst()) + target.map(file -> " to "
            + (file.equals(STANDARD_OUTPUT) ? "standard output" : file)).orElse("");
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("captured", worker.captured);
        return all;
    }

    @Override
    public boolean usesStandardOutput() {
        return target.isEmpty() || target.get().equals(STANDARD_OUTPUT);
    }

    @Override
    public void close() {
        try {
            super.close();
        } finally {
            worker.scratch.close();
            sink.close();
        }
    }

    /** Where frames go. One thread. */
    private interface FrameSink extends AutoCloseable {
        void frame(Memory m, long at, int length, long epochNanos);

        /** Lets go of what is gathered, so that whoever reads along sees it. */
        void flush();

        @Override
        void close();
    }

    private record FileSink(CaptureWriter writer) implements FrameSink {
        @Override
        public void frame(Memory m, long at, int length, long epochNanos) {
            writer.write(m, at, length, epochNanos);
        }

        @Override
        public void flush() {
            writer.flush();
        }

        @Override
        public void close() {
            writer.close();
        }
    }

    private record LineSink(PrintStream out, int snaplen) implements FrameSink {
        @Override
        public void frame(Memory m, long at, int length, long epochNanos) {
            out.println(FrameSummary.line(m, at, Math.min(length, snaplen), length, epochNanos));
        }

        @Override
        public void flush() {
            out.flush();
        }

        @Override
        public void close() {
            out.flush();
        }
    }

    private static final class CaptureWorker extends ReceivingWorker {
        private final FrameSink sink;
        private final Clock clock;
        private final Memory scratch = Memory.allocate("frame in several buffers", WirePort.MAX_FRAME);
        private final long most;
        private long captured;
        private boolean gathered;

        CaptureWorker(OpenDevice device, List<Receiver> receivers, int burst, TimeLimit limit, FrameSink sink, long most) {
            super("capture", device, 0, receivers, burst, limit);
            this.sink = sink;
            this.clock = device.dev().platform().clock();
            this.most = most == 0 ? Long.MAX_VALUE : most;
        }

        @Override
        int appetite() {
            return (int) Math.min(super.appetite(), most - captured);
        }

        @Override
        void handle(Receiver from, NetBuf[] burst, int count) {
            long now = clock.epochNanos();
            int done = 0;
            try {
                for (; done < count; done++) {
                    NetBuf packet = burst[done];
                    long stamp = packet.hasFlags(NetBuf.RX_TIMESTAMP) ? packet.timestamp() : now;
                    if (packet.next() == null) {
                        sink.frame(packet.memory(), packet.dataOffset(), packet.length(), stamp);
                    } else {
                        sink.frame(scratch, 0, Chains.copy(packet, scratch, WirePort.MAX_FRAME), stamp);
                    }
                    captured++;
                }
            } finally {
                NetBufPool.free(burst, 0, count);
            }
            gathered = true;
        }

        @Override
        void idle() {
            if (gathered) {
                gathered = false;
                sink.flush();
            }
        }
    }
}
