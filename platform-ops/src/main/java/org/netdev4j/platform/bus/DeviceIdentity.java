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
        /**
         * Checks the widths.
         *
         * @throws IllegalArgumentException if a number has more bits than its field
         */
        public Pci {
            requireBits("vendor", vendor, 16);
            requireBits("device", device, 16);
            requireBits("subsystemVendor", subsystemVendor, 16);
            requireBits("subsystem", subsystem, 16);
            requireBits("classCode", classCode, 24);
            requireBits("revision", revision, 8);
        }

        private static void requireBits(String field, int value, int bits) {
            if (value >>> bits != 0) {
                throw new IllegalArgumentException(
                    "PCI identity: " + field + " has " + bits + " bits: 0x" + Integer.toHexString(value));
            }
        }

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
