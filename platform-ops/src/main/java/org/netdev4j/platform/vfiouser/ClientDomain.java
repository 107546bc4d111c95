package org.netdev4j.platform.vfiouser;

import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.DmaDomain;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;

/** What a server reaches of this process's memory: regions, each shared by the descriptor of the file behind it. */
final class ClientDomain implements DmaDomain {
    private static final int PAYLOAD = VfioUser.HEADER_BYTES;
    private static final int MAP_BYTES = 32;
    private static final int UNMAP_BYTES = 24;
    // The protocol does not say how many a device drives; virtual IOMMUs have as many.
    private static final int ADDRESS_BITS = 48;

    private final String device;
    private final Client client;

    ClientDomain(String device, Client client) {
        this.device = device;
        this.client = client;
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
        if (memory.fd() < 0) {
            throw new PlatformException(name() + ": \"" + memory.name()
                + "\" cannot be shared with the server: it has no file behind it; use memory of the kind memfd or hugepages");
        }
        Memory out = client.begin();
        try {
            out.putInt(PAYLOAD, MAP_BYTES);
            out.putInt(PAYLOAD + 4, VfioUser.DMA_FLAG_READ | VfioUser.DMA_FLAG_WRITE);
            out.putLong(PAYLOAD + 8, memory.fdOffset());
            out.putLong(PAYLOAD + 16, memory.iova());
            out.putLong(PAYLOAD + 24, memory.mappedSize());
            client.call(VfioUser.DMA_MAP, MAP_BYTES, new int[] {memory.fd()});
        } finally {
            client.end();
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
    }
}
