package org.netdev4j.platform.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.netdev4j.platform.PlatformException;

/** A domain that keeps a page table as strictly as hardware does, logs each call, and refuses when told to. */
final class FakeDmaDomain implements DmaDomain {
    private final String name;
    private final int addressBits;
    private final boolean physical;
    private final TreeMap<Long, DmaMemory> table = new TreeMap<>();
    private final List<String> log = new ArrayList<>();
    private int mapsUntilFailure = Integer.MAX_VALUE;
    private String unmapFailure = "";

    FakeDmaDomain(String name, int addressBits) {
        this(name, addressBits, false);
    }

    FakeDmaDomain(String name, int addressBits, boolean physical) {
        this.name = name;
        this.addressBits = addressBits;
        this.physical = physical;
    }

    /** Lets {@code good} maps pass and refuses the one after them, once. */
    void failMapAfter(int good) {
        mapsUntilFailure = good;
    }

    /** Refuses to unmap the region of that name. */
    void failUnmapOf(String memory) {
        unmapFailure = memory;
    }

    /** Names of the regions that the device can reach, by rising IOVA. */
    List<String> reachable() {
        return table.values().stream().map(Memory::name).toList();
    }

    List<String> log() {
        return log;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int addressBits() {
        return addressBits;
    }

    @Override
    public boolean physical() {
        return physical;
    }

    @Override
    public void map(DmaMemory memory) {
        if (mapsUntilFailure-- == 0) {
            mapsUntilFailure = Integer.MAX_VALUE;
            throw new PlatformException(name + " refuses " + memory.name());
        }
        long end = memory.iova() + memory.mappedSize();
        if ((memory.iova() | memory.mappedSize()) % memory.pageSize() != 0) {
            throw new AssertionError("not whole pages: " + memory);
        }
        Map.Entry<Long, DmaMemory> before = table.lowerEntry(end);
        if (before != null && before.getKey() + before.getValue().mappedSize() > memory.iova()) {
            throw new AssertionError(memory + " overlaps " + before.getValue());
        }
        table.put(memory.iova(), memory);
        log.add("map " + memory.name());
    }

    @Override
    public void unmap(DmaMemory memory) {
        if (memory.name().equals(unmapFailure)) {
            throw new PlatformException(name + " cannot unmap " + memory.name());
        }
        if (!table.remove(memory.iova(), memory)) {
            throw new AssertionError("not mapped: " + memory);
        }
        log.add("unmap " + memory.name());
    }
}
