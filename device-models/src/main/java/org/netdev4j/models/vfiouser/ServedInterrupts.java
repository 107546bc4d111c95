package org.netdev4j.models.vfiouser;

import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.Interrupts;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.vfiouser.FdEvent;
import org.netdev4j.platform.vfiouser.MessageChannel;
import org.netdev4j.platform.vfiouser.VfioUser;
import org.netdev4j.platform.vfiouser.VfioUserException;

/**
 * A function's MSI-X vectors, each leading to an event of the client; and the two events by which VFIO tells of errors and
 * asks a device back, which are taken and never signalled.
 */
final class ServedInterrupts {
    private static final int PAYLOAD = VfioUser.HEADER_BYTES;
    private static final int INFO_BYTES = 16;
    private static final int SET_BYTES = 20;

    private Interrupts interrupts;
    private final FdEvent[] vectors;
    private final FdEvent[] others = new FdEvent[VfioUser.IRQS];
    // How many of the vectors have one.
    private int connected;

    ServedInterrupts(PciFunction function) {
        interrupts = function.interrupts();
        vectors = new FdEvent[interrupts.available()];
    }

    /** From now on it is another function, of as many vectors, that signals the client's events. */
    void move(PciFunction next) {
        letGo();
        interrupts.disable();
        interrupts = next.interrupts();
        restore();
    }

    private int count(int index) {
        return switch (index) {
            case VfioUser.IRQ_MSIX -> vectors.length;
            case VfioUser.IRQ_ERROR, VfioUser.IRQ_REQUEST -> 1;
            default -> 0;
        };
    }

    int info(Memory in, int bytes, Memory out) {
        Requests.atLeast(bytes, INFO_BYTES, "DEVICE_GET_IRQ_INFO");
        Requests.argsz(in, INFO_BYTES, "DEVICE_GET_IRQ_INFO");
        int index = in.getInt(PAYLOAD + 8);
        if (index < 0 || index >= VfioUser.IRQS) {
            throw VfioUserException.invalid("DEVICE_GET_IRQ_INFO of index " + index + ": there are " + VfioUser.IRQS);
        }
        out.putInt(PAYLOAD, INFO_BYTES);
        out.putInt(PAYLOAD + 4, VfioUser.IRQ_FLAG_EVENTFD);
        out.putInt(PAYLOAD + 8, index);
        out.putInt(PAYLOAD + 12, count(index));
        return INFO_BYTES;
    }

    int set(MessageChannel channel, Memory in, int bytes) {
        Requests.atLeast(bytes, SET_BYTES, "DEVICE_SET_IRQS");
        Requests.argsz(in, SET_BYTES, "DEVICE_SET_IRQS");
        Request request = new Request(in.getInt(PAYLOAD + 4), in.getInt(PAYLOAD + 8), in.getInt(PAYLOAD + 12),
            in.getInt(PAYLOAD + 16));
        request.check(count(request.index), bytes - SET_BYTES, channel.fds());
        if (request.action() == VfioUser.SET_ACTION_TRIGGER) {
            trigger(request, channel, in);
        } else if (request.index == VfioUser.IRQ_MSIX) {
            mask(request, in);
        } else {
            throw VfioUserException.invalid(request + ": only MSI-X vectors can be masked");
        }
        return 0;
    }

    private void trigger(Request request, MessageChannel channel, Memory in) {
        switch (request.data()) {
            case VfioUser.SET_DATA_EVENTFD -> connect(request, channel);
            case VfioUser.SET_DATA_NONE -> {
                if (request.count == 0) {
                    disconnect(request.index);
                } else {
                    signal(request, in);
                }
            }
            default -> signal(request, in);
        }
    }

    private FdEvent[] events(int index) {
        return index == VfioUser.IRQ_MSIX ? vectors : others;
    }

    private int place(int index, int vector) {
        return index == VfioUser.IRQ_MSIX ? vector : index;
    }

    private void signal(Request request, Memory in) {
        for (int i = 0; i < request.count; i++) {
            FdEvent event = events(request.index)[place(request.index, request.start + i)];
            if (event != null && request.chosen(in, i)) {
                event.signal();
            }
        }
    }

    private void mask(Request request, Memory in) {
        if (request.data() == VfioUser.SET_DATA_EVENTFD) {
            throw VfioUserException.invalid(request + ": masks are not set by events");
        }
        boolean masked = request.action() == VfioUser.SET_ACTION_MASK;
        for (int i = 0; i < request.count; i++) {
            int vector = request.start + i;
            if (request.chosen(in, i) && vector < interrupts.enabled()) {
                if (masked) {
                    interrupts.mask(vector);
                } else {
                    interrupts.unmask(vector);
                }
            }
        }
    }

    private void connect(Request request, MessageChannel channel) {
        FdEvent[] events = takeEvents(request, channel);
        try {
            if (request.index == VfioUser.IRQ_MSIX && interrupts.enabled() == 0) {
                enable();
            }
        } catch (VfioUserException e) {
            closeAll(events);
            throw e;
        }
        for (int i = 0; i < request.count; i++) {
            connect(request.index, request.start + i, events[i]);
        }
    }

    /** The events that came with a message, all of them or none; nulls if none were meant to come. */
    private static FdEvent[] takeEvents(Request request, MessageChannel channel) {
        FdEvent[] events = new FdEvent[request.count];
        try {
            for (int i = 0; i < channel.fds(); i++) {
                events[i] = channel.takeEvent(i);
            }
            return events;
        } catch (PlatformException e) {
            closeAll(events);
            throw e instanceof VfioUserException known ? known : VfioUserException.invalid(e.getMessage());
        }
    }

    private static void closeAll(FdEvent[] events) {
        for (FdEvent event : events) {
            if (event != null) {
                event.close();
            }
        }
    }

    /**
     * Connects the events anew after the function was reset, if it was: who resets a function keeps its interrupts, as under
     * VFIO, where the system saves and restores what it has set up.
     */
    void restore() {
        if (connected == 0 || interrupts.enabled() > 0) {
            return;
        }
        enable();
        for (int vector = 0; vector < interrupts.enabled(); vector++) {
            interrupts.route(vector, vectors[vector]);
        }
    }

    private void enable() {
        try {
            interrupts.enable(vectors.length);
        } catch (PlatformException e) {
            throw VfioUserException.noSpace(e.getMessage());
        }
    }

    private void connect(int index, int vector, FdEvent event) {
        int place = place(index, vector);
        FdEvent before = events(index)[place];
        if (index == VfioUser.IRQ_MSIX && vector < interrupts.enabled()) {
            interrupts.route(vector, event);
        }
        events(index)[place] = event;
        if (index == VfioUser.IRQ_MSIX) {
            connected += (event == null ? 0 : 1) - (before == null ? 0 : 1);
        }
        if (before != null) {
            before.close();
        }
    }

    private void disconnect(int index) {
        if (index == VfioUser.IRQ_MSIX) {
            interrupts.disable();
        }
        for (int vector = 0; vector < count(index); vector++) {
            connect(index, vector, null);
        }
    }

    /** Lets go whoever waits for an event to take its signal. Any thread. */
    void letGo() {
        for (FdEvent[] events : new FdEvent[][] {vectors, others}) {
            for (FdEvent event : events) {
                if (event != null) {
                    event.release();
                }
            }
        }
    }

    /** Disables all; no event is signalled any more. */
    void release() {
        // The device may hold the lock of its interrupts while it waits for one of them to be taken.
        letGo();
        disconnect(VfioUser.IRQ_MSIX);
        disconnect(VfioUser.IRQ_ERROR);
        disconnect(VfioUser.IRQ_REQUEST);
    }

    private record Request(int flags, int index, int start, int count) {
        int action() {
            return flags & VfioUser.SET_ACTIONS;
        }

        int data() {
            return flags & VfioUser.SET_DATA_MASK;
        }

        void check(int vectors, int dataBytes, int fds) {
            if (index < 0 || index >= VfioUser.IRQS) {
                throw VfioUserException.invalid(this + ": there are " + VfioUser.IRQS + " indices");
            }
            if (Integer.bitCount(action()) != 1 || Integer.bitCount(data()) != 1
                || (flags & ~(VfioUser.SET_ACTIONS | VfioUser.SET_DATA_MASK)) != 0) {
                throw VfioUserException.invalid(this + ": one action and one kind of data are wanted");
            }
            if (start < 0 || count < 0 || start > vectors - count) {
                throw VfioUserException.invalid(this + ": this index has " + vectors + " interrupts");
            }
            boolean all = count == 0 && action() == VfioUser.SET_ACTION_TRIGGER && data() == VfioUser.SET_DATA_NONE;
            if (count == 0 && (!all || start != 0)) {
                throw VfioUserException.invalid(this + ": of no interrupts");
            }
            if (data() == VfioUser.SET_DATA_BOOL) {
                Requests.exactly(dataBytes, count, "data of DEVICE_SET_IRQS");
            }
            if (fds > 0 && (data() != VfioUser.SET_DATA_EVENTFD || fds != count)) {
                throw VfioUserException.invalid(this + ": with " + fds + " descriptors");
            }
        }

        /** Whether the interrupt is meant: those of a list of booleans that are set, or all. */
        boolean chosen(Memory in, int i) {
            return data() != VfioUser.SET_DATA_BOOL || in.getByte(PAYLOAD + SET_BYTES + (long) i) != 0;
        }

        @Override
        public String toString() {
            return "DEVICE_SET_IRQS of index " + index + ", start " + Integer.toUnsignedString(start) + ", count "
                + Integer.toUnsignedString(count) + ", flags 0x" + Integer.toHexString(flags);
        }
    }
}
