package org.netdev4j.platform.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.Linux;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.memory.Memory;

/**
 * A TAP interface of the Linux kernel: the far end of the wire is the kernel's own network stack, behind an interface that
 * {@code ip}, {@code ping} and {@code tcpdump} see. [Linux Documentation/networking/tuntap.rst]
 *
 * <p>Address: {@code tap:NAME[,key=value]...}, with the keys of {@link #options()}. The interface is removed when the wire
 * is closed, or with the process, however it ends, unless it is persistent.
 *
 * <p>The link is up while the interface is up and running; after attaching to one that was there before this takes the
 * kernel a moment. A frame that is sent while it is down is lost, as is one shorter than an Ethernet header, which the
 * kernel does not take. If somebody removes the interface the wire is exhausted. A TAP has no clock: frames are not stamped.
 * Sending and receiving are one system call per frame.
 *
 * <p>Calls may also run while another thread closes the wire: then frames go nowhere and none comes.
 */
final class TapWire implements WirePort {
    private static final String DEVICE = "/dev/net/tun";

    // [Linux include/uapi/linux/if_tun.h]
    private static final long TUNSETIFF = 0x4004_54caL;
    private static final long TUNSETPERSIST = 0x4004_54cbL;
    private static final long TUNSETOFFLOAD = 0x4004_54d0L;
    private static final long TUNGETIFF = 0x8004_54d2L;
    private static final int IFF_TAP = 0x0002;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_TUN_EXCL = 0x8000;

    private static final int IOVECS = 0;
    private static final int SPILL = 2 * LinuxFiles.IOVEC_BYTES;
    private static final int POLLFD = SPILL + 8;
    private static final int SCRATCH = POLLFD + LinuxFiles.POLLFD_BYTES;

    private final String name;
    private final UseGate gate = new UseGate();
    private final Releases releases = new Releases();
    // Two vectors of the receiving thread, the byte that the second is for, and what readable() asks.
    private final Memory scratch;
    private final KernelInterface kernel;
    private final int fd;
    private final TapWatcher watcher;
    private boolean opened;
    private volatile boolean gone;

    // Written by the sending thread, read racily.
    private long sentFrames;
    private long sentBytes;
    private long lost;

    // Written by the receiving thread, read racily.
    private long receivedFrames;
    private long receivedBytes;
    private long truncated;

    private TapWire(TapOptions options) {
        name = "tap:" + options.name();
        Linux.require(name);
        try {
            scratch = releases.add(Memory.allocate(name, SCRATCH));
            kernel = releases.add(new KernelInterface());
            fd = releases.addFd(openDevice());
            attach(options);
            configure(options);
            scratch.putLong(IOVECS + LinuxFiles.IOVEC_BYTES, scratch.address() + SPILL);
            scratch.putLong(IOVECS + LinuxFiles.IOVEC_BYTES + 8, 1);
            LinuxFiles.putPollFd(scratch.address() + POLLFD, fd, LinuxFiles.POLLIN);
            watcher = releases.add(new TapWatcher(name, fd, this::askState));
            opened = true;
        } catch (RuntimeException e) {
            releases.close();
            throw e;
        }
    }

    /**
     * Opens a TAP wire; the interface is there, and set as the address says, when the call returns.
     *
     * @param address  with keys of {@link #options()}; others are ignored
     * @param platform not used: a TAP lives in real time and needs no DMA memory
     * @throws IllegalArgumentException if a value in the address is wrong
     * @throws PlatformException if the kernel refuses; nothing is left behind then
     */
    static WirePort open(DeviceAddress address, Platform platform) {
        return new TapWire(TapOptions.parse(address));
    }

    /** Keys that an address may carry. */
    static List<OptionSpec> options() {
        return TapOptions.SPECS;
    }

    private int openDevice() {
        try {
            return LinuxFiles.open(DEVICE, LinuxFiles.O_RDWR | LinuxFiles.O_NONBLOCK);
        } catch (LinuxException e) {
            throw new PlatformException(name + ": " + e.getMessage() + switch (e.errno()) {
                case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO -> "; this kernel offers no TAP; load it: modprobe tun";
                case Errno.EPERM, Errno.EACCES -> "; run as root, or ask for access to " + DEVICE;
                default -> "";
            }, e);
        }
    }

    private void attach(TapOptions options) {
        // Refused if there is an interface of that name, whatever it is: nothing of anybody else's is ever taken by mistake.
        int exclusive = options.persist() ? 0 : IFF_TUN_EXCL;
        boolean fresh = !kernel.exists(options.name());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = KernelInterface.request(arena, options.name());
            request.set(ValueLayout.JAVA_SHORT, KernelInterface.IFREQ_UNION, (short) (IFF_TAP | IFF_NO_PI | exclusive));
            LinuxFiles.ioctl(fd, TUNSETIFF, request.address(), "TUNSETIFF " + options.name());
        } catch (LinuxException e) {
            throw new PlatformException(name + ": cannot be had: " + e.getMessage() + "; " + remedy(options, e.errno()), e);
        }
        if (options.persist()) {
            // What used the interface before may have left it to hand out unsegmented packets.
            LinuxFiles.ioctl(fd, TUNSETOFFLOAD, 0, "TUNSETOFFLOAD " + options.name());
            if (fresh) {
                LinuxFiles.ioctl(fd, TUNSETPERSIST, 1, "TUNSETPERSIST " + options.name());
                releases.onClose(() -> {
                    if (!opened) {
                        LinuxFiles.ioctl(fd, TUNSETPERSIST, 0, "TUNSETPERSIST " + options.name());
                    }
                });
            }
        }
    }

    private String remedy(TapOptions options, int errno) {
        String interfaceName = options.name();
        if (errno == Errno.EPERM) {
            return "run as root or with CAP_NET_ADMIN, or attach with persist=true to a TAP that root made for you: "
                + "ip tuntap add " + interfaceName + " mode tap user " + System.getProperty("user.name");
        }
        if (errno == Errno.EBUSY || errno == Errno.EINVAL && kernel.exists(interfaceName)) {
            if (!Files.exists(Path.of("/sys/class/net", interfaceName, "tun_flags"))) {
                return "an interface " + interfaceName + " is there and is no TAP; choose another name";
            }
            return options.persist()
                ? "the interface is in use by another program, or no single-queue TAP; end that program or choose another "
                    + "name"
                : "a TAP of that name is there; choose another name, attach to it with persist=true, or remove it: "
                    + "ip link del " + interfaceName;
        }
        return "choose another name, or look into the kernel's log";
    }

    private void configure(TapOptions options) {
        try {
            options.mtu().ifPresent(mtu -> kernel.setMtu(options.name(), mtu));
            options.mac().ifPresent(mac -> kernel.setMac(options.name(), mac));
            options.ip4().ifPresent(ip -> kernel.setIp4(options.name(), ip));
            options.ip6().ifPresent(ip -> kernel.addIp6(options.name(), ip));
            if (options.up()) {
                kernel.bringUp(options.name());
            }
        } catch (LinuxException e) {
            throw new PlatformException(name + ": cannot be set up: " + e.getMessage() + switch (e.errno()) {
                case Errno.EPERM -> "; run as root or with CAP_NET_ADMIN, or leave that setting to root";
                case Errno.EACCES -> "; is IPv6 off? see /proc/sys/net/ipv6/conf/*/disable_ipv6";
                default -> "";
            }, e);
        }
    }

    @Override
    public boolean send(Memory frame, long offset, int length) {
        if (length < 1 || length > MAX_FRAME) {
            throw new IllegalArgumentException("a frame has 1 to " + MAX_FRAME + " bytes: length=" + length);
        }
        long address = frame.checkedAddress(offset, length);
        if (!gate.enter()) {
            return true;
        }
        try {
            return send(address, length);
        } finally {
            gate.leave();
        }
    }

    private boolean send(long address, int length) {
        long result = LinuxFiles.tryWrite(fd, address, length);
        if (result == -Errno.EAGAIN || result == -Errno.ENOBUFS || result == -Errno.ENOMEM) {
            return false;
        }
        // Other refusals are a frame lost: EIO the interface is down, EINVAL shorter than a header, EBADFD it is gone.
        if (result < 0) {
            lost++;
        }
        sentFrames++;
        sentBytes += length;
        return true;
    }

    @Override
    public int receive(Memory into, long offset, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("there must be room for a byte: capacity=" + capacity);
        }
        long address = into.checkedAddress(offset, capacity);
        if (!gate.enter()) {
            return EMPTY;
        }
        try {
            return receive(address, capacity);
        } finally {
            gate.leave();
        }
    }

    private int receive(long address, int capacity) {
        // The kernel cuts a frame to the room given and does not say so. With one byte of room more than the caller has, a
        // longer frame shows by its last byte landing there.
        scratch.putLong(IOVECS, address);
        scratch.putLong(IOVECS + 8, capacity);
        long length = LinuxFiles.tryReadv(fd, scratch.address() + IOVECS, 2);
        if (length > 0) {
            int kept = (int) Math.min(length, capacity);
            truncated += kept < length ? 1 : 0;
            receivedFrames++;
            receivedBytes += kept;
            return kept;
        }
        if (length == -Errno.EAGAIN) {
            watcher.arm();
        } else if (length == -Errno.EBADFD) {
            gone = true;
        }
        return EMPTY;
    }

    @Override
    public long receivedAtEpochNanos() {
        return 0;
    }

    @Override
    public long truncated() {
        return truncated;
    }

    @Override
    public boolean readable() {
        if (!gate.enter()) {
            return false;
        }
        try {
            // Threads may ask at once: each may then read the other's answer, which is as new as its own.
            long question = scratch.address() + POLLFD;
            return LinuxFiles.poll(question, 1, 0) > 0 && (LinuxFiles.revents(question) & LinuxFiles.POLLIN) != 0;
        } finally {
            gate.leave();
        }
    }

    @Override
    public void notify(WaitEvent event) {
        if (!gate.enter()) {
            return;
        }
        try {
            watcher.notify(event);
        } finally {
            gate.leave();
        }
        // The watcher would do it, a moment later.
        if (event != null && readable()) {
            event.signal();
        }
    }

    @Override
    public boolean linkUp() {
        return watcher.state() == TapWatcher.State.UP && !gone;
    }

    /** Asks by the name that the interface has now, which may not be the one that it was made with. */
    private TapWatcher.State askState() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(KernelInterface.IFREQ_BYTES, 8);
            LinuxFiles.ioctl(fd, TUNGETIFF, request.address(), "TUNGETIFF " + name);
            int flags = kernel.flags(request.getString(0, StandardCharsets.US_ASCII));
            int up = KernelInterface.IFF_UP | KernelInterface.IFF_RUNNING;
            return (flags & up) == up ? TapWatcher.State.UP : TapWatcher.State.DOWN;
        } catch (LinuxException e) {
            return e.errno() == Errno.EBADFD ? TapWatcher.State.GONE : TapWatcher.State.DOWN;
        }
    }

    @Override
    public boolean exhausted() {
        return gone || watcher.state() == TapWatcher.State.GONE;
    }

    @Override
    public Optional<WireStats> stats() {
        return Optional.of(new WireStats(sentFrames, sentBytes, receivedFrames, receivedBytes, lost));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void close() {
        if (gate.shut()) {
            gone = true;
            releases.close();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
