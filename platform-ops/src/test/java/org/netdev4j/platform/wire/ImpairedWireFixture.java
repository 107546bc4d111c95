package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.Impairments.Direction;

/** A wire with impairments on a clock that moves only when told to. Frames carry their number in the first four bytes. */
abstract class ImpairedWireFixture {
    static final long US = 1_000;
    static final long MS = 1_000_000;

    final VirtualClock clock = new VirtualClock();
    final Platform platform = Platform.builder().virtualClock(clock).build();
    final Memory memory = Memory.allocate("test", WirePort.MAX_FRAME);
    WirePort from;
    WirePort to;

    @AfterEach
    void close() {
        if (from != null) {
            from.close();
            to.close();
        }
        memory.close();
        platform.close();
    }

    /** A cable whose sending or receiving end is impaired. */
    void wire(Direction direction, UnaryOperator<Impairments.Builder> what) {
        wire(direction, 1 << 24, what);
    }

    void wire(Direction direction, int bytes, UnaryOperator<Impairments.Builder> what) {
        if (from != null) {
            from.close();
            to.close();
        }
        BackToBack cable = BackToBack.create(platform, bytes);
        Impairments impairments = what.apply(Impairments.builder().direction(direction).seed(1)).build();
        from = direction == Direction.SEND ? new ImpairedWire(cable.left(), impairments, platform) : cable.left();
        to = direction == Direction.RECEIVE ? new ImpairedWire(cable.right(), impairments, platform) : cable.right();
    }

    boolean send(int number, int length) {
        memory.fill(0, length, (byte) 0);
        memory.putInt(0, number);
        return from.send(memory, 0, length);
    }

    void sendAll(int count, int length) {
        for (int i = 0; i < count; i++) {
            assertTrue(send(i, length), "frame " + i);
        }
    }

    /** Number of the frame that is received now, -1 if none is. */
    int receive() {
        return to.receive(memory, 0, WirePort.MAX_FRAME) == WirePort.EMPTY ? -1 : memory.getInt(0);
    }

    List<Integer> receiveAll() {
        List<Integer> numbers = new ArrayList<>();
        for (int number = receive(); number >= 0; number = receive()) {
            numbers.add(number);
        }
        return numbers;
    }

    List<Integer> through(int count, UnaryOperator<Impairments.Builder> what, Direction direction) {
        wire(direction, what);
        sendAll(count, 60);
        return receiveAll();
    }

    static List<Integer> upTo(int count) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(i);
        }
        return numbers;
    }
}
