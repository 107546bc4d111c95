package org.netdev4j.platform.vfiouser;

import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.Memory;

/** Asks a server for its interrupts, and says which event counters it is to signal for them. */
final class IrqMessages {
    private static final int PAYLOAD = VfioUser.HEADER_BYTES;
    private static final int INFO_BYTES = 16;
    private static final int SET_BYTES = 20;
    // As many as MSI-X has. [PCI 6.8.2]
    private static final int MOST = 2048;
    private static final int[] NONE = {};

    private final String device;
    private final Client client;
    private int kinds = VfioUser.IRQS;
    private int fdsAtOnce = 1;

    IrqMessages(String device, Client client) {
        this.device = device;
        this.client = client;
    }

    /** Says how many kinds of interrupts the server has, and how many descriptors it takes at once. */
    void suit(int indexes, int fds) {
        kinds = indexes;
        fdsAtOnce = fds;
    }

    /** Descriptors that the server takes at once. */
    int fdsAtOnce() {
        return fdsAtOnce;
    }

    /**
     * Asks how many interrupts there are of a kind that can be signalled by an event counter.
     *
     * @throws PlatformException if the answer makes no sense
     */
    int count(int index) {
        if (index >= kinds || fdsAtOnce < 1) {
            return 0;
        }
        Memory out = client.begin();
        try {
            out.fill(PAYLOAD, INFO_BYTES, (byte) 0);
            out.putInt(PAYLOAD, INFO_BYTES);
            out.putInt(PAYLOAD + 8, index);
            int bytes = client.call(VfioUser.DEVICE_GET_IRQ_INFO, INFO_BYTES);
            if (bytes == Client.GONE) {
                return 0;
            }
            if (bytes < INFO_BYTES) {
                throw new PlatformException(device + ": the answer to DEVICE_GET_IRQ_INFO has " + bytes + " bytes, not "
                    + INFO_BYTES);
            }
            long count = client.reply().getUnsignedInt(PAYLOAD + 12);
            if (count > MOST) {
                throw new PlatformException(device + ": the answer to DEVICE_GET_IRQ_INFO: " + count
                    + " interrupts of one kind; there are at most " + MOST);
            }
            return (client.reply().getInt(PAYLOAD + 4) & VfioUser.IRQ_FLAG_EVENTFD) == 0 ? 0 : (int) count;
        } finally {
            client.end();
        }
    }

    /**
     * Lets the server signal event counters.
     *
     * @param fds for the interrupts from {@code start} on; not more than {@link #fdsAtOnce()}
     * @throws VfioUserException if it refuses
     */
    void connect(int index, int start, int... fds) {
        set(VfioUser.SET_ACTION_TRIGGER | VfioUser.SET_DATA_EVENTFD, index, start, fds.length, fds);
    }

    /** Lets it signal none of a kind any more. */
    void disconnect(int index) {
        set(VfioUser.SET_ACTION_TRIGGER | VfioUser.SET_DATA_NONE, index, 0, 0, NONE);
    }

    private void set(int flags, int index, int start, int count, int[] fds) {
        Memory out = client.begin();
        try {
            out.putInt(PAYLOAD, SET_BYTES);
            out.putInt(PAYLOAD + 4, flags);
            out.putInt(PAYLOAD + 8, index);
            out.putInt(PAYLOAD + 12, start);
            out.putInt(PAYLOAD + 16, count);
            client.call(VfioUser.DEVICE_SET_IRQS, SET_BYTES, fds);
        } finally {
            client.end();
        }
    }
}
