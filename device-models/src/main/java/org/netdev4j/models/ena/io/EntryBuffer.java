package org.netdev4j.models.ena.io;

import org.netdev4j.platform.memory.Memory;

/** Memory of the device through which ring entries go. */
final class EntryBuffer implements AutoCloseable {
    /** Descriptors that one DMA read fetches at most: 512 bytes, the usual limit of a PCIe read request. */
    static final int BATCH = 32;
    /** Bytes of a descriptor, of either direction. */
    static final int DESCRIPTOR_BYTES = 16;

    private final Memory memory = Memory.allocate("ENA ring entries", BATCH * DESCRIPTOR_BYTES);

    /** The memory; what is in it counts until the next use. */
    Memory memory() {
        return memory;
    }

    /** The words of an entry, from the start. */
    void put(long words01, long words23, long words45, long words67) {
        memory.putLong(0, words01);
        memory.putLong(8, words23);
        memory.putLong(16, words45);
        memory.putLong(24, words67);
    }

    @Override
    public void close() {
        memory.close();
    }
}
