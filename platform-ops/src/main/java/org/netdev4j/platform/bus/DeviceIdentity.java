package org.netdev4j.platform.bus;

/** What a device says it is: by this, and by nothing else, a driver decides whether it can drive it. */
public sealed interface DeviceIdentity {
    /**
     * A PCI function, by the ids of its configuration space.
     *
     * @param vendor          16 bits
     * @param device          16 bits
     * @param subsystemVendor 16 bits
     * @param subsystem       16 bits
     * @param classCode       24 bits: class, subclass, programming interface
     * @param revision        8 bits
     */
    record Pci(int vendor, int device, int subsystemVendor, int subsystem, int classCode, int revision)
        implements DeviceIdentity {
        @Override
        public String toString() {
            return String.format("%04x:%04x", vendor, device);
        }
    }

    /**
     * A device that is not on PCI.
     *
     * @param name the transport: {@code loopback}, {@code vhost-user}
     */
    record Transport(String name) implements DeviceIdentity {
        @Override
        public String toString() {
            return name;
        }
    }
}
