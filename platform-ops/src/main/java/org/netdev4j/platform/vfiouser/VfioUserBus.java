package org.netdev4j.platform.vfiouser;

import java.util.List;
import java.util.Optional;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.Units;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceAddress.BadAddressException;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.linux.Linux;
import org.netdev4j.platform.wire.WirePort;

/** Devices of other processes, which serve them at a Unix socket: {@code vfio-user:PATH}. */
public final class VfioUserBus implements Bus {
    private static final String SCHEME = "vfio-user";
    private static final String TIMEOUT = "timeout";
    private static final String MMAP = "mmap";
    private static final String STANDARD_TIMEOUT = "5s";

    /** For {@link java.util.ServiceLoader}. */
    public VfioUserBus() {
        // nothing to set up
    }

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public String description() {
        return "PCI functions of another process, served at a Unix socket";
    }

    @Override
    public List<OptionSpec> options() {
        return List.of(new OptionSpec(TIMEOUT, "time", STANDARD_TIMEOUT, "how long the server may take for an answer"),
            new OptionSpec(MMAP, "true|false", "true",
                "map what the server lets be mapped; register writes that are messages then wait for the server"));
    }

    /** Nobody lists sockets. */
    @Override
    public List<Found> scan() {
        return List.of();
    }

    @Override
    public boolean takesWire() {
        return false;
    }

    @Override
    public BusDevice attach(DeviceAddress address, Platform platform, Optional<WirePort> wire) {
        Linux.require("device address \"" + address + "\"");
        if (address.locator().isEmpty()) {
            throw new BadAddressException(address.toString(), "it names no socket; write vfio-user:PATH");
        }
        if (platform.isVirtual()) {
            throw new PlatformException("device address \"" + address
                + "\": a device in another process cannot be driven in virtual time");
        }
        boolean map = mmap(address);
        VfioUserFunction function = new VfioUserFunction(address, platform, timeout(address));
        try {
            function.plugIn(map);
            return function;
        } catch (RuntimeException e) {
            try {
                function.close();
            } catch (RuntimeException inClose) {
                e.addSuppressed(inClose);
            }
            throw e;
        }
    }

    private static boolean mmap(DeviceAddress address) {
        String value = address.options().getOrDefault(MMAP, "true");
        if (!"true".equals(value) && !"false".equals(value)) {
            throw new BadAddressException(address.toString(), MMAP + "=\"" + value + "\": true or false is wanted");
        }
        return "true".equals(value);
    }

    private static long timeout(DeviceAddress address) {
        try {
            long nanos = Units.durationNanos(address.options().getOrDefault(TIMEOUT, STANDARD_TIMEOUT));
            if (nanos <= 0) {
                throw new IllegalArgumentException("\"0\": more than nothing is wanted");
            }
            return nanos;
        } catch (IllegalArgumentException e) {
            throw new BadAddressException(address.toString(), TIMEOUT + "=" + e.getMessage());
        }
    }
}
