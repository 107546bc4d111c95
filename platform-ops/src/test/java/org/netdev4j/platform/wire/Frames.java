package org.netdev4j.platform.wire;

import org.netdev4j.platform.memory.Memory;

/** Frames with contents that tell them apart. */
final class Frames {
    // Kept for good: a region of native memory costs more than what is tested with it.
    private static final ThreadLocal<Memory> SCRATCH =
        ThreadLocal.withInitial(() -> Memory.allocate("test frame", WirePort.MAX_FRAME));

    private Frames() {
    }

    /** Bytes that depend on a number and on their place. */
    static byte[] bytes(int number, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = at(number, i);
        }
        return bytes;
    }

    /** One byte of them. */
    static byte at(int number, int place) {
        return (byte) (number * 31 + (number >>> 8) + place * 7 + (place >>> 8));
    }

    /** An Ethernet frame of 60 bytes between stations that are numbers; its number is in the payload. */
    static byte[] ethernet(int to, int from, int number) {
        byte[] bytes = bytes(number, 60);
        putStation(bytes, 0, to);
        putStation(bytes, 6, from);
        bytes[12] = (byte) 0x88;
        bytes[13] = (byte) 0xb5;
        return bytes;
    }

    /** The address of a station: 02:00:00:00:xx:xx, or broadcast for -1. */
    private static void putStation(byte[] bytes, int at, int station) {
        for (int i = 0; i < 6; i++) {
            bytes[at + i] = (byte) (station < 0 ? 0xff : 0);
        }
        if (station >= 0) {
            bytes[at] = 2;
            bytes[at + 4] = (byte) (station >>> 8);
            bytes[at + 5] = (byte) station;
        }
    }

    /** Sends bytes from a region of its own. */
    static boolean send(WirePort port, byte[] bytes) {
        Memory memory = SCRATCH.get();
        memory.copyFrom(0, bytes, 0, bytes.length);
        return port.send(memory, 0, bytes.length);
    }

    /** What is received next; no bytes if there is nothing. */
    static byte[] receive(WirePort port) {
        Memory memory = SCRATCH.get();
        return memory.bytes(0, port.receive(memory, 0, WirePort.MAX_FRAME));
    }
}
