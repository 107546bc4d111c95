package org.netdev4j.backend.ena.spec;

import java.util.HexFormat;
import java.util.function.Consumer;
import org.netdev4j.platform.memory.Memory;

/** Literal bytes for tests. */
final class Bytes {
    private Bytes() {
    }

    /** Memory with these bytes; blanks in the text are for people. The test's process frees it. */
    static Memory of(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        Memory memory = Memory.allocate("literal", bytes.length);
        memory.copyFrom(0, bytes, 0, bytes.length);
        return memory;
    }

    /** What a writer leaves in memory that was full of ones. */
    static String written(int size, Consumer<Memory> writer) {
        try (Memory memory = Memory.allocate("written", size)) {
            memory.fill(0, size, (byte) 0xff);
            writer.accept(memory);
            byte[] bytes = new byte[size];
            memory.copyTo(0, bytes, 0, size);
            return HexFormat.of().formatHex(bytes);
        }
    }

    /** The same text without blanks. */
    static String hex(String text) {
        return text.replace(" ", "");
    }
}
