package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.netdev4j.models.sim.EchoModel;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.vfiouser.VfioUser;

/** The thread that serves a client allocates nothing for its accesses, once the code is compiled. */
@EnabledOnOs(OS.LINUX)
class ServerAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int MOST_WARM_UPS = 600;
    private static final int MESSAGES = 500;

    static Stream<Arguments> accesses() {
        Payload multi = Payload.empty().u64(3).u64(EchoModel.SCRATCH).u32(0).u32(8).u64(1)
            .u64(0x100).u32(2).u32(4).u64(2).u64(EchoModel.SCRATCH).u32(0).u32(4).u64(3);
        return Stream.of(
            Arguments.of("read", VfioUser.REGION_READ, Payload.access(EchoModel.SCRATCH, 0, 8)),
            Arguments.of("read of a page", VfioUser.REGION_READ, Payload.access(0, 2, 4096)),
            Arguments.of("read of configuration space", VfioUser.REGION_READ,
                Payload.access(0x34, VfioUser.REGION_CONFIG, 1)),
            Arguments.of("write", VfioUser.REGION_WRITE, VfioUserTestClient.written(0, EchoModel.SCRATCH, 8, 7)),
            Arguments.of("several writes", VfioUser.REGION_WRITE_MULTI, multi));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void accesses(String name, int command, Payload payload) {
        try (VfioUserRig rig = new VfioUserRig()) {
            VfioUserTestClient client = rig.attach();
            long thread = servingThread(rig);
            byte[] posted = posted(command, payload);
            long refusal = allocated(client, thread, () -> client.refused(Errno.EINVAL, 999, Payload.empty()));
            assertTrue(refusal > 0, "it is measured at all");
            long bytes = Long.MAX_VALUE;
            for (int i = 0; i < MOST_WARM_UPS && bytes != 0; i++) {
                bytes = allocated(client, thread, () -> client.sendRaw(posted));
            }
            assertEquals(0, bytes, "bytes allocated for " + MESSAGES + " messages");
        }
    }

    /** Many messages, of which the last only wants a reply: its own. */
    private static byte[] posted(int command, Payload payload) {
        byte[] bytes = payload.bytes();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < MESSAGES; i++) {
            out.writeBytes(VfioUserTestClient.message(i, command, 16 + bytes.length, VfioUser.FLAG_NO_REPLY, bytes));
        }
        return out.toByteArray();
    }

    private static long allocated(VfioUserTestClient client, long thread, Runnable work) {
        client.assertAlive();
        long before = THREADS.getThreadAllocatedBytes(thread);
        work.run();
        client.assertAlive();
        return THREADS.getThreadAllocatedBytes(thread) - before;
    }

    private static long servingThread(VfioUserRig rig) {
        return Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("client of " + rig.socket)).findFirst().orElseThrow().threadId();
    }

    @Test
    void replies_areSentWithoutAllocationToo() {
        try (VfioUserRig rig = new VfioUserRig()) {
            VfioUserTestClient client = rig.attach();
            long thread = servingThread(rig);
            long bytes = Long.MAX_VALUE;
            for (int i = 0; i < MOST_WARM_UPS && bytes != 0; i++) {
                bytes = allocated(client, thread, () -> {
                    for (int read = 0; read < 100; read++) {
                        client.read(0, EchoModel.SCRATCH, 8);
                    }
                });
            }
            assertEquals(0, bytes);
        }
    }
}
