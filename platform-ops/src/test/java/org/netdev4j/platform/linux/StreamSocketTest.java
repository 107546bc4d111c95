package org.netdev4j.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

@OnLinux
class StreamSocketTest {
    private static final int BYTES = 1 << 20;

    private final Memory buffer = Memory.allocate("buffer", BYTES);
    private long before;
    private int peer;
    private StreamSocket socket;

    @BeforeEach
    void connect() {
        before = Descriptors.openSocketsAndEvents();
        int[] pair = LinuxSockets.pair(LinuxSockets.SOCK_STREAM);
        peer = pair[0];
        socket = new StreamSocket(pair[1]);
    }

    @AfterEach
    void nothingIsLeft() {
        socket.close();
        socket.close();
        LinuxFiles.close(peer);
        buffer.close();
        assertEquals(before, Descriptors.openSocketsAndEvents());
    }

    @Test
    void receive_bringsBytes_andDescriptorsWithTheirFirst() {
        int event = LinuxFiles.eventfd();
        buffer.putLong(0, 42);
        LinuxSockets.send(peer, buffer.address(), 8, event, event);

        assertEquals(3, socket.receive(buffer.address() + 100, 3));
        assertEquals(2, socket.descriptors());
        LinuxFiles.signal(socket.descriptor(1));
        assertEquals(8, LinuxFiles.tryRead(event, buffer.address(), 8));
        assertEquals("anon_inode:[eventfd]", LinuxFiles.describe(socket.descriptor(0)));
        LinuxFiles.close(socket.descriptor(0));
        LinuxFiles.close(socket.descriptor(1));
        assertEquals(5, socket.receive(buffer.address() + 103, 100));
        assertEquals(0, socket.descriptors());
        assertFalse(socket.isTruncated());
        assertEquals(42, buffer.getLong(100));
        LinuxFiles.close(event);
    }

    @Test
    void moreDescriptorsThanThereMayBe_areLost_andThatIsTold() {
        int event = LinuxFiles.eventfd();
        int count = LinuxSockets.MAX_PASSED + 4;
        sendMany(event, count);

        assertEquals(1, socket.receive(buffer.address(), 1));

        assertTrue(socket.isTruncated());
        assertEquals(LinuxSockets.MAX_PASSED, socket.descriptors());
        for (int i = 0; i < socket.descriptors(); i++) {
            LinuxFiles.close(socket.descriptor(i));
        }
        LinuxFiles.close(event);
    }

    /** As {@link LinuxSockets#send}, which does not send so many. */
    private void sendMany(int event, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(16, 8);
            vector.set(ValueLayout.JAVA_LONG, 0, buffer.address());
            vector.set(ValueLayout.JAVA_LONG, 8, 1);
            MemorySegment control = arena.allocate(16 + 4L * count, 8);
            control.set(ValueLayout.JAVA_LONG, 0, 16 + 4L * count);
            control.set(ValueLayout.JAVA_INT, 8, 1);
            control.set(ValueLayout.JAVA_INT, 12, 1);
            for (int i = 0; i < count; i++) {
                control.set(ValueLayout.JAVA_INT, 16 + 4L * i, event);
            }
            MemorySegment message = arena.allocate(56, 8);
            message.set(ValueLayout.JAVA_LONG, 16, vector.address());
            message.set(ValueLayout.JAVA_LONG, 24, 1);
            message.set(ValueLayout.JAVA_LONG, 32, control.address());
            message.set(ValueLayout.JAVA_LONG, 40, control.byteSize());
            assertEquals(1, Linux.c().sendmsg(peer, message.address(), 0));
        }
    }

    @Test
    void send_sendsAll_alsoMoreThanTheSocketHolds() throws InterruptedException {
        buffer.putInt(BYTES - 4, 77);
        AtomicInteger got = new AtomicInteger();
        Thread reader = new Thread(() -> {
            try (Memory to = Memory.allocate("to", BYTES)) {
                while (got.get() < BYTES) {
                    got.addAndGet((int) LinuxFiles.read(peer, to.address() + got.get(), BYTES - got.get()));
                }
                assertEquals(77, to.getInt(BYTES - 4));
            }
        });
        reader.start();
        assertTrue(socket.send(buffer.address(), BYTES));
        reader.join();
        assertEquals(BYTES, got.get());
    }

    @Test
    void peerThatIsGone_isSeen_behindWhatItSent() {
        int[] pair = LinuxSockets.pair(LinuxSockets.SOCK_STREAM);
        try (StreamSocket mine = new StreamSocket(pair[1])) {
            LinuxSockets.send(pair[0], buffer.address(), 5);
            assertFalse(mine.isPeerGone());
            LinuxFiles.close(pair[0]);
            assertTrue(mine.isPeerGone());
            assertEquals(5, mine.receive(buffer.address(), 10));
            assertEquals(0, mine.receive(buffer.address(), 10));
            assertEquals(0, mine.descriptors());
            assertFalse(mine.send(buffer.address(), 1));
        }
    }

    @Test
    void shutdown_makesWhoWaitsComeBack() throws InterruptedException {
        AtomicInteger result = new AtomicInteger(99);
        Thread reader = new Thread(() -> result.set(socket.receive(buffer.address(), 1)));
        reader.start();
        socket.shutdown();
        reader.join();
        assertEquals(0, result.get());
        socket.shutdown();
        assertFalse(socket.send(buffer.address(), 1));
    }

    @Test
    void shutdown_makesWhoSendsComeBack() throws InterruptedException {
        AtomicInteger result = new AtomicInteger(99);
        Thread writer = new Thread(() -> {
            int sent = 0;
            while (socket.send(buffer.address(), BYTES)) {
                sent++;
            }
            result.set(sent);
        });
        writer.start();
        assertEquals(1, LinuxFiles.read(peer, buffer.address(), 1));
        socket.shutdown();
        writer.join();
        assertEquals(0, result.get());
    }

    @Test
    void movingBytes_allocatesNothing() {
        long bytes = Allocations.of(20_000, () -> {
            socket.send(buffer.address(), 32);
            LinuxFiles.tryRead(peer, buffer.address(), 32);
            LinuxFiles.tryWrite(peer, buffer.address(), 32);
            socket.receive(buffer.address(), 32);
        });
        assertEquals(0, bytes);
    }
}
