package org.netdev4j.platform.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxSockets;

/**
 * Settings of a network interface of the kernel, by name, through ioctls on a socket. [netdevice(7)]
 *
 * <p>Each call throws {@link LinuxException} if the kernel refuses. Thread-safe until {@link #close()}, which must not run
 * while another call does.
 */
final class KernelInterface implements AutoCloseable {
    static final int IFF_UP = 1;
    static final int IFF_RUNNING = 0x40;

    /** Size of a {@code struct ifreq}: the name, then a union. */
    static final int IFREQ_BYTES = 40;
    static final int IFREQ_UNION = 16;

    private static final int SIOCGIFFLAGS = 0x8913;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final int SIOCSIFADDR = 0x8916;
    private static final int SIOCSIFNETMASK = 0x891c;
    private static final int SIOCSIFMTU = 0x8922;
    private static final int SIOCSIFHWADDR = 0x8924;
    private static final int SIOCGIFINDEX = 0x8933;
    private static final short ARPHRD_ETHER = 1;

    private final int socket = LinuxSockets.socket(LinuxSockets.AF_INET, LinuxSockets.SOCK_DGRAM, 0);

    boolean exists(String name) {
        try {
            return index(name) > 0;
        } catch (LinuxException e) {
            return false;
        }
    }

    /** The IFF flags. */
    int flags(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name);
            ioctl(SIOCGIFFLAGS, request, "SIOCGIFFLAGS " + name);
            return request.get(ValueLayout.JAVA_SHORT, IFREQ_UNION) & 0xffff;
        }
    }

    /** Brings it up. Needs no privilege if it is up. */
    void bringUp(String name) {
        int flags = flags(name);
        if ((flags & IFF_UP) == 0) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment request = request(arena, name);
                request.set(ValueLayout.JAVA_SHORT, IFREQ_UNION, (short) (flags | IFF_UP));
                ioctl(SIOCSIFFLAGS, request, "SIOCSIFFLAGS " + name + " up");
            }
        }
    }

    void setMtu(String name, int mtu) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name);
            request.set(ValueLayout.JAVA_INT, IFREQ_UNION, mtu);
            ioctl(SIOCSIFMTU, request, "SIOCSIFMTU " + name + " " + mtu);
        }
    }

    void setMac(String name, byte[] mac) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name);
            request.set(ValueLayout.JAVA_SHORT, IFREQ_UNION, ARPHRD_ETHER);
            MemorySegment.copy(mac, 0, request, ValueLayout.JAVA_BYTE, IFREQ_UNION + 2L, mac.length);
            ioctl(SIOCSIFHWADDR, request, "SIOCSIFHWADDR " + name);
        }
    }

    /** Sets the one IPv4 address that an interface has by these ioctls. */
    void setIp4(String name, TapOptions.IpPrefix ip) {
        int mask = -1 << (32 - ip.length());
        byte[] maskBytes = {(byte) (mask >> 24), (byte) (mask >> 16), (byte) (mask >> 8), (byte) mask};
        setSockaddr(SIOCSIFADDR, name, ip.address(), "SIOCSIFADDR " + name);
        setSockaddr(SIOCSIFNETMASK, name, maskBytes, "SIOCSIFNETMASK " + name);
    }

    private void setSockaddr(int request, String name, byte[] address, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = request(arena, name);
            segment.set(ValueLayout.JAVA_SHORT, IFREQ_UNION, (short) LinuxSockets.AF_INET);
            MemorySegment.copy(address, 0, segment, ValueLayout.JAVA_BYTE, IFREQ_UNION + 4L, address.length);
            ioctl(request, segment, what);
        }
    }

    /** Adds an IPv6 address. The kernel uses it when it has seen that nobody else has it, about a second later. */
    void addIp6(String name, TapOptions.IpPrefix ip) {
        int six = LinuxSockets.socket(LinuxSockets.AF_INET6, LinuxSockets.SOCK_DGRAM, 0);
        try (Arena arena = Arena.ofConfined()) {
            // struct in6_ifreq: address, prefix length, interface index. [Linux include/uapi/linux/ipv6.h]
            MemorySegment request = arena.allocate(24, 8);
            MemorySegment.copy(ip.address(), 0, request, ValueLayout.JAVA_BYTE, 0, ip.address().length);
            request.set(ValueLayout.JAVA_INT, 16, ip.length());
            request.set(ValueLayout.JAVA_INT, 20, index(name));
            LinuxFiles.ioctl(six, SIOCSIFADDR, request.address(), "SIOCSIFADDR " + name + " IPv6");
        } finally {
            LinuxFiles.close(six);
        }
    }

    private int index(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name);
            ioctl(SIOCGIFINDEX, request, "SIOCGIFINDEX " + name);
            return request.get(ValueLayout.JAVA_INT, IFREQ_UNION);
        }
    }

    /** A {@code struct ifreq} with the name and zeros. */
    static MemorySegment request(Arena arena, String name) {
        MemorySegment request = arena.allocate(IFREQ_BYTES, 8);
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, request, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return request;
    }

    private void ioctl(int request, MemorySegment argument, String what) {
        LinuxFiles.ioctl(socket, request, argument.address(), what);
    }

    @Override
    public void close() {
        LinuxFiles.close(socket);
    }
}
