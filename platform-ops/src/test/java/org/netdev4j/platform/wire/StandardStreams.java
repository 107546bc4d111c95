package org.netdev4j.platform.wire;

import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;

/** Copies a capture from standard input to standard output. */
final class StandardStreams {
    private StandardStreams() {
    }

    /** Ends when the input does. */
    public static void main(String[] arguments) {
        try (Platform platform = Platform.create(); WirePort wire = Wires.open("pcap:-,out=-", platform);
            Memory memory = Memory.allocate("frame", WirePort.MAX_FRAME)) {
            WaitEvent event = platform.newWaitEvent();
            wire.notify(event);
            while (!wire.exhausted()) {
                int length = wire.receive(memory, 0, WirePort.MAX_FRAME);
                if (length > 0) {
                    wire.send(memory, 0, length);
                } else if (!wire.exhausted()) {
                    event.await(Deadline.afterMillis(platform.clock(), 20_000));
                }
            }
        }
    }
}
