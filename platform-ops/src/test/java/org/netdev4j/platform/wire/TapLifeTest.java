package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.linux.Descriptors;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.OnLinux;
import org.netdev4j.platform.memory.Memory;

@OnLinux
@RequiresTap
class TapLifeTest {
    private final String name = TestTap.newName();

    @AfterEach
    void removeWhatATestLeft() {
        if (TestTap.exists(name)) {
            TestTap.run("ip", "link", "delete", name);
        }
    }

    private WirePort open(String options) {
        return open(name, options);
    }

    private static WirePort open(String interfaceName, String options) {
        return TapWire.open(DeviceAddress.parse("tap:" + interfaceName + options), null);
    }

    private static PlatformException refused(String interfaceName, String options) {
        long fds = Descriptors.open();
        long threads = watchers();
        PlatformException e = assertThrows(PlatformException.class, () -> open(interfaceName, options).close());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
        assertEquals(fds, Descriptors.open(), "descriptors left by: " + e.getMessage());
        assertEquals(threads, watchers());
        return e;
    }

    private static long watchers() {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("tap:")).count();
    }

    @Test
    void close_removesInterfaceThreadAndDescriptors_andMayBeRepeated() {
        open("").close();
        long fds = Descriptors.open();
        WirePort wire = open(",ip=198.18.99.1/30");
        wire.notify(new CountingEvent());
        assertTrue(TestTap.exists(name));
        assertEquals(1, watchers());

        wire.close();
        wire.close();

        assertFalse(TestTap.exists(name));
        assertEquals(0, watchers());
        assertEquals(fds, Descriptors.open());
    }

    @Test
    void wires_openATap_whichMayBeImpaired() {
        try (Platform platform = Platform.create();
             WirePort wire = Wires.open("tap:" + name + ",loss=50%,seed=1", platform)) {
            assertTrue(wire.linkUp());
            assertTrue(TestTap.exists(name));
        }
        assertFalse(TestTap.exists(name));
    }

    @Test
    void calls_afterClose_doNothing() {
        WirePort wire = open("");
        wire.close();

        try (Memory memory = Memory.allocate("test", 100)) {
            assertEquals(WirePort.EMPTY, wire.receive(memory, 0, 100));
            assertTrue(wire.send(memory, 0, 60));
        }
        CountingEvent event = new CountingEvent();
        wire.notify(event);
        assertFalse(event.poll());
        assertFalse(wire.readable());
        assertFalse(wire.linkUp());
        assertTrue(wire.exhausted());
    }

    @Test
    void close_mayRunInTheEvent_andWhileInterrupted() {
        WirePort wire = open(",up=false");
        CompletableFuture<Void> closed = new CompletableFuture<>();
        wire.notify(signal(() -> {
            wire.close();
            closed.complete(null);
        }));
        TestTap.run("ip", "link", "set", name, "up");
        closed.join();
        assertFalse(TestTap.exists(name));

        WirePort next = open("");
        Thread.currentThread().interrupt();
        next.close();
        assertTrue(Thread.interrupted());
        assertFalse(TestTap.exists(name));
    }

    @Test
    void notify_signalsBeforeItReturns_whenAFrameWaits() {
        try (TestTap tap = new TestTap("")) {
            tap.kernelSends(1);
            Set<Thread> signallers = ConcurrentHashMap.newKeySet();

            tap.wire.notify(signal(() -> signallers.add(Thread.currentThread())));

            assertTrue(signallers.contains(Thread.currentThread()));
        }
    }

    @Test
    void close_waitsForTheWatchersEnd() throws InterruptedException {
        WirePort wire = open(",up=false");
        CountDownLatch signalling = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        wire.notify(signal(() -> {
            signalling.countDown();
            awaitUninterrupted(released);
        }));
        TestTap.run("ip", "link", "set", name, "up");
        awaitUninterrupted(signalling);
        Thread closer = Thread.ofPlatform().daemon().start(wire::close);

        assertFalse(closer.join(Duration.ofMillis(50)), "closed while the watcher was at work");

        released.countDown();
        assertTrue(closer.join(Duration.ofSeconds(10)));
        assertFalse(TestTap.exists(name));
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** An event that does something when it is signalled. */
    private static WaitEvent signal(Runnable action) {
        return new WaitEvent() {
            @Override
            public void signal() {
                action.run();
            }

            @Override
            public boolean await(Deadline deadline) {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean poll() {
                throw new UnsupportedOperationException();
            }
        };
    }

    @Test
    void close_mayRunWhileOthersUseTheWire() throws Exception {
        for (int round = 0; round < 20; round++) {
            WirePort wire = open("");
            wire.notify(new CountingEvent());
            Memory memory = Memory.allocate("test", 4096);
            AtomicBoolean stop = new AtomicBoolean();
            List<FutureTask<Void>> users = new ArrayList<>();
            CountDownLatch started = new CountDownLatch(3);
            for (Runnable call : List.<Runnable>of(() -> wire.send(memory, 0, 60), () -> wire.receive(memory, 2048, 2048),
                wire::readable)) {
                FutureTask<Void> user = new FutureTask<>(() -> {
                    call.run();
                    started.countDown();
                    while (!stop.get()) {
                        call.run();
                    }
                    return null;
                });
                users.add(user);
                Thread.ofPlatform().daemon().start(user);
            }
            awaitUninterrupted(started);

            wire.close();

            stop.set(true);
            for (FutureTask<Void> user : users) {
                user.get(10, TimeUnit.SECONDS);
            }
            memory.close();
            assertFalse(TestTap.exists(name));
        }
    }

    @Test
    void open_isRefused_whileTheNameIsInUse_byAWireOfOurs() {
        try (WirePort wire = open("")) {
            refusedWhileInUse();
            assertTrue(wire.linkUp(), "the wire that has the name is not disturbed");
        }
    }

    private void refusedWhileInUse() {
        String expected = "tap:" + name + ": cannot be had: ioctl(TUNSETIFF " + name + "): EBUSY (";
        PlatformException e = refused(name, "");
        assertTrue(e.getMessage().startsWith(expected), e.getMessage());
        assertTrue(e.getMessage().endsWith("; a TAP of that name is there; choose another name, attach to it with "
            + "persist=true, or remove it: ip link del " + name), e.getMessage());
        e = refused(name, ",persist=true");
        assertTrue(e.getMessage().startsWith(expected), e.getMessage());
        assertTrue(e.getMessage().contains("in use by another program"), e.getMessage());
    }

    @Test
    void open_isRefused_whenAnInterfaceOfThatNameIsNoTap() {
        for (String options : new String[] {"", ",persist=true"}) {
            PlatformException e = refused("lo", options);
            assertTrue(e.getMessage().endsWith("; an interface lo is there and is no TAP; choose another name"),
                e.getMessage());
        }
    }

    @Test
    void persistentTap_isNotTakenByMistake_andStaysWhenTheWireCloses() {
        TestTap.run("ip", "tuntap", "add", "dev", name, "mode", "tap");
        assertTrue(refused(name, "").getMessage().contains("attach to it with persist=true"));

        for (int i = 0; i < 2; i++) {
            try (WirePort wire = open(",persist=true")) {
                CountingEvent event = new CountingEvent();
                wire.notify(event);
                Deadline deadline = TestTap.deadline();
                // The kernel takes a moment to see that somebody is attached again.
                while (!wire.linkUp()) {
                    assertTrue(event.await(deadline), "the link does not come up");
                }
            }
            assertTrue(TestTap.exists(name));
        }
    }

    @Test
    void persistentTap_handsOutSegmentedPackets_alsoAfterAProgramThatTookThemWhole() {
        TestTap.run("ip", "tuntap", "add", "dev", name, "mode", "tap");
        int other = LinuxFiles.open("/dev/net/tun", LinuxFiles.O_RDWR);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = KernelInterface.request(arena, name);
            request.set(ValueLayout.JAVA_SHORT, KernelInterface.IFREQ_UNION, (short) 0x1002); // IFF_TAP | IFF_NO_PI
            LinuxFiles.ioctl(other, 0x4004_54caL, request.address(), "TUNSETIFF");
            LinuxFiles.ioctl(other, 0x4004_54d0L, 3, "TUNSETOFFLOAD checksum and TSO");
        }
        LinuxFiles.close(other);
        String ethtool = TestTap.run("ethtool", "-k", name);
        boolean kept = ethtool.contains("tcp-segmentation-offload: on");
        Assumptions.assumeTrue(kept, "this kernel forgets the setting by itself");

        try (WirePort wire = open(",persist=true")) {
            ethtool = TestTap.run("ethtool", "-k", name);
            assertTrue(ethtool.contains("tcp-segmentation-offload: off"), wire + ": " + ethtool);
        }
    }

    @Test
    void persistentTap_isMade_whenThereIsNone() {
        open(",persist=true").close();

        assertTrue(TestTap.exists(name));
        assertTrue(TestTap.run("ip", "tuntap", "list").contains(name + ": tap persist"));
    }

    @Test
    void open_undoesEverything_whenTheInterfaceCannotBeSetUp() {
        String noIpv6 = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6";
        for (String options : new String[] {"", ",persist=true"}) {
            List<String> said = child(options + ",ip6=fd77::1/64", "unshare", "-n", "sh", "-c",
                noIpv6 + " && \"$@\"; ip -o link", "sh");

            assertTrue(said.getFirst().matches("tap:" + name + ": cannot be set up: ioctl\\(SIOCSIFADDR " + name
                + " IPv6\\): EACCES \\(.*\\); is IPv6 off\\? .*"), said::toString);
            assertTrue(said.stream().noneMatch(line -> line.contains(": " + name)), said::toString);
        }
    }

    @Test
    void open_saysWhatIsMissing_withoutThePrivilege() {
        List<String> said = child("", "setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin");

        assertTrue(said.getFirst().matches("tap:" + name + ": cannot be had: ioctl\\(TUNSETIFF " + name
            + "\\): EPERM \\(.*\\); run as root or with CAP_NET_ADMIN, or .*"), said::toString);
    }

    @Test
    void open_saysWhatIsMissing_withoutTheDevice() {
        List<String> said = child("", "unshare", "-m", "sh", "-c", "mount -t tmpfs none /dev/net && \"$@\"", "sh");

        assertTrue(said.getFirst().matches("tap:" + name + ": open\\(/dev/net/tun\\): ENOENT \\(.*\\); "
            + "this kernel offers no TAP; load it: modprobe tun"), said::toString);
    }

    /** What a process of its own says that opens the wire, inside a wrapper that changes its surroundings. */
    private List<String> child(String options, String... wrapper) {
        try {
            Process probe = new ProcessBuilder(wrapper[0], "--version").redirectErrorStream(true).start();
            Assumptions.assumeTrue(probe.waitFor() == 0, wrapper[0] + " does not run");
            Process process = new ProcessBuilder(TapChild.command("tap:" + name + options, wrapper))
                .redirectErrorStream(true).start();
            process.getOutputStream().close();
            return process.inputReader().readAllLines();
        } catch (IOException | InterruptedException e) {
            return Assumptions.abort(wrapper[0] + " does not run: " + e.getMessage());
        }
    }

    @Test
    void interface_goesWithTheProcess_howeverItEnds() throws Exception {
        for (boolean byForce : new boolean[] {false, true}) {
            Process process = new ProcessBuilder(TapChild.command("tap:" + name)).redirectErrorStream(true).start();
            BufferedReader output = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            assertEquals("open tap:" + name, output.readLine());
            assertTrue(TestTap.exists(name));

            Process ended = byForce ? process.destroyForcibly() : terminated(process);

            assertSame(process, ended);
            assertTrue(process.waitFor() != 0);
            assertFalse(TestTap.exists(name), "left by SIG" + (byForce ? "KILL" : "TERM"));
        }
    }

    private static Process terminated(Process process) {
        process.destroy();
        return process;
    }
}
