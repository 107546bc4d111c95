package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.netdev4j.models.sim.EchoModel;
import org.netdev4j.models.sim.SimDevice;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.memory.Memory;

/**
 * A served device, an echo if nothing else is said, its clients, and what those would share. {@link #close()} is part of
 * every test: after whatever a client did, the next is served, nothing of the last is mapped, and no descriptor is left.
 */
final class VfioUserRig implements AutoCloseable {
    private static final long WAIT_MILLIS = 60_000;
    private static final String MEMORY = "vfio-user-test";

    final Path dir;
    final Path socket;
    final Platform platform;
    final VfioUserServer server;
    final List<String> said = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> mine = new ArrayList<>();
    private final List<String> before = descriptors();
    private boolean ended;

    VfioUserRig() {
        this("sim:echo");
    }

    VfioUserRig(String address) {
        try {
            dir = Files.createTempDirectory("vfio-user");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        socket = dir.resolve("s");
        platform = Platform.builder().random(RandomSource.seeded(5)).build();
        server = VfioUserServer.open(DeviceAddress.parse(address), platform, Optional.empty(), socket, said::add);
    }

    /** Descriptors that a server or a client could leave behind, as Linux calls them. */
    static List<String> descriptors() {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.map(VfioUserRig::target)
                .filter(name -> name.startsWith("socket:") || name.contains("[eventfd]") || name.contains(MEMORY))
                .sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    /** How many mappings of files of tests this process has. */
    static long mappings() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains(MEMORY)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void await(String what, BooleanSupplier done) {
        Deadline deadline = Deadline.afterMillis(Clock.system(), WAIT_MILLIS);
        while (!done.getAsBoolean()) {
            if (deadline.expired()) {
                fail("did not come: " + what);
            }
            Thread.yield();
        }
    }

    SimDevice device() {
        return server.device();
    }

    EchoModel model() {
        return (EchoModel) device().model();
    }

    int mapped() {
        return device().iommu().mapped();
    }

    /** A client that has not said anything. */
    VfioUserTestClient connect() {
        return keep(VfioUserTestClient.connect(socket));
    }

    /** A client with which the version is agreed upon. */
    VfioUserTestClient attach() {
        return keep(VfioUserTestClient.attach(socket));
    }

    private <T extends AutoCloseable> T keep(T resource) {
        mine.add(resource);
        return resource;
    }

    /** A descriptor of an event. */
    int event() {
        int fd = LinuxFiles.eventfd();
        mine.add(() -> LinuxFiles.close(fd));
        return fd;
    }

    /** A descriptor of memory. */
    int memory(long size) {
        int fd = LinuxMemory.memfdCreate(MEMORY, LinuxMemory.MFD_CLOEXEC);
        mine.add(() -> LinuxFiles.close(fd));
        LinuxMemory.ftruncate(fd, size);
        return fd;
    }

    /** How often an event was signalled since it was asked last. */
    static long count(int event) {
        try (Memory word = Memory.allocate("count", Long.BYTES)) {
            return LinuxFiles.tryRead(event, word.address(), Long.BYTES) == Long.BYTES ? word.getLong(0) : 0;
        }
    }

    /** Counts an event up to where it cannot be signalled any more. */
    static void fill(int event) {
        try (Memory word = Memory.allocate("count", Long.BYTES)) {
            word.putLong(0, -2);
            assertEquals(Long.BYTES, LinuxFiles.write(event, word.address(), Long.BYTES));
        }
    }

    static void put(int fd, long offset, byte[] bytes) {
        try (Memory memory = Memory.allocate("put", bytes.length)) {
            memory.copyFrom(0, bytes, 0, bytes.length);
            assertEquals(bytes.length, LinuxFiles.pwrite(fd, memory.address(), bytes.length, offset));
        }
    }

    static byte[] get(int fd, long offset, int length) {
        try (Memory memory = Memory.allocate("get", length)) {
            assertEquals(length, LinuxFiles.pread(fd, memory.address(), length, offset));
            return memory.bytes(0, length);
        }
    }

    /** Closes all clients and what they shared. */
    void closeClients() {
        mine.forEach(VfioUserRig::close);
        mine.clear();
    }

    /** The server is closed already: there is no next client. */
    void ended() {
        ended = true;
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void assertNextIsServed() {
        try (VfioUserTestClient next = VfioUserTestClient.attach(socket)) {
            next.assertAlive();
            assertEquals(0, mapped(), "regions of a client that has gone");
            assertEquals(0, mappings(), "mappings of a client that has gone");
        }
    }

    @Override
    public void close() {
        try {
            closeClients();
            if (!ended) {
                assertNextIsServed();
            }
        } finally {
            server.close();
            platform.close();
        }
        assertTrue(Files.notExists(socket), "the socket is removed");
        try {
            Files.delete(dir);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertEquals(0, mappings(), "mappings before and after");
        assertEquals(before, descriptors(), "descriptors before and after");
    }
}
