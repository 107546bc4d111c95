package org.netdev4j.backend.ena.spec;

import java.util.Arrays;

/**
 * The registers of BAR 0, 32 bits each [AMZN ena_regs_defs.h]. Doorbells of queues and their interrupt control lie where
 * the replies to CREATE_SQ and CREATE_CQ say.
 */
public enum EnaRegister {
    /** Version of the specification: minor 7:0, major 15:8. */
    VERSION(0x00),
    /** Version of the controller: see {@link ControllerVersion}. */
    CONTROLLER_VERSION(0x04),
    /** What the device needs and can: see {@link Caps}. */
    CAPS(0x08),
    /** No driver uses a field of it. */
    CAPS_EXT(0x0c),
    /** Admin submission queue: address 31:0. */
    AQ_BASE_LO(0x10),
    /** Admin submission queue: address 63:32. */
    AQ_BASE_HI(0x14),
    /** Admin submission queue: see {@link QueueCaps}. */
    AQ_CAPS(0x18),
    /** Admin completion queue: address 31:0. */
    ACQ_BASE_LO(0x20),
    /** Admin completion queue: address 63:32. */
    ACQ_BASE_HI(0x24),
    /** Admin completion queue: see {@link QueueCaps}. */
    ACQ_CAPS(0x28),
    /** Doorbell: admin commands submitted so far, modulo 65536. */
    AQ_DB(0x2c),
    /** Admin completions written so far; no driver reads it. */
    ACQ_TAIL(0x30),
    /** Event queue: see {@link QueueCaps}. */
    AENQ_CAPS(0x34),
    /** Event queue: address 31:0. */
    AENQ_BASE_LO(0x38),
    /** Event queue: address 63:32. */
    AENQ_BASE_HI(0x3c),
    /** Doorbell: events that may be written so far, modulo 65536: those consumed and the depth. */
    AENQ_HEAD_DB(0x40),
    /** Events written so far; no driver reads it. */
    AENQ_TAIL(0x44),
    /** 1 in bit 0 masks the management interrupt. */
    INTR_MASK(0x4c),
    /** Control: see {@link DevCtl}. */
    DEV_CTL(0x54),
    /** Status: see {@link DevSts}. */
    DEV_STS(0x58),
    /** Asks for a register to be written to memory: number of the request 15:0, offset of the register 31:16. */
    MMIO_REG_READ(0x5c),
    /** Where {@link #MMIO_REG_READ} is answered: address 31:0. Lost in a reset. */
    MMIO_RESP_LO(0x60),
    /** Where {@link #MMIO_REG_READ} is answered: address 63:32. Lost in a reset. */
    MMIO_RESP_HI(0x64),
    /** One entry of the RSS table: index 15:0, queue 31:16. No driver uses it. */
    RSS_IND_ENTRY_UPDATE(0x68),
    /** Asks for the time; the place may be another, named by {@link PhcConfig}. */
    PHC_DB(0x100);

    /** What a register reads as if nobody answers. */
    public static final int ALL_ONES = 0xffff_ffff;
    /** Bytes that the registers before the doorbells of queues take. */
    public static final int SPACE = 0x100;

    private static final EnaRegister[] BY_OFFSET = new EnaRegister[SPACE / 4 + 1];

    static {
        Arrays.stream(values()).forEach(register -> BY_OFFSET[register.offset / 4] = register);
    }

    private final int offset;

    EnaRegister(int offset) {
        this.offset = offset;
    }

    /** Bytes from the start of BAR 0. */
    public int offset() {
        return offset;
    }

    /** The register at an offset, or null if there is none. */
    public static EnaRegister at(long offset) {
        return offset < 0 || offset > SPACE || (offset & 3) != 0 ? null : BY_OFFSET[(int) offset / 4];
    }

    /** Fields of {@link #CONTROLLER_VERSION}. */
    public static final class ControllerVersion {
        /** The oldest that a driver takes: 0.0.1. */
        public static final int MINIMUM = of(0, 0, 0, 1);

        private ControllerVersion() {
        }

        /** A value. */
        public static int of(int implementation, int major, int minor, int subMinor) {
            return implementation << 24 | major << 16 | minor << 8 | subMinor;
        }

        /** The version without the implementation's id, to be compared. */
        public static int comparable(int value) {
            return value & 0xff_ffff;
        }

        /** As people write it. */
        public static String text(int value) {
            return (value >>> 16 & 0xff) + "." + (value >>> 8 & 0xff) + "." + (value & 0xff);
        }
    }

    /** Fields of {@link #CAPS}. */
    public static final class Caps {
        /** Queues must be contiguous in memory. */
        public static final int CONTIGUOUS_QUEUE_REQUIRED = 1;
        /** Milliseconds of a unit of the time limits. */
        public static final int TIMEOUT_UNIT_MILLIS = 100;

        private Caps() {
        }

        /** A value. */
        public static int of(int flags, int resetTimeout, int dmaAddressWidth, int adminTimeout) {
            return flags | resetTimeout << 1 | dmaAddressWidth << 8 | adminTimeout << 16;
        }

        /** How long a reset may take, in units; 0 is an error of the device. */
        public static int resetTimeout(int value) {
            return value >>> 1 & 0x1f;
        }

        /** Bits of an address that the device drives. */
        public static int dmaAddressWidth(int value) {
            return value >>> 8 & 0xff;
        }

        /** How long an admin command may take, in units; 0 for the driver's own limit. */
        public static int adminTimeout(int value) {
            return value >>> 16 & 0xf;
        }
    }

    /** Fields of {@link #AQ_CAPS}, {@link #ACQ_CAPS} and {@link #AENQ_CAPS}. */
    public static final class QueueCaps {
        private QueueCaps() {
        }

        /** A value. */
        public static int of(int depth, int entryBytes) {
            return depth | entryBytes << 16;
        }

        /** Entries. */
        public static int depth(int value) {
            return value & 0xffff;
        }

        /** Bytes of an entry. */
        public static int entryBytes(int value) {
            return value >>> 16;
        }
    }

    /** Fields of {@link #DEV_CTL}. */
    public static final class DevCtl {
        /** Reset while 1. */
        public static final int DEV_RESET = 1;
        /** Restart the admin queue; no driver uses it. */
        public static final int AQ_RESTART = 1 << 1;
        /** Come to rest; no driver uses it. */
        public static final int QUIESCENT = 1 << 2;
        /** Go on; no driver uses it. */
        public static final int IO_RESUME = 1 << 3;

        private DevCtl() {
        }

        /**
         * The value that starts a reset.
         *
         * @param extended true if the device has {@link DeviceAttributes#CAP_EXTENDED_RESET_REASONS}; else reasons above 15
         *                 are told as {@link ResetReason#GENERIC}
         */
        public static int reset(ResetReason reason, boolean extended) {
            int code = reason.code() > 0xf && !extended ? ResetReason.GENERIC.code() : reason.code();
            return DEV_RESET | (code & 0xf) << 28 | (code >>> 4) << 24;
        }

        /** The number of the reason in a value. */
        public static int reason(int value) {
            return value >>> 28 | (value >>> 24 & 0xf) << 4;
        }
    }

    /** Fields of {@link #DEV_STS}. */
    public static final class DevSts {
        /** The device can be used. */
        public static final int READY = 1;
        /** The admin queue restarts. */
        public static final int AQ_RESTART_IN_PROGRESS = 1 << 1;
        /** The admin queue has restarted. */
        public static final int AQ_RESTART_FINISHED = 1 << 2;
        /** A reset is under way. */
        public static final int RESET_IN_PROGRESS = 1 << 3;
        /** A reset is over. */
        public static final int RESET_FINISHED = 1 << 4;
        /** The device cannot go on. */
        public static final int FATAL_ERROR = 1 << 5;
        /** The device comes to rest. */
        public static final int QUIESCENT_STATE_IN_PROGRESS = 1 << 6;
        /** The device rests. */
        public static final int QUIESCENT_STATE_ACHIEVED = 1 << 7;

        private DevSts() {
        }
    }

    /** Fields of {@link #MMIO_REG_READ}. */
    public static final class MmioRegRead {
        private MmioRegRead() {
        }

        /** A value. */
        public static int of(int reqId, int register) {
            return reqId & 0xffff | register << 16;
        }

        /** Number of the request. */
        public static int reqId(int value) {
            return value & 0xffff;
        }

        /** Offset of the register. */
        public static int register(int value) {
            return value >>> 16;
        }
    }
}
