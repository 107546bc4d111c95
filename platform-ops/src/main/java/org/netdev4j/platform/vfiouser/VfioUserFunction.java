package org.netdev4j.platform.vfiouser;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.Interrupts;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.memory.DmaDomain;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.mmio.PartlyMappedMmio;
import org.netdev4j.platform.mmio.TrappedMmio;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PCI function in another process. Register reads wait for the server's answer. Register writes do not, if each is a
 * message: messages on a socket keep their order, as writes on a bus do. If the server lets a part of any BAR be mapped they
 * do wait: a store to mapped memory is seen at once and would overtake a message. As QEMU has it. [QEMU hw/vfio-user/pci.c]
 */
final class VfioUserFunction implements PciFunction {
    private static final Logger LOG = LoggerFactory.getLogger(VfioUserFunction.class);
    private static final int PAYLOAD = VfioUser.HEADER_BYTES;
    private static final int INFO_BYTES = 16;
    private static final int ACCESS_BYTES = 16;
    private static final int BARS = 6;
    private static final String VERSION = "{\"capabilities\":{\"max_msg_fds\":" + LinuxSockets.MAX_PASSED
        + ",\"max_data_xfer_size\":" + Client.MOST_DATA + ",\"write_multiple\":true}}\0";
    // As many as QEMU sends. [QEMU hw/vfio-user/protocol.h]
    private static final int MOST_WRITES = 200;

    private final DeviceAddress address;
    private final Platform platform;
    private final Client client;
    private final ClientRegions regions;
    private final ClientDomain domain;
    private final ClientInterrupts interrupts;
    private final IrqMessages irqs;
    private final ServerEvents events;
    private DeviceIdentity.Pci identity;
    private boolean canReset;
    private boolean writesMany;
    private boolean posts;
    private boolean attached;
    private boolean closed;

    VfioUserFunction(DeviceAddress address, Platform platform, long timeoutNanos) {
        this.address = address;
        this.platform = platform;
        this.client = new Client(address.locator(), platform, timeoutNanos, LOG::warn);
        this.regions = new ClientRegions(address.name(), client);
        this.domain = new ClientDomain(address.name(), client);
        this.irqs = new IrqMessages(address.name(), client);
        this.interrupts = new ClientInterrupts(address.name(), irqs);
        this.events = new ServerEvents(address.name(), irqs);
        client.serve(domain);
    }

    /**
     * Learns what it is and makes it ready. If it throws, {@link #close()} takes back what was done.
     *
     * @param map whether to map what of the BARs can be
     */
    void plugIn(boolean map) {
        Offer offer = negotiate();
        writesMany = offer.writesMany();
        domain.suit(offer);
        irqs.suit(deviceInfo(), (int) Math.min(offer.fds(), LinuxSockets.MAX_PASSED));
        regions.learn(map);
        posts = !regions.anyMapped();
        interrupts.learn();
        events.connect();
        if (!resetFunction()) {
            LOG.debug("{}: it comes as it was left: it has no reset", address.name());
        }
        int ids = readConfig(0x00, 4);
        int classes = readConfig(0x08, 4);
        int subsystem = readConfig(0x2c, 4);
        identity = new DeviceIdentity.Pci(ids & 0xffff, ids >>> 16, subsystem & 0xffff, subsystem >>> 16, classes >>> 8,
            classes & 0xff);
        platform.dma().attach(domain);
        attached = true;
        if (client.isGone()) {
            throw new PlatformException(address.name() + ": the server has ended the connection; its log may say why");
        }
    }

    private Offer negotiate() {
        Memory out = client.begin();
        try {
            byte[] version = VERSION.getBytes(StandardCharsets.US_ASCII);
            out.putShort(PAYLOAD, (short) VfioUser.MAJOR);
            out.putShort(PAYLOAD + 2, (short) VfioUser.MINOR);
            out.copyFrom(PAYLOAD + 4, version, 0, version.length);
            int bytes = client.call(VfioUser.VERSION, 4 + version.length);
            require(bytes, 4, "VERSION");
            int major = client.reply().getUnsignedShort(PAYLOAD);
            int minor = client.reply().getUnsignedShort(PAYLOAD + 2);
            if (major != VfioUser.MAJOR || minor > VfioUser.MINOR) {
                throw new PlatformException(address.name() + ": the server speaks vfio-user " + major + "." + minor
                    + ", and this " + VfioUser.MAJOR + "." + VfioUser.MINOR);
            }
            return offer(text(client.reply().bytes(PAYLOAD + 4, bytes - 4)));
        } catch (VfioUserException e) {
            throw new PlatformException(address.name() + ": the server takes no client of vfio-user " + VfioUser.MAJOR + "."
                + VfioUser.MINOR + ": " + e.getMessage(), e);
        } finally {
            client.end();
        }
    }

    private Offer offer(String text) {
        try {
            return Offer.parse(text);
        } catch (PlatformException e) {
            throw new PlatformException(address.name() + ": the answer to VERSION: " + e.getMessage(), e);
        }
    }

    /** Up to the zero byte that ends it. */
    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** Learns what kind of device it is; how many kinds of interrupts it has. */
    private int deviceInfo() {
        Memory out = client.begin();
        try {
            out.fill(PAYLOAD, INFO_BYTES, (byte) 0);
            out.putInt(PAYLOAD, INFO_BYTES);
            require(client.call(VfioUser.DEVICE_GET_INFO, INFO_BYTES), INFO_BYTES, "DEVICE_GET_INFO");
            Memory info = client.reply();
            int flags = info.getInt(PAYLOAD + 4);
            canReset = (flags & VfioUser.DEVICE_FLAG_RESET) != 0;
            if ((flags & VfioUser.DEVICE_FLAG_PCI) == 0 || info.getInt(PAYLOAD + 8) <= VfioUser.REGION_CONFIG) {
                throw new PlatformException(address.name() + ": the device there is no PCI function");
            }
            return info.getInt(PAYLOAD + 12);
        } finally {
            client.end();
        }
    }

    private void require(int bytes, int wanted, String what) {
        if (bytes == Client.GONE) {
            throw new PlatformException(address.name() + ": the server has ended the connection at " + what
                + "; it may have a client already, its log says");
        }
        if (bytes < wanted) {
            throw new PlatformException(address.name() + ": the answer to " + what + " has " + bytes + " bytes, not " + wanted);
        }
    }

    @Override
    public DeviceAddress address() {
        return address;
    }

    @Override
    public DeviceIdentity identity() {
        return identity;
    }

    @Override
    public String description() {
        return "PCI function " + identity + " of another process";
    }

    private long read(int region, long offset, int width) {
        Memory out = client.begin();
        try {
            access(out, region, offset, width);
            int bytes = client.call(VfioUser.REGION_READ, ACCESS_BYTES);
            if (bytes == Client.GONE) {
                return -1;
            }
            if (bytes != ACCESS_BYTES + width || client.reply().getInt(PAYLOAD + 12) != width) {
                client.fail("the answer to REGION_READ of " + width + " bytes has " + (bytes - ACCESS_BYTES));
                return -1;
            }
            return value(client.reply(), width);
        } catch (VfioUserException e) {
            LOG.warn("{}: read of region {} at 0x{}: {}", address.name(), region, Long.toHexString(offset), e.getMessage());
            return -1;
        } finally {
            client.end();
        }
    }

    private static void access(Memory out, int region, long offset, int width) {
        out.putLong(PAYLOAD, offset);
        out.putInt(PAYLOAD + 8, region);
        out.putInt(PAYLOAD + 12, width);
    }

    private static long value(Memory reply, int width) {
        int at = PAYLOAD + ACCESS_BYTES;
        return switch (width) {
            case 1 -> reply.getUnsignedByte(at);
            case 2 -> reply.getUnsignedShort(at);
            case 4 -> reply.getUnsignedInt(at);
            default -> reply.getLong(at);
        };
    }

    private void write(int region, long offset, int width, long value) {
        Memory out = client.begin();
        try {
            access(out, region, offset, width);
            out.putLong(PAYLOAD + ACCESS_BYTES, value);
            if (posts && region != VfioUser.REGION_CONFIG) {
                client.post(VfioUser.REGION_WRITE, ACCESS_BYTES + width);
            } else {
                client.call(VfioUser.REGION_WRITE, ACCESS_BYTES + width);
            }
        } catch (VfioUserException e) {
            LOG.warn("{}: write to region {} at 0x{}: {}", address.name(), region, Long.toHexString(offset), e.getMessage());
        } finally {
            client.end();
        }
    }

    @Override
    public int readConfig(int offset, int width) {
        requireConfig(offset, width);
        int ones = width == Integer.BYTES ? -1 : (1 << width * Byte.SIZE) - 1;
        return (int) read(VfioUser.REGION_CONFIG, offset, width) & ones;
    }

    @Override
    public void writeConfig(int offset, int width, int value) {
        requireConfig(offset, width);
        write(VfioUser.REGION_CONFIG, offset, width, value);
    }

    private void requireConfig(int offset, int width) {
        boolean known = width == 1 || width == 2 || width == 4;
        if (!known || offset < 0 || offset % width != 0 || offset > regions.size(VfioUser.REGION_CONFIG) - width) {
            throw new IllegalArgumentException(address.name() + ": configuration space: access of " + width
                + " bytes at offset 0x" + Integer.toHexString(offset) + " is outside or not aligned");
        }
    }

    /** Writes of 8 bytes each, as many in a message as there is room for. */
    private void writeMany(int region, long offset, Memory source, long sourceOffset, int length) {
        for (int done = 0; done < length; done += MOST_WRITES * Long.BYTES) {
            int writes = Math.min(MOST_WRITES, (length - done) / Long.BYTES);
            Memory out = client.begin();
            try {
                out.putLong(PAYLOAD, writes);
                for (int i = 0; i < writes; i++) {
                    long at = PAYLOAD + Long.BYTES + (long) i * VfioUser.WRITE_MULTI_ENTRY;
                    long from = done + (long) i * Long.BYTES;
                    out.putLong(at, offset + from);
                    out.putInt(at + 8, region);
                    out.putInt(at + 12, Long.BYTES);
                    out.putLong(at + ACCESS_BYTES, source.getLong(sourceOffset + from));
                }
                client.post(VfioUser.REGION_WRITE_MULTI, Long.BYTES + writes * VfioUser.WRITE_MULTI_ENTRY);
            } finally {
                client.end();
            }
        }
    }

    @Override
    public Optional<Mmio> mapBar(int index, BarMapping mapping) {
        long size = index < 0 || index >= BARS ? 0 : regions.size(index);
        if (size == 0) {
            return Optional.empty();
        }
        String name = address.name() + " BAR" + index;
        return Optional.of(regions.mapped(index).isEmpty() ? new TrappedMmio(name, size, new Bar(index))
            : new PartlyMappedMmio(name, size, regions.mapped(index), new Bar(index)));
    }

    /** Never: a store is a message, or goes to memory that is cached as any other. */
    @Override
    public boolean writeCombines(int index) {
        return false;
    }

    @Override
    public Interrupts interrupts() {
        return interrupts;
    }

    @Override
    public DmaDomain dmaDomain() {
        return domain;
    }

    @Override
    public boolean resetFunction() {
        interrupts.disable();
        boolean done = canReset && reset();
        writeConfig(COMMAND, Short.BYTES, COMMAND_MEMORY);
        return done;
    }

    private boolean reset() {
        client.begin();
        try {
            return client.call(VfioUser.DEVICE_RESET, 0) != Client.GONE;
        } catch (VfioUserException e) {
            LOG.info("{}: no reset: {}", address.name(), e.getMessage());
            return false;
        } finally {
            client.end();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (attached) {
                setBusMaster(false);
            }
            interrupts.disable();
        } finally {
            try {
                if (attached) {
                    platform.dma().detach(domain);
                }
            } finally {
                events.close();
                client.close();
                regions.close();
            }
        }
    }

    /** What of a BAR is reached by messages. */
    private final class Bar implements PartlyMappedMmio.Handler {
        private final int index;

        Bar(int index) {
            this.index = index;
        }

        @Override
        public long read(long offset, int width) {
            return VfioUserFunction.this.read(index, offset, width);
        }

        @Override
        public void write(long offset, int width, long value) {
            VfioUserFunction.this.write(index, offset, width, value);
        }

        @Override
        public void push(long offset, Memory source, long sourceOffset, int length) {
            if (!writesMany) {
                PartlyMappedMmio.Handler.super.push(offset, source, sourceOffset, length);
            } else if (posts || length == 0) {
                writeMany(index, offset, source, sourceOffset, length);
            } else {
                // That message has no reply: the last write, which has, waits for those before it too.
                int last = length - Long.BYTES;
                writeMany(index, offset, source, sourceOffset, last);
                VfioUserFunction.this.write(index, offset + last, Long.BYTES, source.getLong(sourceOffset + last));
            }
        }

        @Override
        public boolean isGone() {
            return client.isGone();
        }

        @Override
        public void faulted(InternalError error) {
            client.fail("it has cut a file short that BAR" + index + " is mapped from");
        }
    }
}
