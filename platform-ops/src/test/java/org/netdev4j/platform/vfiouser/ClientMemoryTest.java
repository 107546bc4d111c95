package org.netdev4j.platform.vfiouser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.vfiouser.ScriptedServer.Answer;
import org.netdev4j.platform.vfiouser.ScriptedServer.Message;

/** Memory that a server reaches: what it takes, and what it asks for by messages. */
class ClientMemoryTest extends ClientFixture {
    private static final int BYTES = 5000;
    private static final int MAPPED = 8192;

    private DmaAllocator allocator;

    @BeforeEach
    void openAllocator() {
        allocator = platform.dma().allocator("test");
    }

    @AfterEach
    void closeAllocator() {
        allocator.close();
    }

    /** Does something with the function, which lives on. */
    private void attached(Consumer<PciFunction> with) {
        try (PciFunction function = attach()) {
            with.accept(function);
            assertEquals(ScriptedServer.IDS, function.readConfig(0, 4));
        }
    }

    private String allocationRefused() {
        String message = assertThrows(PlatformException.class, () -> allocator.allocate("ring", BYTES, 64)).getMessage();
        assertTrue(message.startsWith("memory of vfio-user:" + socket + ": \"ring\", " + MAPPED + " bytes at IOVA 0x"), message);
        return message;
    }

    private static ByteBuffer access(long iova, long count) {
        return ScriptedServer.bytes(16).putLong(iova).putLong(count);
    }

    private static ByteBuffer write(long iova, byte... data) {
        return ScriptedServer.bytes(16 + data.length).putLong(iova).putLong(data.length).put(data);
    }

    @Test
    void memory_isShared_byItsDescriptor_andTakenBack() {
        attached(function -> {
            DmaMemory memory = allocator.allocate("ring", BYTES, 64);
            Message map = server.seen(VfioUser.DMA_MAP).get(0);
            assertEquals(1, map.fds().length);
            assertEquals(32, map.payload().getInt(0));
            assertEquals(3, map.payload().getInt(4));
            assertEquals(memory.fdOffset(), map.payload().getLong(8));
            assertEquals(memory.iova(), map.payload().getLong(16));
            assertEquals(MAPPED, map.payload().getLong(24));
            memory.close();
            Message unmap = server.seen(VfioUser.DMA_UNMAP).get(0);
            assertEquals(memory.iova(), unmap.payload().getLong(8));
            assertEquals(MAPPED, unmap.payload().getLong(16));
        });
    }
    @Test
    void serverThatTakesNoDescriptors_getsNone_andReadsByMessages() {
        server.offers("{\"capabilities\":{\"max_msg_fds\":0}}");
        attached(function -> {
            DmaMemory memory = allocator.allocate("ring", BYTES, 64);
            Message map = server.seen(VfioUser.DMA_MAP).get(0);
            assertEquals(0, map.fds().length);
            assertEquals(0, map.payload().getLong(8));
            assertEquals(0, function.interrupts().available());
            memory.putInt(0, 42);
            assertEquals(42, server.ask(VfioUser.DMA_READ, access(memory.iova(), 4)).payload().getInt(16));
        });
    }
    @Test
    void moreRegionsThanTheServerTakes_areRefused_beforeItIsAsked() {
        server.offers("{\"capabilities\":{\"max_dma_maps\":2}}");
        attached(function -> {
            allocator.allocate("a", 1, 1);
            DmaMemory second = allocator.allocate("b", 1, 1);
            assertTrue(allocationRefused().contains("the server takes 2 regions, and has 2"));
            assertEquals(2, server.seen(VfioUser.DMA_MAP).size());
            second.close();
            allocator.allocate("c", 1, 1).close();
        });
    }
    @Test
    void pagesThatTheServerDoesNotTake_areRefused() {
        server.offers("{\"capabilities\":{\"pgsizes\":2097152}}");
        attached(function -> {
            String message = allocationRefused();
            assertTrue(message.contains("the server maps pages of 2097152 bytes; use memory of the kind hugepages"), message);
        });
    }
    @Test
    void refusedMap_isTold_andLeavesNothing() {
        server.on(VfioUser.DMA_MAP, request -> Answer.refusal(Errno.ENOSPC));
        attached(function -> {
            String message = allocationRefused();
            assertTrue(message.contains("the server refuses DMA_MAP (ENOSPC)"), message);
            long iova = server.seen(VfioUser.DMA_MAP).get(0).payload().getLong(16);
            assertEquals(Errno.EFAULT, server.ask(VfioUser.DMA_READ, access(iova, 1)).errno());
        });
    }
    @Test
    void memoryThatWasThereBefore_isMappedAtAttach() {
        DmaMemory memory = allocator.allocate("ring", BYTES, 64);
        attached(function -> assertEquals(memory.iova(), server.seen(VfioUser.DMA_MAP).get(0).payload().getLong(16)));
    }
    @ParameterizedTest
    @CsvSource({"0, 1", "0, 0", "1, 7", "4990, 10", "5000, 0", "0, 5000"})
    void read_bringsWhatIsThere(int offset, int count) {
        attached(function -> {
            DmaMemory memory = allocator.allocate("ring", BYTES, 64);
            for (int i = 0; i < BYTES; i++) {
                memory.putByte(i, (byte) (i * 7));
            }
            Message reply = server.ask(VfioUser.DMA_READ, access(memory.iova() + offset, count));
            assertEquals(77, reply.id());
            assertEquals(VfioUser.DMA_READ, reply.command());
            assertEquals(VfioUser.FLAG_REPLY, reply.flags());
            assertEquals(memory.iova() + offset, reply.payload().getLong(0));
            assertEquals(count, reply.payload().getLong(8));
            byte[] data = new byte[count];
            reply.payload().get(16, data);
            assertArrayEquals(memory.bytes(offset, count), data);
            assertEquals(16 + count, reply.payload().capacity());
        });
    }
    @Test
    void write_writes_andNothingElse() {
        attached(function -> {
            DmaMemory memory = allocator.allocate("ring", BYTES, 64);
            Message reply = server.ask(VfioUser.DMA_WRITE, write(memory.iova() + 4997, (byte) 1, (byte) 2, (byte) 3));
            assertEquals(0, reply.errno());
            assertEquals(16, reply.payload().capacity());
            assertEquals(3, reply.payload().getLong(8));
            assertArrayEquals(new byte[] {0, 1, 2, 3}, memory.bytes(4996, 4));
        });
    }
    @ParameterizedTest
    @CsvSource({"-1, 1", "4999, 2", "5000, 1", "0, 5001", "8192, 1", "-4096, 8", "0, 65536"})
    void whatIsNotMapped_isRefused(int offset, int count) {
        attached(function -> {
            DmaMemory memory = allocator.allocate("ring", BYTES, 64);
            Message read = server.ask(VfioUser.DMA_READ, access(memory.iova() + offset, count));
            assertEquals(Errno.EFAULT, read.errno());
            assertEquals(VfioUser.FLAG_REPLY | VfioUser.FLAG_ERROR, read.flags());
            assertEquals(0, read.payload().capacity());
            assertEquals(Errno.EFAULT,
                server.ask(VfioUser.DMA_WRITE, write(memory.iova() + offset, new byte[count])).errno());
            assertEquals(0, memory.getByte(0));
            assertEquals(ScriptedServer.IDS, function.readConfig(0, 4));
        });
    }
    @ParameterizedTest
    @ValueSource(longs = {-1, 65537, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32})
    void moreThanAMessageMoves_isRefused(long count) {
        attached(function -> {
            DmaMemory memory = allocator.allocate("ring", BYTES, 64);
            assertEquals(Errno.EINVAL, server.ask(VfioUser.DMA_READ, access(memory.iova(), count)).errno());
        });
    }
    @Test
    void requestWhoseLengthIsWrong_isRefused() {
        attached(function -> {
            DmaMemory memory = allocator.allocate("ring", BYTES, 64);
            assertEquals(Errno.EINVAL, server.ask(VfioUser.DMA_READ, ScriptedServer.bytes(15)).errno());
            assertEquals(Errno.EINVAL, server.ask(VfioUser.DMA_READ, write(memory.iova(), (byte) 1)).errno());
            assertEquals(Errno.EINVAL, server.ask(VfioUser.DMA_WRITE, access(memory.iova(), 1)).errno());
        });
    }
    @Test
    void whatWasTakenBack_isNotReachedAnyMore() {
        attached(function -> {
            DmaMemory memory = allocator.allocate("ring", BYTES, 64);
            assertEquals(0, server.ask(VfioUser.DMA_READ, access(memory.iova(), 8)).errno());
            memory.close();
            assertEquals(Errno.EFAULT, server.ask(VfioUser.DMA_READ, access(memory.iova(), 8)).errno());
        });
    }
    @ParameterizedTest
    @ValueSource(ints = {0, VfioUser.VERSION, VfioUser.DEVICE_RESET, VfioUser.DMA_MAP, 14, 99, 65535})
    void otherRequests_areRefused_andTheConnectionGoesOn(int command) {
        attached(function -> {
            assertEquals(Errno.ENOTSUP, server.ask(command, ScriptedServer.bytes(64)).errno());
            assertEquals(ScriptedServer.IDS, function.readConfig(0, 4));
        });
    }
    @Test
    void requestThatWantsNoReply_getsNone() {
        attached(function -> {
            DmaMemory memory = allocator.allocate("ring", BYTES, 64);
            server.send(ScriptedServer.message(5, VfioUser.DMA_WRITE, 16 + 17, VfioUser.FLAG_NO_REPLY,
                write(memory.iova(), (byte) 9).array()));
            Message next = server.ask(VfioUser.DMA_READ, access(memory.iova(), 1));
            assertEquals(77, next.id());
            assertEquals(9, next.payload().get(16));
        });
    }
    @Test
    void requestInTheMiddleOfACommand_isAnsweredBeforeIt() {
        attached(function -> {
            DmaMemory memory = allocator.allocate("ring", BYTES, 64);
            memory.putInt(0, 42);
            server.on(VfioUser.REGION_READ, request -> {
                server.send(ScriptedServer.message(request.id(), VfioUser.DMA_READ, 32, 0, access(memory.iova(), 4).array()));
                return server.standard(request);
            });
            assertEquals(ScriptedServer.IDS, function.readConfig(0, 4));
            assertEquals(42, server.reply().payload().getInt(16));
        });
    }
}
