package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.models.vfiouser.VfioUserTestClient.Reply;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.vfiouser.VfioUser;

/**
 * Thousands of random messages, most of them nearly right: each gets its reply, and what comes is an error number that the
 * server knows. Nothing is left over, and the next client finds the server at work.
 */
@EnabledOnOs(OS.LINUX)
class HostileClientTest {
    private static final int MESSAGES = 6_000;
    private static final int HEADER = VfioUser.HEADER_BYTES;
    private static final Set<Integer> KNOWN = Set.of(0, Errno.EINVAL, Errno.EEXIST, Errno.ENOSPC, Errno.EACCES);
    private static final int[] EDGES = {0, 1, 2, 3, 4, 7, 8, 15, 16, 63, 64, 69, 70, 71, 255, 256, 4095, 4096, 4097, 0x4000,
        0xffff, 0x10_0000, 0x7fff_ffff, 0x8000_0000, -1, -2, -16};

    private Random random;
    private VfioUserRig rig;
    private int[] shared;

    @ParameterizedTest
    @CsvSource({"sim:echo, 1", "sim:echo, 2", "sim:ena, 3", "sim:ena, 4"})
    void randomMessages_areAnswered_andLeaveNothing(String device, long seed) {
        random = new Random(seed);
        try (VfioUserRig fresh = new VfioUserRig(device)) {
            rig = fresh;
            int answered = 0;
            VfioUserTestClient client = begin();
            for (int i = 0; i < MESSAGES; i++) {
                if (random.nextInt(300) == 0) {
                    broken(client);
                    rig.closeClients();
                    client = begin();
                }
                answered += exchange(client, i & 0xffff);
            }
            client.assertAlive();
            assertTrue(answered > MESSAGES / 2, answered + " answers");
            // An echo has registers that break it.
            assertTrue(device.contains("echo") || rig.device().failure().isEmpty(), () -> "" + rig.device().failure());
        }
    }

    private VfioUserTestClient begin() {
        shared = new int[] {rig.memory(0x10_0000), rig.memory(0x1000), rig.event(), rig.event(), rig.event()};
        VfioUserTestClient client = rig.attach();
        if (random.nextBoolean()) {
            client.write(VfioUser.REGION_CONFIG, 4, 2, 6);
        }
        return client;
    }

    /** Sends a message and takes its reply; 1 if there was to be one. */
    private int exchange(VfioUserTestClient client, int id) {
        int command = random.nextInt(20) == 0 ? random.nextInt(0x1_0000) : random.nextInt(20);
        byte[] payload = spoiled(payload(command).bytes());
        int flags = random.nextInt(40) == 0 ? random.nextInt() : random.nextInt(10) == 0 ? VfioUser.FLAG_NO_REPLY : 0;
        int size = random.nextInt(200) == 0 ? random.nextInt(HEADER) : HEADER + payload.length;
        byte[] message = VfioUserTestClient.message(id, command, size, flags, size < HEADER ? new byte[0] : payload);
        client.sendRaw(message, descriptors(command));
        if ((flags & VfioUser.FLAG_NO_REPLY) != 0) {
            return 0;
        }
        Reply reply = client.receive();
        assertEquals(id, reply.id());
        assertEquals(command, reply.command());
        assertTrue(KNOWN.contains(reply.errno()), () -> "command " + command + ": " + Errno.name(reply.errno()));
        int expected = reply.errno() == 0 ? VfioUser.FLAG_REPLY : VfioUser.FLAG_REPLY | VfioUser.FLAG_ERROR;
        assertEquals(expected, reply.flags());
        assertTrue(reply.errno() == 0 || !reply.payload().hasRemaining());
        return 1;
    }

    /** Ends the conversation in a way that cannot be followed. */
    private void broken(VfioUserTestClient client) {
        byte[] payload = payload(VfioUser.DMA_MAP).bytes();
        int size = switch (random.nextInt(3)) {
            case 0 -> HEADER + payload.length + 1 + random.nextInt(1000);
            case 1 -> 0x4000_0000 + random.nextInt(1000);
            default -> -1;
        };
        client.sendRaw(VfioUserTestClient.message(1, random.nextInt(20), size, 0, payload), shared[0], shared[2]);
    }

    private int[] descriptors(int command) {
        boolean wanted = command == VfioUser.DMA_MAP || command == VfioUser.DEVICE_SET_IRQS;
        int count = wanted ? random.nextInt(4) : random.nextInt(10) == 0 ? random.nextInt(4) : 0;
        return random.ints(count, 0, shared.length).map(i -> shared[i]).toArray();
    }

    private byte[] spoiled(byte[] payload) {
        if (random.nextInt(10) == 0) {
            return Arrays.copyOf(payload, random.nextInt(payload.length + 40));
        }
        if (payload.length > 0 && random.nextInt(10) == 0) {
            payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return payload;
    }

    private int edge() {
        return EDGES[random.nextInt(EDGES.length)];
    }

    /** Small mostly, an edge sometimes. */
    private int some(int below) {
        return random.nextInt(8) == 0 ? edge() : random.nextInt(below);
    }

    private long page() {
        return random.nextInt(10) == 0 ? (long) edge() << random.nextInt(33) : random.nextInt(64) * Payload.PAGE;
    }

    private Payload payload(int command) {
        return switch (command) {
            case VfioUser.DMA_MAP -> Payload.map(some(4), page(), page(), page());
            case VfioUser.DMA_UNMAP ->
                random.nextInt(50) == 0 ? Payload.unmap(2, 0, 0) : Payload.unmap(some(2), page(), page());
            case VfioUser.DEVICE_SET_IRQS -> irqs();
            case VfioUser.REGION_READ ->
                access(random.nextInt(20) == 0 ? 1 + random.nextInt(20_000) : 1 << random.nextInt(4));
            case VfioUser.REGION_WRITE -> {
                int count = random.nextInt(20) == 0 ? random.nextInt(2000) : 1 << random.nextInt(4);
                yield bytes(access(count), count);
            }
            case VfioUser.REGION_WRITE_MULTI -> multi();
            case VfioUser.DEVICE_RESET -> Payload.empty();
            case VfioUser.VERSION -> Payload.version("{}");
            default -> Payload.empty().u32(random.nextInt(5) == 0 ? edge() : 32).u32(0).u32(some(10)).zeros(20);
        };
    }

    private Payload irqs() {
        int action = 8 << random.nextInt(3);
        int data = 1 << random.nextInt(3);
        int count = random.nextInt(4);
        Payload payload = Payload.irqs(random.nextInt(20) == 0 ? edge() : action | data, some(5), some(8),
            random.nextInt(10) == 0 ? edge() : count);
        return data == Payload.BOOL ? bytes(payload, count) : payload;
    }

    private Payload access(int count) {
        int region = random.nextInt(20) == 0 ? edge() : random.nextInt(3) == 0 ? VfioUser.REGION_CONFIG : random.nextInt(3);
        return Payload.access(random.nextInt(10) == 0 ? edge() : random.nextInt(0x200), region, count);
    }

    private Payload multi() {
        int count = random.nextInt(5);
        Payload payload = Payload.empty().u64(random.nextInt(10) == 0 ? edge() : count);
        for (int i = 0; i < count; i++) {
            payload.u64(random.nextInt(0x200)).u32(random.nextInt(8)).u32(random.nextInt(10)).u64(random.nextLong());
        }
        return payload;
    }

    private Payload bytes(Payload payload, int count) {
        for (int i = 0; i < count; i++) {
            payload.u8(random.nextInt(256));
        }
        return payload;
    }
}
