package org.netdev4j.backend.ena;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.AenqEntry;
import org.netdev4j.backend.ena.spec.AenqGroup;
import org.netdev4j.backend.ena.spec.EnaPci;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.EnaRegister.Caps;
import org.netdev4j.backend.ena.spec.EnaRegister.DevCtl;
import org.netdev4j.backend.ena.spec.EnaRegister.DevSts;
import org.netdev4j.backend.ena.spec.EnaRegister.MmioRegRead;
import org.netdev4j.backend.ena.spec.RegReadResponse;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.Interrupts;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.memory.DmaDomain;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.mmio.MmioHandler;
import org.netdev4j.platform.mmio.TrappedMmio;

/**
 * As much of an ENA as the control side sees: a file of registers, and an admin queue whose commands {@link
 * FakeFirmware} answers. What goes wrong is a field that a test sets. It answers at once, inside the write of the
 * doorbell, unless told to hold answers.
 */
final class FakeEna implements PciFunction {
    static final long BAR_BYTES = 0x1_0000;

    final DeviceReach reach = new DeviceReach();
    final FakeVectors vectors = new FakeVectors();
    final FakeFirmware firmware = new FakeFirmware(this);
    final Map<EnaRegister, Integer> registers = new TreeMap<>();
    final List<ResetReason> resets = new ArrayList<>();
    final List<EnaRegister> writes = new ArrayList<>();
    final List<EnaRegister> directReads = new ArrayList<>();
    /** Doorbells rung behind the registers. */
    final Map<Integer, Integer> doorbells = new HashMap<>();
    int revision;
    boolean gone;
    boolean silent;
    boolean memoryBar = true;
    boolean registerBar = true;
    boolean busMaster;
    int functionResets;
    /** Register reads are answered not at all, or as the test likes. */
    Consumer<int[]> onRead = answer -> { };
    boolean readsAnswered = true;
    /** The reset does not begin, or does not end. */
    boolean resetBegins = true;
    boolean resetEnds = true;
    /** Answers wait for {@link #release}. */
    boolean hold;
    boolean interruptsLost;
    final Deque<byte[]> held = new ArrayDeque<>();
    /** Called before each command is answered. */
    Runnable beforeCommand = () -> { };
    private int sqHead;
    private int cqTail;
    private int eventTail;

    FakeEna() {
        registers.put(EnaRegister.VERSION, 2 << 8);
        registers.put(EnaRegister.CONTROLLER_VERSION, EnaRegister.ControllerVersion.MINIMUM);
        registers.put(EnaRegister.CAPS, Caps.of(0, 3, 48, 0));
        registers.put(EnaRegister.DEV_STS, DevSts.READY);
    }

    // ---- registers

    private final class Registers implements MmioHandler {
        @Override
        public long read(long offset, int width) {
            EnaRegister register = EnaRegister.at(offset);
            directReads.add(register);
            return gone ? -1 : registers.getOrDefault(register, 0);
        }

        @Override
        public void write(long offset, int width, long value) {
            if (gone) {
                return;
            }
            EnaRegister register = EnaRegister.at(offset);
            if (register == null) {
                doorbells.put((int) offset, (int) value);
                return;
            }
            writes.add(register);
            registers.put(register, (int) value);
            switch (register) {
                case MMIO_REG_READ -> answerRead((int) value);
                case DEV_CTL -> control((int) value);
                case AQ_DB -> commands((int) value);
                default -> { }
            }
        }
    }

    private void answerRead(int request) {
        if (!readsAnswered || silent || !busMaster) {
            return;
        }
        EnaRegister register = EnaRegister.at(MmioRegRead.register(request));
        int[] answer = {MmioRegRead.reqId(request), MmioRegRead.register(request), registers.getOrDefault(register, 0)};
        onRead.accept(answer);
        long iova = address(EnaRegister.MMIO_RESP_LO, EnaRegister.MMIO_RESP_HI);
        RegReadResponse.write(reach.memory(iova, RegReadResponse.BYTES), reach.offset(iova), answer[0], answer[1],
            answer[2]);
    }

    private void control(int value) {
        if (silent) {
            return;
        }
        if ((value & DevCtl.DEV_RESET) == 0) {
            if (resetEnds) {
                registers.put(EnaRegister.DEV_STS, DevSts.READY);
            }
            return;
        }
        resets.add(ResetReason.of(DevCtl.reason(value)));
        firmware.reset();
        held.clear();
        sqHead = 0;
        cqTail = 0;
        eventTail = 0;
        registers.put(EnaRegister.MMIO_RESP_LO, 0);
        registers.put(EnaRegister.MMIO_RESP_HI, 0);
        registers.put(EnaRegister.AENQ_HEAD_DB, 0);
        if (resetBegins) {
            registers.put(EnaRegister.DEV_STS, DevSts.READY | DevSts.RESET_IN_PROGRESS);
        }
    }

    private long address(EnaRegister low, EnaRegister high) {
        return registers.getOrDefault(low, 0) & 0xffff_ffffL | (long) registers.getOrDefault(high, 0) << 32;
    }

    // ---- admin queue

    private synchronized void commands(int doorbell) {
        while (!silent && (sqHead & 0xffff) != doorbell) {
            long iova = address(EnaRegister.AQ_BASE_LO, EnaRegister.AQ_BASE_HI) + (long) (sqHead & 31) * AdminEntry.BYTES;
            byte[] entry = reach.read(iova, AdminEntry.BYTES);
            if ((entry[3] & AdminEntry.PHASE) != (sqHead >> 5 & 1 ^ 1)) {
                throw new AssertionError("phase of command " + sqHead);
            }
            sqHead++;
            beforeCommand.run();
            byte[] answer = firmware.answer(entry);
            if (answer == null) {
                continue;
            }
            if (hold) {
                held.add(answer);
                notifyAll();
            } else {
                complete(answer);
            }
        }
    }

    /** Gives the held answers, in the order that the test brought them into. */
    synchronized void release() {
        while (!held.isEmpty()) {
            complete(held.poll());
        }
    }

    /** Writes a completion of the right phase, and interrupts. */
    synchronized void complete(byte[] answer) {
        long iova = address(EnaRegister.ACQ_BASE_LO, EnaRegister.ACQ_BASE_HI) + (long) (cqTail & 31) * AdminCompletion.BYTES;
        answer[3] = (byte) (cqTail >> 5 & 1 ^ 1);
        cqTail++;
        reach.write(iova, answer);
        interrupt();
    }

    /** A completion by hand: for an id that nobody uses, or twice. */
    static byte[] completion(int id, AdminStatus status) {
        byte[] answer = new byte[AdminCompletion.BYTES];
        answer[0] = (byte) id;
        answer[1] = (byte) (id >> 8);
        answer[2] = (byte) status.code();
        return answer;
    }

    private void interrupt() {
        if (!interruptsLost && registers.getOrDefault(EnaRegister.INTR_MASK, 0) == 0) {
            vectors.fire(EnaPci.VECTOR_MANAGEMENT);
        }
    }

    // ---- events

    /** Reports an event, if the driver listens; true if it does. */
    boolean event(AenqGroup group, int syndrome, Consumer<Memory> payload) {
        int consumed = registers.getOrDefault(EnaRegister.AENQ_HEAD_DB, 0);
        if (gone || silent || consumed == 0 || (consumed - eventTail & 0xffff) == 0) {
            return false;
        }
        long iova = address(EnaRegister.AENQ_BASE_LO, EnaRegister.AENQ_BASE_HI) + (long) (eventTail & 15) * AenqEntry.BYTES;
        try (Memory entry = Memory.allocate("event", AenqEntry.BYTES)) {
            AenqEntry.start(entry, 0, group, syndrome, eventTail >> 4 & 1 ^ 1, 0);
            payload.accept(entry);
            reach.write(iova, entry.bytes(0, AenqEntry.BYTES));
        }
        eventTail++;
        interrupt();
        return true;
    }

    void link(boolean up) {
        event(AenqGroup.LINK_CHANGE, 0, entry -> entry.putInt(AenqEntry.PAYLOAD, up ? 1 : 0));
    }

    void keepAlive(long rxDrops) {
        event(AenqGroup.KEEP_ALIVE, 0, entry -> AenqEntry.keepAlive(entry, 0, rxDrops, 0, 0));
    }

    // ---- the function

    @Override
    public DeviceAddress address() {
        return DeviceAddress.parse("fake:ena");
    }

    @Override
    public DeviceIdentity identity() {
        return new DeviceIdentity.Pci(EnaPci.VENDOR, EnaPci.VF, EnaPci.VENDOR, EnaPci.VF, EnaPci.CLASS_CODE, revision);
    }

    @Override
    public String description() {
        return "fake ENA";
    }

    @Override
    public int readConfig(int offset, int width) {
        return gone ? -1 : EnaPci.VENDOR;
    }

    @Override
    public void writeConfig(int offset, int width, int value) {
        throw new AssertionError("the driver writes no configuration space");
    }

    @Override
    public Optional<Mmio> mapBar(int index, BarMapping mapping) {
        return switch (index) {
            case EnaPci.BAR_REGISTERS -> registerBar ? Optional.of(new TrappedMmio("BAR0", BAR_BYTES, new Registers()))
                : Optional.empty();
            case EnaPci.BAR_LLQ -> memoryBar ? Optional.of(new TrappedMmio("BAR2", 0x10_0000, new DeviceMemory()))
                : Optional.empty();
            default -> throw new AssertionError("BAR " + index);
        };
    }

    private static final class DeviceMemory implements MmioHandler {
        @Override
        public long read(long offset, int width) {
            throw new AssertionError("device memory is write-only");
        }

        @Override
        public void write(long offset, int width, long value) {
            // nobody looks
        }
    }

    @Override
    public boolean writeCombines(int index) {
        return true;
    }

    @Override
    public void setBusMaster(boolean enabled) {
        busMaster = enabled;
    }

    @Override
    public Interrupts interrupts() {
        return vectors;
    }

    @Override
    public DmaDomain dmaDomain() {
        return reach;
    }

    @Override
    public boolean resetFunction() {
        functionResets++;
        return true;
    }

    @Override
    public void close() {
        // the test's
    }
}
