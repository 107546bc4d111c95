package org.netdev4j.backend.ena;

import java.util.Map;
import java.util.TreeMap;
import org.netdev4j.platform.memory.DmaDomain;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;

/** Memory as a device sees it: by IOVA, and only while it is mapped. */
final class DeviceReach implements DmaDomain {
    private final TreeMap<Long, DmaMemory> mapped = new TreeMap<>();

    @Override
    public String name() {
        return "stub";
    }

    @Override
    public int addressBits() {
        return 48;
    }

    @Override
    public void map(DmaMemory memory) {
        mapped.put(memory.iova(), memory);
    }

    @Override
    public void unmap(DmaMemory memory) {
        mapped.remove(memory.iova());
    }

    Memory memory(long iova, int length) {
        Map.Entry<Long, DmaMemory> found = mapped.floorEntry(iova);
        if (found == null || iova + length > found.getKey() + found.getValue().size()) {
            throw new AssertionError("the device touches " + length + " bytes at 0x" + Long.toHexString(iova)
                + ", which nobody mapped");
        }
        return found.getValue();
    }

    long offset(long iova) {
        return iova - mapped.floorKey(iova);
    }

    byte[] read(long iova, int length) {
        return memory(iova, length).bytes(offset(iova), length);
    }

    void write(long iova, byte[] bytes) {
        memory(iova, bytes.length).copyFrom(offset(iova), bytes, 0, bytes.length);
    }
}
