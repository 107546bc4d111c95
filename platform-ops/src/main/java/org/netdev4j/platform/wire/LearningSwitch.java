package org.netdev4j.platform.wire;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.SpinLock;
import org.netdev4j.platform.memory.Memory;

/**
 * An Ethernet switch in this process, with up to {@value #MAX_PORTS} ports.
 *
 * <p>It learns from source addresses where stations are, forgets them after a while without frames, sends a frame for a
 * known station to its port only, and all others (unknown, multicast, broadcast) to every port but the one they came from. A
 * frame for a station at the port it came from goes nowhere. No spanning tree and no VLANs; group addresses that a bridge
 * must keep to itself (IEEE 802.1D-2004, 7.12.6) are flooded like any other. A frame too short for an Ethernet header is
 * flooded.
 *
 * <p>{@link WirePort#send} never returns false: a port whose ring is full loses the frame, and counts it in its own
 * {@link WireStats#dropped()}.
 *
 * <p>Threads: each port as {@link WirePort} says, with no coordination between ports. Plugging and closing from any thread.
 */
public final class LearningSwitch implements AutoCloseable {
    /** Most ports of one switch. */
    public static final int MAX_PORTS = 64;
    /** How long an address is known after its last frame, 300 s, as IEEE 802.1D-2004, 7.9.2, recommends. */
    public static final long STANDARD_AGE_NANOS = 300_000_000_000L;

    private static final int ETHERNET_HEADER = 14;
    private static final int SOURCE_ADDRESS = 6;

    // Guarded by itself; held while a port of a named switch is plugged or closed, so that a name goes exactly with its last
    // port.
    private static final Map<String, LearningSwitch> NAMED = new HashMap<>();

    private final String name;
    private final Clock clock;
    private final MacTable table;
    private final SpinLock tableLock;
    private final Object plugging = new Object();
    // Replaced, never changed, while plugging is held; a slot is null when its port is free.
    private volatile Port[] ports = new Port[0];

    private LearningSwitch(Platform platform, String name, long ageNanos) {
        this.name = name;
        this.clock = platform.clock();
        this.table = new MacTable(ageNanos);
        this.tableLock = platform.newSpinLock("addresses of switch " + name);
    }

    /** A switch without ports, of the standard ageing time. */
    public static LearningSwitch create(Platform platform, String name) {
        return create(platform, name, STANDARD_AGE_NANOS);
    }

    /**
     * A switch without ports.
     *
     * @param ageNanos how long an address is known after its last frame
     */
    public static LearningSwitch create(Platform platform, String name, long ageNanos) {
        return new LearningSwitch(platform, name, ageNanos);
    }

    /** A port of the switch of that name in this process, which is made with its first port and goes with its last. */
    static WirePort plug(String name, Platform platform, long bytes) {
        synchronized (NAMED) {
            LearningSwitch named = NAMED.computeIfAbsent(name, n -> create(platform, n));
            try {
                return named.plug(bytes);
            } finally {
                if (named.ports() == 0) {
                    NAMED.remove(name, named);
                }
            }
        }
    }

    /** A new port with the standard room for arriving frames, 1 MiB. */
    public WirePort plug() {
        return plug(RingPort.STANDARD_BYTES);
    }

    /**
     * A new port.
     *
     * @param bytes room for frames that arrive at it, each with 24 to 31 bytes besides its own; rounded up to a power of two
     *     of at least 256 KiB
     * @throws PlatformException if the switch has {@value #MAX_PORTS} ports
     */
    public WirePort plug(long bytes) {
        synchronized (plugging) {
            int index = 0;
            while (index < ports.length && ports[index] != null) {
                index++;
            }
            if (index == MAX_PORTS) {
                throw new PlatformException("wire switch:" + name + ": all " + MAX_PORTS + " ports are in use");
            }
            Port[] more = Arrays.copyOf(ports, Math.max(ports.length, index + 1));
            more[index] = new Port(index, bytes);
            ports = more;
            return more[index];
        }
    }

    /** Ports in use. */
    public int ports() {
        int count = 0;
        for (Port port : ports) {
            count += port == null ? 0 : 1;
        }
        return count;
    }

    /** Stations whose port is known now. */
    public int addresses() {
        tableLock.lock();
        try {
            return table.size(clock.nanoTime());
        } finally {
            tableLock.unlock();
        }
    }

    /** Closes all ports. Idempotent. */
    @Override
    public void close() {
        for (Port port : ports) {
            if (port != null) {
                port.close();
            }
        }
    }

    private void unplug(Port port) {
        synchronized (NAMED) {
            synchronized (plugging) {
                if (!port.shut()) {
                    return;
                }
                Port[] fewer = ports.clone();
                fewer[port.index] = null;
                ports = fewer;
                forget(port.index);
                port.arriving.close();
                if (ports() == 0) {
                    NAMED.remove(name, this);
                }
            }
        }
    }

    private void forget(int port) {
        tableLock.lock();
        try {
            table.forget(port);
        } finally {
            tableLock.unlock();
        }
    }

    /** Learns from a frame and says where it goes: a port, or {@link MacTable#UNKNOWN} for all. */
    private int route(Memory frame, long offset, int from) {
        long destination = address(frame, offset);
        long source = address(frame, offset + SOURCE_ADDRESS);
        long now = clock.nanoTime();
        tableLock.lock();
        try {
            if (!isGroup(source)) {
                table.learn(source, from, now);
            }
            return isGroup(destination) ? MacTable.UNKNOWN : table.lookup(destination, now);
        } finally {
            tableLock.unlock();
        }
    }

    private static long address(Memory frame, long offset) {
        return (frame.getIntBe(offset) & 0xffff_ffffL) << 16 | frame.getUnsignedShortBe(offset + 4);
    }

    /** The lowest bit of the first byte tells group from individual addresses (RFC 9542, 2.1). */
    private static boolean isGroup(long address) {
        return (address & 1L << 40) != 0;
    }

    private final class Port extends RingPort {
        private final int index;
        // Every other port may send here; also held to close, so that nobody sends into freed memory.
        private final SpinLock lock;
        private long dropped;

        Port(int index, long bytes) {
            super("switch:" + name + "/" + index, clock, bytes);
            this.index = index;
            this.lock = new SpinLock("port " + index + " of switch " + name);
        }

        @Override
        public boolean send(Memory frame, long offset, int length) {
            FrameRing.requireFrame(length);
            if (isClosed()) {
                return true;
            }
            int to = length < ETHERNET_HEADER ? MacTable.UNKNOWN : route(frame, offset, index);
            Port[] all = ports;
            if (to == MacTable.UNKNOWN) {
                for (Port port : all) {
                    if (port != null && port != this) {
                        port.arrive(frame, offset, length);
                    }
                }
            } else if (to != index && to < all.length && all[to] != null) {
                all[to].arrive(frame, offset, length);
            }
            countSent(length);
            return true;
        }

        private void arrive(Memory frame, long offset, int length) {
            lock.lock();
            try {
                if (!isClosed() && !arriving.push(frame, offset, length)) {
                    dropped++;
                }
            } finally {
                lock.unlock();
            }
        }

        /** Closes the port to arrivals; false if it was closed. */
        private boolean shut() {
            lock.lock();
            try {
                boolean open = !isClosed();
                markClosed();
                return open;
            } finally {
                lock.unlock();
            }
        }

        @Override
        long arrivalsDropped() {
            return dropped;
        }

        @Override
        public boolean linkUp() {
            return !isClosed();
        }

        @Override
        public boolean exhausted() {
            return isClosed();
        }

        @Override
        public void close() {
            unplug(this);
        }
    }
}
