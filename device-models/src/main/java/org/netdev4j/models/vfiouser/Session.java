package org.netdev4j.models.vfiouser;

import java.util.function.Consumer;
import org.netdev4j.models.sim.SimDevice;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.vfiouser.MessageChannel;
import org.netdev4j.platform.vfiouser.VfioUser;
import org.netdev4j.platform.vfiouser.VfioUserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client, from its first message to its last. For one thread, except {@link #stop()} and {@link #move}. */
final class Session implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int PAYLOAD = VfioUser.HEADER_BYTES;
    private static final int MOST_SAID = 32;

    private static final int COMMAND = 0x04;
    private static final int BAR0 = 0x10;
    private static final int BARS_END = 0x28;

    private final MessageChannel channel;
    private final Consumer<String> log;
    private final ServedInterrupts interrupts;
    private final PeerRegions dma;
    // Held while a command is executed, and while another device is put in place of the one that is served.
    private final Object turn = new Object();
    private SimDevice device;
    private PciFunction function;
    private Regions regions;
    private int refused;
    private boolean ended;

    Session(MessageChannel channel, SimDevice device, PciFunction function, Consumer<String> log) {
        this.channel = channel;
        this.device = device;
        this.function = function;
        this.log = log;
        this.regions = new Regions(device.model().pci(), function);
        this.interrupts = new ServedInterrupts(function);
        this.dma = new PeerRegions(device.iommu(), log);
    }

    @Override
    public void run() {
        try {
            if (negotiate()) {
                log.accept("client connected");
                serve();
                log.accept("client gone");
            }
        } catch (RuntimeException | Error e) {
            LOG.error("{}: serving a client failed", device.name(), e);
            log.accept("the client was dropped: " + e);
        } finally {
            release();
        }
    }

    private boolean negotiate() {
        try {
            if (!channel.receive()) {
                return false;
            }
            refuseMalformed();
            int length = Negotiation.answer(channel);
            return channel.sendReply(length);
        } catch (VfioUserException e) {
            channel.sendError(e.errno());
            log.accept("client refused: " + e.getMessage());
            return false;
        }
    }

    private void serve() {
        try {
            while (channel.receive() && handle()) {
                // One message after another.
            }
        } catch (VfioUserException e) {
            channel.sendError(e.errno());
            log.accept("the client was dropped: " + e.getMessage());
        }
    }

    /** False if the connection has ended. */
    private boolean handle() {
        int flags = channel.flags();
        boolean silent = (flags & VfioUser.FLAG_NO_REPLY) != 0;
        try {
            if ((flags & VfioUser.FLAG_TYPE_MASK) != VfioUser.FLAG_COMMAND) {
                throw VfioUserException.invalid("message " + channel.id() + " is no command: flags 0x"
                    + Integer.toHexString(flags));
            }
            refuseMalformed();
            int length;
            synchronized (turn) {
                length = execute(channel.command(), channel.message(), channel.payloadBytes(), channel.reply());
            }
            return silent || channel.sendReply(length);
        } catch (VfioUserException e) {
            refused(e);
            return silent || channel.sendError(e.errno());
        }
    }

    private void refuseMalformed() {
        if (channel.payloadBytes() < 0) {
            throw VfioUserException.invalid("message of " + (channel.payloadBytes() + VfioUser.HEADER_BYTES)
                + " bytes: its header has " + VfioUser.HEADER_BYTES);
        }
        if (channel.fdsLost()) {
            throw VfioUserException.invalid("command " + channel.command() + " with more than " + channel.fds()
                + " descriptors");
        }
    }

    private void refused(VfioUserException e) {
        LOG.debug("{}: refused command {}: {}", device.name(), channel.command(), e.getMessage());
        if (++refused <= MOST_SAID) {
            log.accept("refused: " + e.getMessage() + (refused == MOST_SAID ? " (further refusals are not told)" : ""));
        }
    }

    private int execute(int command, Memory in, int bytes, Memory out) {
        return switch (command) {
            case VfioUser.REGION_WRITE -> afterWrite(regions.write(in, bytes, out));
            case VfioUser.REGION_WRITE_MULTI -> afterWrite(regions.writeMany(in, bytes, out));
            case VfioUser.REGION_READ -> regions.read(in, bytes, out);
            case VfioUser.DMA_MAP -> dma.map(channel, in, bytes);
            case VfioUser.DMA_UNMAP -> dma.unmap(in, bytes, out);
            case VfioUser.DEVICE_GET_INFO -> deviceInfo(in, bytes, out);
            case VfioUser.DEVICE_GET_REGION_INFO -> regions.info(in, bytes, out);
            case VfioUser.DEVICE_GET_REGION_IO_FDS -> regions.ioFds(in, bytes, out);
            case VfioUser.DEVICE_GET_IRQ_INFO -> interrupts.info(in, bytes, out);
            case VfioUser.DEVICE_SET_IRQS -> interrupts.set(channel, in, bytes);
            case VfioUser.DEVICE_RESET -> reset();
            default -> throw VfioUserException.invalid("command " + command + " is not known here");
        };
    }

    private static int deviceInfo(Memory in, int bytes, Memory out) {
        Requests.atLeast(bytes, 16, "DEVICE_GET_INFO");
        Requests.argsz(in, 16, "DEVICE_GET_INFO");
        out.putInt(PAYLOAD, 16);
        out.putInt(PAYLOAD + 4, VfioUser.DEVICE_FLAG_PCI | VfioUser.DEVICE_FLAG_RESET);
        out.putInt(PAYLOAD + 8, VfioUser.REGIONS);
        out.putInt(PAYLOAD + 12, VfioUser.IRQS);
        return 16;
    }

    /** A write may have been a function-level reset. */
    private int afterWrite(int length) {
        interrupts.restore();
        return length;
    }

    private int reset() {
        function.resetFunction();
        interrupts.restore();
        return 0;
    }

    /**
     * Puts another device, which looks the same in configuration space, in place of the one that is served: the client finds
     * one that was just powered on, with the memory and the interrupts that the client has set up. Any thread.
     */
    void move(SimDevice next) {
        PciFunction other = (PciFunction) next;
        synchronized (turn) {
            if (function.readConfig(0, Integer.BYTES) != -1) {
                for (int bar = BAR0; bar < BARS_END; bar += Integer.BYTES) {
                    other.writeConfig(bar, Integer.BYTES, function.readConfig(bar, Integer.BYTES));
                }
                other.writeConfig(COMMAND, Short.BYTES, function.readConfig(COMMAND, Short.BYTES));
            }
            dma.move(next.iommu());
            interrupts.move(other);
            regions = new Regions(next.model().pci(), other);
            device = next;
            function = other;
        }
    }

    /** Takes back all that the client has set up, whatever fails on the way: what it shared is not touched afterwards. */
    private void release() {
        step(() -> inTurn(interrupts::release));
        step(() -> inTurn(() -> function.resetFunction()));
        step(() -> inTurn(dma::unmapAll));
        synchronized (this) {
            ended = true;
            step(channel::close);
        }
    }

    private void inTurn(Runnable work) {
        synchronized (turn) {
            work.run();
        }
    }

    private void step(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("{}: taking back what a client had set up failed", device.name(), e);
        }
    }

    /** Waits until what the client had sent before this call has been done, or until the deadline. Any thread. */
    synchronized void settle(Deadline deadline) {
        if (!ended) {
            channel.awaitTaken(deadline);
        }
    }

    /** True if the client has closed its end, or the session has ended. Any thread. */
    synchronized boolean isClientGone() {
        return ended || channel.isPeerGone();
    }

    /** Ends the session soon, whatever its client makes it wait for. Any thread. */
    synchronized void stop() {
        if (!ended) {
            channel.shutdown();
            interrupts.letGo();
        }
    }
}
