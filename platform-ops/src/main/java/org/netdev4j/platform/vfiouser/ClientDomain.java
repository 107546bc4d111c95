package org.netdev4j.platform.vfiouser;

import java.util.Map;
import java.util.TreeMap;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.memory.DmaDomain;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;

/**
 * What a server reaches of this process's memory: regions, each shared by the descriptor of the file behind it. A server
 * that does not map them asks for what it wants by messages, and gets it from the same regions and no others.
 */
final class ClientDomain implements DmaDomain, ServerRequests {
    private static final int PAYLOAD = VfioUser.HEADER_BYTES;
    private static final int MAP_BYTES = 32;
    private static final int UNMAP_BYTES = 24;
    private static final int ACCESS_BYTES = 16;
    // The protocol does not say how many a device drives; virtual IOMMUs have as many.
    private static final int ADDRESS_BITS = 48;
    private static final int[] NONE = {};

    private final String device;
    private final Client client;
    // Guarded by itself: who unmaps waits until no request of the server touches what is then freed.
    private final TreeMap<Long, DmaMemory> regions = new TreeMap<>();
    private Offer offer = Offer.STANDARD;

    ClientDomain(String device, Client client) {
        this.device = device;
        this.client = client;
    }

    /** Says what the server can take. Before anything is mapped. */
    void suit(Offer server) {
        offer = server;
    }

    @Override
    public String name() {
        return "memory of " + device;
    }

    @Override
    public int addressBits() {
        return ADDRESS_BITS;
    }

    @Override
    public void map(DmaMemory memory) {
        requireSuitable(memory);
        synchronized (regions) {
            regions.put(memory.iova(), memory);
        }
        Memory out = client.begin();
        try {
            boolean shared = offer.fds() > 0;
            out.putInt(PAYLOAD, MAP_BYTES);
            out.putInt(PAYLOAD + 4, VfioUser.DMA_FLAG_READ | VfioUser.DMA_FLAG_WRITE);
            out.putLong(PAYLOAD + 8, shared ? memory.fdOffset() : 0);
            out.putLong(PAYLOAD + 16, memory.iova());
            out.putLong(PAYLOAD + 24, memory.mappedSize());
            client.call(VfioUser.DMA_MAP, MAP_BYTES, shared ? new int[] {memory.fd()} : NONE);
        } catch (VfioUserException e) {
            forget(memory);
            throw new PlatformException(what(memory) + " is not taken: " + e.getMessage(), e);
        } finally {
            client.end();
        }
    }

    private String what(DmaMemory memory) {
        return name() + ": \"" + memory.name() + "\", " + memory.mappedSize() + " bytes at IOVA 0x"
            + Long.toHexString(memory.iova()) + ",";
    }

    private void requireSuitable(DmaMemory memory) {
        if (memory.fd() < 0) {
            throw new PlatformException(name() + ": \"" + memory.name()
                + "\" cannot be shared with the server: it has no file behind it; use memory of the kind memfd or"
                + " hugepages");
        }
        long page = offer.smallestPage();
        if ((memory.iova() | memory.mappedSize()) % page != 0) {
            throw new PlatformException(what(memory) + " is not taken: the server maps pages of " + page
                + " bytes; use memory of the kind hugepages, or a server that takes smaller ones");
        }
        synchronized (regions) {
            if (regions.size() >= offer.maps()) {
                throw new PlatformException(what(memory) + " is not taken: the server takes " + offer.maps()
                    + " regions, and has " + regions.size() + "; use fewer queues, or a server that takes more");
            }
        }
    }

    @Override
    public void unmap(DmaMemory memory) {
        Memory out = client.begin();
        try {
            out.putInt(PAYLOAD, UNMAP_BYTES);
            out.putInt(PAYLOAD + 4, 0);
            out.putLong(PAYLOAD + 8, memory.iova());
            out.putLong(PAYLOAD + 16, memory.mappedSize());
            client.call(VfioUser.DMA_UNMAP, UNMAP_BYTES);
        } finally {
            client.end();
        }
        forget(memory);
    }

    private void forget(DmaMemory memory) {
        synchronized (regions) {
            regions.remove(memory.iova());
        }
    }

    @Override
    public int answer(int command, Memory request, int bytes, Memory reply) {
        boolean write = command == VfioUser.DMA_WRITE;
        if (!write && command != VfioUser.DMA_READ) {
            throw new VfioUserException(Errno.ENOTSUP, "a client does not do that");
        }
        if (bytes < ACCESS_BYTES) {
            throw VfioUserException.invalid("a request of " + bytes + " bytes");
        }
        long iova = request.getLong(PAYLOAD);
        long count = request.getLong(PAYLOAD + 8);
        String what = Long.toUnsignedString(count) + " bytes at IOVA 0x" + Long.toHexString(iova);
        if (count < 0 || count > Client.MOST_DATA || bytes != ACCESS_BYTES + (write ? count : 0)) {
            throw VfioUserException.invalid(what + " in a request of " + bytes + " bytes; a message moves up to "
                + Client.MOST_DATA);
        }
        synchronized (regions) {
            Map.Entry<Long, DmaMemory> region = regions.floorEntry(iova);
            long offset = region == null ? -1 : iova - region.getKey();
            if (region == null || !region.getValue().isOpen() || offset < 0 || offset > region.getValue().size() - count) {
                throw new VfioUserException(Errno.EFAULT, what + ", which are not mapped");
            }
            if (write) {
                request.copyTo(PAYLOAD + ACCESS_BYTES, region.getValue(), offset, count);
            } else {
                region.getValue().copyTo(offset, reply, PAYLOAD + ACCESS_BYTES, count);
            }
        }
        reply.putLong(PAYLOAD, iova);
        reply.putLong(PAYLOAD + 8, count);
        return ACCESS_BYTES + (write ? 0 : (int) count);
    }
}
