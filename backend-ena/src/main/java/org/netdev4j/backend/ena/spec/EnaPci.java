package org.netdev4j.backend.ena.spec;

/** ENA on the PCI bus [AMZN kernel/linux/ena/ena_pci_id_tbl.h, ena_netdev.h]. */
public final class EnaPci {
    /** Amazon. */
    public static final int VENDOR = 0x1d0f;
    /** The physical function. */
    public static final int PF = 0x0ec2;
    /** The physical function with low-latency queues. */
    public static final int PF_LLQ = 0x1ec2;
    /** The virtual function, which is what an EC2 instance sees. */
    public static final int VF = 0xec20;
    /** The virtual function with low-latency queues. */
    public static final int VF_LLQ = 0xec21;

    /** Network controller, Ethernet. */
    public static final int CLASS_CODE = 0x020000;

    /** Registers and doorbells. */
    public static final int BAR_REGISTERS = 0;
    /** Memory of low-latency queues; the host only writes it. */
    public static final int BAR_LLQ = 2;

    /** The MSI-X vector of admin completions and events. */
    public static final int VECTOR_MANAGEMENT = 0;
    /** The vector of the first pair of queues; those of the others follow. */
    public static final int VECTOR_FIRST_IO = 1;

    /** Bit of the revision that says that registers cannot be read through memory, only directly. */
    public static final int REVISION_NO_READLESS = 1;

    private EnaPci() {
    }

    /** True for the ids that an ENA driver drives. */
    public static boolean isEna(int vendor, int device) {
        return vendor == VENDOR && (device == PF || device == PF_LLQ || device == VF || device == VF_LLQ);
    }
}
