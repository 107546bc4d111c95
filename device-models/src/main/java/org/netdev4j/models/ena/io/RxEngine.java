package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.OffloadConfig;
import org.netdev4j.backend.ena.spec.RxCompletion;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.models.device.FaultPlan;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.PacketParser;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/** Takes frames from the wire, finds their queues, and puts them into buffers. */
final class RxEngine implements AutoCloseable {
    // Buffers of a packet, also of one that a fault makes longer: no more than a queue can have at hand.
    private static final int MOST_BUFFERS = 80;
    private static final int ALL_ONES = 0xffff;
    // Metadata of all descriptors but a packet's last: valid bits, no meaning.
    private static final int GARBAGE_STATUS = RxCompletion.word0(0x15, 3, 0x1a,
        RxCompletion.L3_CSUM_ERR | RxCompletion.IPV4_FRAG);
    private static final int GARBAGE_HASH = 0xdead_beef;
    private static final int GARBAGE_OFFSET = 0x5a;

    private final IoContext io;
    private final WirePort wire;
    private final QueueTable queues;
    private final Allowances allowances;
    private final RxParser parser;
    private final RssHasher hasher;
    private final FlowSteering steering = new FlowSteering();
    private final ParsedPacket parsed = new ParsedPacket();
    private final Memory frame = Memory.allocate("ENA frame received", WirePort.MAX_FRAME);
    private final int[] pieces = new int[MOST_BUFFERS];
    private int frameLength;
    private int hash;
    // The frame waits for a buffer of its queue.
    private RxQueue waitingFor;
    private long waitUntil;

    RxEngine(IoContext io, QueueTable queues, Allowances allowances) {
        this.io = io;
        this.wire = io.host.wire();
        this.queues = queues;
        this.allowances = allowances;
        this.parser = new RxParser(io.settings);
        this.hasher = new RssHasher(io.settings);
    }

    /** Takes key and rules from the settings. */
    void update() {
        hasher.update();
        steering.update(io.settings);
    }

    /** Takes frames, {@code most} at most. Returns how many. */
    int run(int most) {
        if (waitingFor != null && !retry()) {
            return 0;
        }
        int count = 0;
        while (count < most && waitingFor == null) {
            frameLength = wire.receive(frame, 0, WirePort.MAX_FRAME);
            if (frameLength == WirePort.EMPTY) {
                break;
            }
            count++;
            accept();
        }
        return count;
    }

    private boolean retry() {
        int count = reserve(waitingFor);
        if (count == 0 && !io.isPast(waitUntil)) {
            return false;
        }
        RxQueue queue = waitingFor;
        waitingFor = null;
        if (count == 0) {
            io.counters.rxOverruns++;
        } else {
            deliver(queue, count);
        }
        return true;
    }

    private void accept() {
        EnaSettings settings = io.settings;
        if (frameLength < Ethernet.HEADER_LENGTH) {
            io.counters.rxDrops++;
            return;
        }
        long to = Ethernet.destination(frame, 0);
        if (queues.rxCount() == 0 || to != settings.mac && !Ethernet.isMulticast(to)) {
            io.counters.rxFiltered++;
            return;
        }
        PacketParser.parse(frame, 0, frameLength, parsed);
        if (frameLength - parsed.l2Length() > settings.mtu || !allowances.receives(frameLength)) {
            io.counters.rxDrops++;
            return;
        }
        RxQueue queue = choose();
        if (queue == null || queue.isHalted() || queue.isStuck()) {
            io.counters.rxDrops++;
            return;
        }
        int count = reserve(queue);
        if (count == 0 && settings.rxPatienceMicros != 0) {
            waitingFor = queue;
            waitUntil = io.after(settings.rxPatienceMicros * 1_000L);
        } else if (count == 0) {
            io.counters.rxOverruns++;
        } else {
            deliver(queue, count);
        }
    }

    // By rule, then by hash, else the first queue. The hash is told to the driver whoever chose.
    private RxQueue choose() {
        EnaSettings settings = io.settings;
        hash = hasher.hash(frame, parsed);
        int byRule = steering.queue(frame, parsed);
        if (byRule != FlowSteering.NONE) {
            return queues.rxByNumber(byRule);
        }
        int[] table = settings.rssTable;
        return table.length == 0 ? queues.rxByNumber(0) : queues.rx(table[hash & table.length - 1]);
    }

    private int reserve(RxQueue queue) {
        int most = Math.min(io.settings.maxRxDescs, MOST_BUFFERS);
        return queue.reserve(frameLength + io.settings.rxOffset, most);
    }

    private void deliver(RxQueue queue, int count) {
        if (count < 0) {
            io.counters.rxDrops++;
            return;
        }
        int buffers = spread(queue, count);
        int at = 0;
        for (int i = 0; i < buffers; i++) {
            long to = queue.address(i) + (i == 0 ? io.settings.rxOffset : 0);
            if (pieces[i] != 0 && !io.dma.write(Kind.PAYLOAD, to, frame, at, pieces[i])) {
                io.counters.dmaFaults++;
                io.counters.rxDrops++;
                return;
            }
            at += pieces[i];
        }
        complete(queue, buffers, parser.status(frame, parsed));
        queue.consume(buffers);
        io.counters.rxPackets++;
        io.counters.rxBytes += frameLength;
    }

    // How many bytes go into each buffer.
    private int spread(RxQueue queue, int count) {
        FaultPlan faults = io.faults;
        if (faults.happens(IoFaults.RX_TOO_MANY, queue.index())) {
            int wanted = (int) Math.min(faults.value() > 0 ? faults.value() : io.settings.maxRxDescs + 1, MOST_BUFFERS);
            if (queue.hold(wanted)) {
                return sliver(queue, wanted);
            }
        }
        int rest = frameLength;
        int room = 0;
        for (int i = 0; i < count; i++) {
            room = queue.length(i) - (i == 0 ? io.settings.rxOffset : 0);
            pieces[i] = Math.clamp(rest, 0, Math.max(0, room));
            rest -= pieces[i];
        }
        boolean full = pieces[count - 1] == room && count < Math.min(io.settings.maxRxDescs, MOST_BUFFERS);
        if (full && io.settings.rxZeroLast && queue.hold(count + 1)) {
            pieces[count] = 0;
            return count + 1;
        }
        return count;
    }

    // One byte into each buffer, and the rest into the last as far as it goes.
    private int sliver(RxQueue queue, int count) {
        int rest = frameLength;
        for (int i = 0; i < count; i++) {
            int room = Math.max(0, queue.length(i) - io.settings.rxOffset);
            pieces[i] = Math.min(Math.min(i == count - 1 ? rest : 1, rest), room);
            rest -= pieces[i];
        }
        return count;
    }

    private void complete(RxQueue queue, int buffers, int status) {
        FaultPlan faults = io.faults;
        int place = queue.index();
        boolean noFirst = faults.happens(IoFaults.RX_NO_FIRST, place);
        boolean doubleFirst = faults.happens(IoFaults.RX_DOUBLE_FIRST, place);
        boolean noLast = faults.happens(IoFaults.RX_NO_LAST, place);
        boolean zero = faults.happens(IoFaults.RX_ZERO_LENGTH, place);
        int badLength = faults.happens(IoFaults.RX_BAD_LENGTH, place) ? valueOrOnes(ALL_ONES) : -1;
        int badOffset = faults.happens(IoFaults.RX_BAD_OFFSET, place) ? valueOrOnes(0xff) : -1;
        int mbz = faults.happens(IoFaults.COMPLETION_MBZ, place) ? RxCompletion.MUST_BE_ZERO : 0;
        long time = io.settings.rxTimestamps ? timestamp() : 0;
        int told = (io.settings.rxOffloads & OffloadConfig.RX_HASH) != 0 ? hash : 0;
        for (int i = 0; i < buffers; i++) {
            boolean first = i == 0;
            boolean last = i == buffers - 1;
            int word0 = (last ? status : GARBAGE_STATUS) | RxCompletion.BUFFER | mbz
                | (first && !noFirst || doubleFirst ? RxCompletion.FIRST : 0) | (last && !noLast ? RxCompletion.LAST : 0);
            int length = zero ? 0 : first && badLength >= 0 ? badLength : pieces[i];
            int offset = !first ? GARBAGE_OFFSET : badOffset >= 0 ? badOffset & 0xff : io.settings.rxOffset;
            int word1 = RxCompletion.word1(length, queue.completionId(queue.id(i)));
            int word3 = RxCompletion.word3(place, offset);
            queue.completions().post(place, pair(word0, word1), pair(last ? told : GARBAGE_HASH, word3), queue.address(i),
                last ? time : 0);
        }
    }

    private int valueOrOnes(int ones) {
        long value = io.faults.value();
        return value > 0 ? (int) value & ALL_ONES : ones;
    }

    private long timestamp() {
        long arrived = wire.receivedAtEpochNanos();
        return arrived != 0 ? arrived : io.clock.epochNanos();
    }

    private static long pair(int low, int high) {
        return low & 0xffff_ffffL | (long) high << 32;
    }

    /** A queue is gone; a frame that waits for it too. */
    void forget(RxQueue queue) {
        if (waitingFor == queue) {
            waitingFor = null;
        }
    }

    long nextDueNanos() {
        return waitingFor != null ? waitUntil : DeviceModel.NEVER;
    }

    @Override
    public void close() {
        frame.close();
        hasher.close();
    }
}
