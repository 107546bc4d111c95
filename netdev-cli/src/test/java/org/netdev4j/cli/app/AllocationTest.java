package org.netdev4j.cli.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.cli.config.Config;
import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.Ipv6Address;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.PacketBuilder;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/** The applications move packets without allocating. Device and wire run on the same thread here, so they are measured as well. */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 2_000;
    private static final int MOST_WINDOWS = 200;
    private static final MacAddress ASKER = MacAddress.parse("02:00:00:00:00:01");
    private static final MacAddress OWN = MacAddress.parse("02:00:00:00:00:02");

    private final Memory frame = Memory.allocate("frame", WirePort.MAX_FRAME);
    private Bed bed;

    @BeforeEach
    void start() {
        bed = Bed.virtual();
    }

    @AfterEach
    void stop() {
        bed.close();
        frame.close();
    }

    /**
     * Fewest bytes allocated in a window of some rounds. The JVM itself allocates now and then, when it links or compiles; what an application
     * allocates for each packet shows in every window.
     */
    private static long allocated(Runnable round) {
        long fewest = Long.MAX_VALUE;
        for (int window = 0; window < MOST_WINDOWS && fewest > 0; window++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                round.run();
            }
            fewest = Math.min(fewest, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }

    private void exchange(Worker worker, WirePort in, WirePort out, int length) {
        for (int i = 0; i < 4; i++) {
            in.send(frame, 0, length);
        }
        worker.turn();
        while (out.receive(frame, 4096, WirePort.MAX_FRAME - 4096) > 0) {
            // take all
        }
    }

    private void assertAllocatesNothing(Runnable round, App app, long packets) {
        assertEquals(0, allocated(round));
        long moved = app.devices().getFirst().dev().statistics().ipackets() + app.devices().getFirst().dev().statistics().opackets();
        assertTrue(moved >= packets, "packets were moved: " + moved);
    }

    @Test
    void echo_allocatesNothing() {
        String cable = Bed.cable();
        WirePort far = bed.far(cable);
        App app = bed.keep(EchoApp.start(bed.device(2, cable), Bed.config("echo.ip", "10.77.0.2,fd00:77::2")));
        byte[] request = new PacketBuilder(ASKER, OWN).ipv4(Ipv4Address.parse("10.77.0.1"), Ipv4Address.parse("10.77.0.2"))
            .echoRequest(1, 2).payload(new byte[100]).bytes();
        frame.copyFrom(0, request, 0, request.length);

        assertAllocatesNothing(() -> exchange(app.workers().getFirst(), far, far, request.length), app, 8L * ROUNDS);
    }

    @Test
    void echo_allocatesNothing_forIpv6() {
        String cable = Bed.cable();
        WirePort far = bed.far(cable);
        App app = bed.keep(EchoApp.start(bed.device(2, cable), Bed.config("echo.ip", "fd00:77::2")));
        byte[] request = new PacketBuilder(ASKER, OWN).ipv6(Ipv6Address.parse("fd00:77::1"), Ipv6Address.parse("fd00:77::2"))
            .echoRequest(1, 2).payload(new byte[100]).bytes();
        frame.copyFrom(0, request, 0, request.length);

        assertAllocatesNothing(() -> exchange(app.workers().getFirst(), far, far, request.length), app, 8L * ROUNDS);
    }

    @Test
    void forward_allocatesNothing() {
        String one = Bed.cable();
        String two = Bed.cable();
        WirePort left = bed.far(one);
        WirePort right = bed.far(two);
        App app = bed.keep(ForwardApp.start(bed.device(1, one), bed.device(2, two), Bed.config()));

        assertAllocatesNothing(() -> exchange(app.workers().getFirst(), left, right, 60), app, 4L * ROUNDS);
    }

    @Test
    void generate_allocatesNothing() {
        String cable = Bed.cable();
        WirePort far = bed.far(cable);
        Config config = Bed.config("generate.size", "imix", "generate.flows", "1000", "generate.rate", "100kpps");
        App app = bed.keep(GenerateApp.start(bed.device(1, cable), config));

        assertAllocatesNothing(() -> {
            app.workers().getFirst().turn();
            bed.clock.advance(40_000);
            while (far.receive(frame, 0, WirePort.MAX_FRAME) > 0) {
                // take all
            }
        }, app, 3L * ROUNDS);
    }

    @Test
    void capture_allocatesNothing(@TempDir Path directory) {
        String cable = Bed.cable();
        WirePort far = bed.far(cable);
        App app = bed.keep(CaptureApp.start(bed.device(1, cable), Bed.config("capture.write", directory.resolve("x.pcapng").toString()),
            System.out));

        assertAllocatesNothing(() -> exchange(app.workers().getFirst(), far, far, 60), app, 4L * ROUNDS);
    }
}
