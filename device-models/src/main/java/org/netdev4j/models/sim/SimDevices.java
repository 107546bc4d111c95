package org.netdev4j.models.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.netdev4j.platform.Platform;

/** The simulated devices that are plugged into this process now. Thread-safe. */
public final class SimDevices {
    // In the order plugged in. Guards the names, too.
    private static final List<SimDevice> ALL = new ArrayList<>();
    private static final Set<String> NAMES = new HashSet<>();

    private SimDevices() {
    }

    /** All, in the order plugged in. */
    public static List<SimDevice> all() {
        synchronized (ALL) {
            return List.copyOf(ALL);
        }
    }

    /** Those on one platform, in the order plugged in. */
    public static List<SimDevice> on(Platform platform) {
        return all().stream().filter(device -> device.platform() == platform).toList();
    }

    /** The device of that name: {@code sim:ena#0}, or what the key {@code name} of its address says. */
    public static Optional<SimDevice> named(String name) {
        return all().stream().filter(device -> device.name().equals(name)).findFirst();
    }

    /** Takes a name; false if it is taken. */
    static boolean reserve(String name) {
        synchronized (ALL) {
            return NAMES.add(name);
        }
    }

    /** Takes the first free name that begins like this and ends in a number. */
    static String reserveNumbered(String stem) {
        synchronized (ALL) {
            int number = 0;
            while (!NAMES.add(stem + number)) {
                number++;
            }
            return stem + number;
        }
    }

    static void add(SimDevice device) {
        synchronized (ALL) {
            ALL.add(device);
        }
    }

    /** Gives a name back, and forgets the device that had it, if there was one. */
    static void release(String name) {
        synchronized (ALL) {
            NAMES.remove(name);
            ALL.removeIf(device -> device.name().equals(name));
        }
    }
}
