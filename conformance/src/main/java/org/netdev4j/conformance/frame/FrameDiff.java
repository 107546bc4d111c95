package org.netdev4j.conformance.frame;

import java.util.HexFormat;

/** Says in one line how two frames differ. */
public final class FrameDiff {
    private static final int CONTEXT = 8;

    private FrameDiff() {
    }

    /**
     * How what came differs from what was sent; empty if it does not. A frame shorter than the least length may come
     * padded with zeros.
     */
    public static String difference(byte[] expected, byte[] actual) {
        int common = Math.min(expected.length, actual.length);
        for (int i = 0; i < common; i++) {
            if (expected[i] != actual[i]) {
                return String.format("byte %d is 0x%02x, should be 0x%02x (of %d bytes; from there %s, should be %s)",
                    i, actual[i] & 0xff,
                    expected[i] & 0xff, expected.length, around(actual, i), around(expected, i));
            }
        }
        if (expected.length == actual.length || expected.length < Frame.MIN_LENGTH && actual.length == Frame.MIN_LENGTH
            && zeros(actual, common)) {
            return "";
        }
        return "it has " + actual.length + " bytes, should have " + expected.length
            + (actual.length > expected.length ? "; behind them stand " + around(actual, common) : "");
    }

    private static boolean zeros(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static String around(byte[] bytes, int at) {
        return HexFormat.of().formatHex(bytes, at, Math.min(at + CONTEXT, bytes.length));
    }
}
