package org.netdev4j.platform.pci;

import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.Interrupts;
import org.netdev4j.platform.bus.VectorChecks;
import org.netdev4j.platform.linux.EventFds;
import org.netdev4j.platform.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MSI-X vectors of a function behind VFIO: event counters that the kernel signals. VFIO cannot mask them, so that is done on
 * this side. [LINUX-VFIO pci/vfio_pci_intrs.c]
 */
final class VfioInterrupts implements Interrupts {
    private static final Logger LOG = LoggerFactory.getLogger(VfioInterrupts.class);
    private static final int INFO_BYTES = 16;
    private static final int SET_BYTES = 20;
    private static final String SET = "VFIO_DEVICE_SET_IRQS ";

    private final String device;
    private final int fd;
    private final int available;
    private final EventFds notices;
    private int enabled;
    private EventFds events;

    VfioInterrupts(String device, int fd) {
        this.device = device;
        this.fd = fd;
        available = count(Vfio.IRQ_MSIX);
        notices = new EventFds("notices of " + device, 2);
        notice(0, Vfio.IRQ_ERROR, () -> LOG.error("{}: the kernel reports an uncorrectable error on PCI Express; reset it", device));
        notice(1, Vfio.IRQ_REQUEST, () -> LOG.warn(
            "{}: the kernel wants it back, to unbind or to remove it, and waits until it is closed here", device));
    }

    private int count(int index) {
        try (Memory info = Vfio.structure(INFO_BYTES)) {
            info.putInt(8, index);
            Vfio.ioctl(fd, Vfio.DEVICE_GET_IRQ_INFO, info, "VFIO_DEVICE_GET_IRQ_INFO " + device);
            return Math.max(0, info.getInt(12));
        } catch (LinuxException e) {
            return 0; // this function has none of the kind
        }
    }

    private void notice(int at, int index, Runnable told) {
        notices.route(at, new Notice(told));
        if (count(index) > 0) {
            set(Vfio.IRQ_SET_EVENTFD_TRIGGER, index, notices, at, 1);
        }
    }

    @Override
    public int available() {
        return available;
    }

    @Override
    public int enable(int count) {
        VectorChecks.requireCount(device, count, available, enabled);
        int asked = count;
        while (true) {
            events = new EventFds("interrupts of " + device, asked);
            int fewer;
            try {
                fewer = set(Vfio.IRQ_SET_EVENTFD_TRIGGER, Vfio.IRQ_MSIX, events, 0, asked);
            } catch (LinuxException e) {
                forget();
                throw new PlatformException(device + ": no interrupt vector can be had: " + e.getMessage() + "; use polling", e);
            }
            if (fewer <= 0 || fewer >= asked) {
                enabled = asked;
                return asked;
            }
            // So many the kernel would give.
            forget();
            asked = fewer;
        }
    }

    /** Connects counters from {@code start} on to as many vectors; what the kernel answers. */
    private int set(int flags, int index, EventFds counters, int start, int count) {
        try (Memory set = Vfio.structure(SET_BYTES + count * Integer.BYTES)) {
            set.putInt(4, flags);
            set.putInt(8, index);
            set.putInt(12, 0);
            set.putInt(16, count);
            for (int i = 0; i < count; i++) {
                set.putInt(SET_BYTES + (long) i * Integer.BYTES, counters.fd(start + i));
            }
            return Vfio.ioctl(fd, Vfio.DEVICE_SET_IRQS, set, SET + device);
        }
    }

    @Override
    public int enabled() {
        return enabled;
    }

    @Override
    public void route(int vector, WaitEvent event) {
        VectorChecks.requireEnabled(device, vector, enabled);
        events.route(vector, event);
    }

    @Override
    public void mask(int vector) {
        VectorChecks.requireEnabled(device, vector, enabled);
        events.mask(vector, true);
    }

    @Override
    public void unmask(int vector) {
        VectorChecks.requireEnabled(device, vector, enabled);
        events.mask(vector, false);
    }

    @Override
    public void disable() {
        try {
            if (enabled > 0) {
                try (Memory set = Vfio.structure(SET_BYTES)) {
                    set.putInt(4, Vfio.IRQ_SET_NONE_TRIGGER);
                    set.putInt(8, Vfio.IRQ_MSIX);
                    Vfio.ioctl(fd, Vfio.DEVICE_SET_IRQS, set, SET + device);
                }
            }
        } finally {
            forget();
        }
    }

    private void forget() {
        enabled = 0;
        if (events != null) {
            events.close();
            events = null;
        }
    }

    /** Disables all, and hears no notices any more. */
    void close() {
        try {
            disable();
        } finally {
            notices.close();
        }
    }

    /** What is done when a counter fires that nobody waits for. */
    private record Notice(Runnable told) implements WaitEvent {
        @Override
        public void signal() {
            told.run();
        }

        @Override
        public boolean await(Deadline deadline) {
            throw new UnsupportedOperationException("nobody waits for a notice");
        }

        @Override
        public boolean poll() {
            return false;
        }
    }
}
