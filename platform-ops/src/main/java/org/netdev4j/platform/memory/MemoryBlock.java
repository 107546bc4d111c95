package org.netdev4j.platform.memory;

/**
 * What a {@link MemoryBacking} hands out: mapped memory and what stands behind it.
 *
 * @param address  process address of the first byte, aligned to {@code pageSize}
 * @param size     bytes; a multiple of {@code pageSize}
 * @param pageSize bytes of one page behind it
 * @param fd       descriptor of the file behind it, or -1
 * @param fdOffset offset of the first byte in that file
 */
public record MemoryBlock(long address, long size, long pageSize, int fd, long fdOffset) {
}
