package org.netdev4j.api;

/** RSS hash functions. */
public enum HashFunction {
    /** Microsoft's, with a key. */
    TOEPLITZ,
    /** CRC-32 over the input. */
    CRC32
}
