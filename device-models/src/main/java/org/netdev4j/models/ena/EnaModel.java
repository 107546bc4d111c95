package org.netdev4j.models.ena;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.netdev4j.backend.ena.spec.AdminOpcode;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.AenqGroup;
import org.netdev4j.backend.ena.spec.EnaPci;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.HwHints;
import org.netdev4j.backend.ena.spec.RegReadResponse;
import org.netdev4j.models.device.DeviceDma;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.models.device.Operable;
import org.netdev4j.models.device.PciProfile;
import org.netdev4j.models.device.QueuePlaces;
import org.netdev4j.models.ena.io.EnaIo;
import org.netdev4j.models.ena.io.EnaSettings;
import org.netdev4j.models.ena.io.IoCounters;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.memory.Memory;

/**
 * An Elastic Network Adapter. The control side is here and in this package, packets are {@link EnaIo}'s.
 *
 * <p>Besides what a driver asks, whoever holds the model can make it speak: {@link #sendEvent}, {@link #sendHints}, {@link
 * #failFatally}. These may be called from any thread; the device does them in its next step.
 */
public final class EnaModel implements DeviceModel, QueuePlaces, Operable {
    private static final long ONES = -1;

    private final EnaConfig config;
    private final PciProfile pci;
    private final EnaSettings settings = new EnaSettings();
    private final ConcurrentLinkedQueue<Runnable> wishes = new ConcurrentLinkedQueue<>();
    private final Memory response = Memory.allocate("ENA model: register read", RegReadResponse.BYTES);
    private DeviceHost host;
    private EnaTrace told;
    private EnaIo io;
    private Registers registers;
    private AdminQueue admin;
    private Features features;
    private DeviceFeatures device;
    private QueueCommands queues;
    private StatsCommand stats;
    private RssFeatures rss;
    private Aenq aenq;
    private EnaEvents events;
    private Phc phc;
    private final Runnable quiesce = this::quiesce;
    private volatile boolean silent;
    // Set by who writes a register or wishes something, taken back by the device: packets cost no look at the control side.
    private volatile boolean rung = true;
    private long controlDue = NEVER;
    private int lastReqId;

    /** A device that is not plugged in. */
    public EnaModel(EnaConfig config) {
        this.config = config;
        this.pci = EnaBars.pci(config);
    }

    @Override
    public String name() {
        return EnaModelFactory.NAME;
    }

    @Override
    public PciProfile pci() {
        return pci;
    }

    /** The numbers that make this device. */
    public EnaConfig config() {
        return config;
    }

    @Override
    public void attach(DeviceHost plugged) {
        host = plugged;
        told = new EnaTrace(host.trace());
        MacAddress mac = config.mac().orElseGet(() -> MacAddress.random(host.random()));
        SettingsOfConfig.write(config, mac, settings);
        io = new EnaIo(host, settings);
        registers = new Registers(host, config);
        admin = new AdminQueue(host, config, registers, told, this::execute);
        aenq = new Aenq(host, config, registers);
        events = new EnaEvents(host, config, registers, aenq, io);
        io.onTrouble((what, transmit, index) -> line((transmit ? "TX" : "RX") + " sq=" + index + " halted: " + what));
        phc = new Phc(host, config);
        stats = new StatsCommand(config, io);
        addFeatures(mac);
        powerOn();
    }

    private void addFeatures(MacAddress mac) {
        features = new Features(host);
        device = new DeviceFeatures(host, config, settings, features, mac);
        device.addAll();
        rss = new RssFeatures(host, config, settings, io);
        rss.addAll(features);
        features.add(FeatureId.AENQ_CONFIG, aenq);
        features.add(FeatureId.HOST_ATTR_CONFIG, new HostFeature(host, settings, config.number(EnaKey.RX_OFFSET)));
        LlqFeature llq = new LlqFeature(config, settings);
        if (config.is(EnaKey.LLQ)) {
            features.add(FeatureId.LLQ, llq);
        }
        if (config.is(EnaKey.PHC)) {
            features.add(FeatureId.PHC_CONFIG, phc);
        }
        if (config.is(EnaKey.FLOW_RULES)) {
            features.add(FeatureId.FLOW_STEERING_CONFIG, new FlowFeature(config, settings));
        }
        queues = new QueueCommands(host, io, llq, rss);
    }

    private void powerOn() {
        silent = false;
        rung = true;
        quiesce();
        registers.powerOn();
    }

    /** Brings to rest and forgets all that a driver has set up. */
    private void quiesce() {
        io.reset();
        admin.reset();
        aenq.reset();
        events.reset();
        features.reset();
        rss.reset();
        queues.reset();
        SettingsOfConfig.restore(settings);
        io.settingsChanged();
        lastReqId = 0;
    }

    @Override
    public int place(boolean receive, int queue) {
        return io.indexOf(!receive, queue);
    }

    private AdminStatus execute(AdminRequest request) {
        AdminOpcode opcode = AdminOpcode.of(request.opcode());
        if (opcode == null) {
            return AdminStatus.UNSUPPORTED_OPCODE;
        }
        return switch (opcode) {
            case CREATE_CQ -> queues.createCq(request);
            case CREATE_SQ -> queues.createSq(request);
            case DESTROY_CQ -> queues.destroyCq(request);
            case DESTROY_SQ -> queues.destroySq(request);
            case GET_STATS -> stats.execute(request);
            case GET_FEATURE -> features.execute(request, false);
            case SET_FEATURE -> {
                AdminStatus status = features.execute(request, true);
                io.settingsChanged();
                yield status;
            }
        };
    }

    @Override
    public long readBar(int bar, long offset, int width) {
        if (bar != EnaPci.BAR_REGISTERS) {
            // LLQ memory is for writing.
            return ONES;
        }
        EnaRegister register = EnaRegister.at(offset & ~3L);
        if (register == null || width == Long.BYTES) {
            return width == Long.BYTES ? readBar(bar, offset, 4) & 0xffff_ffffL | readBar(bar, offset + 4, 4) << 32 : 0;
        }
        int value = registers.read(register);
        told.read(register, width, value);
        return value >>> 8 * (offset & 3) & 0xffff_ffffL >>> 32 - 8 * width;
    }

    @Override
    public void writeBar(int bar, long offset, int width, long value) {
        if (silent) {
            return;
        }
        if (bar == EnaPci.BAR_LLQ) {
            told.access(EnaTrace.LLQ, width);
            io.llqWrite(offset, width, value);
        } else if (bar != EnaPci.BAR_REGISTERS) {
            line("WRITE to BAR " + bar + ", where nothing is");
        } else if (host.faults().happens(EnaFaults.SILENCE, (int) offset)) {
            silent = true;
        } else if (offset <= EnaRegister.PHC_DB.offset()) {
            writeRegister(offset, width, value);
        } else if (offset >= EnaBars.SQ_DOORBELLS && offset < EnaBars.CQ_UNMASK) {
            told.access(EnaTrace.DOORBELL, width);
            io.doorbell((int) (offset - EnaBars.SQ_DOORBELLS) / 4, (int) value);
            host.wake();
        } else if (offset >= EnaBars.CQ_UNMASK && offset < EnaBars.CQ_NUMA) {
            told.access(EnaTrace.UNMASK, width);
            told.interruptControl((int) value);
            io.unmask((int) (offset - EnaBars.CQ_UNMASK) / 4, (int) value);
            host.wake();
        } else if (offset >= EnaBars.CQ_NUMA && offset < EnaBars.QUEUES_END) {
            told.numa(width);
            line("NUMA cq=" + (offset - EnaBars.CQ_NUMA) / 4 + " = 0x" + Long.toHexString(value));
        } else {
            line("WRITE to no register: 0x" + Long.toHexString(offset));
        }
    }

    private void writeRegister(long offset, int width, long value) {
        if (width == Long.BYTES) {
            writeRegister(offset, 4, value);
            writeRegister(offset + 4, 4, value >>> 32);
            return;
        }
        EnaRegister register = EnaRegister.at(offset);
        if (register == null || width != Integer.BYTES) {
            line("WRITE to no register: 0x" + Long.toHexString(offset) + ", " + width + " bytes");
            return;
        }
        told.write(register, width, (int) value);
        if (register == EnaRegister.PHC_DB) {
            phc.doorbell((int) value);
        } else {
            registers.write(register, (int) value);
        }
        rung = true;
        host.wake();
    }

    @Override
    public boolean step() {
        if (silent) {
            return false;
        }
        boolean worked = false;
        if (rung || DeviceModel.due(host.clock(), controlDue)) {
            rung = false;
            worked = control();
            if (worked) {
                rung = true;
            }
            controlDue = controlDueNanos();
        }
        return events.fatal() ? worked : io.step() | worked;
    }

    private boolean control() {
        boolean worked = registers.step(quiesce);
        worked |= answerReads();
        if (!events.fatal()) {
            worked |= admin.step();
            worked |= phc.step();
            worked |= events.step();
        }
        for (Runnable wish = wishes.poll(); wish != null; wish = wishes.poll()) {
            wish.run();
            worked = true;
        }
        return worked;
    }

    private boolean answerReads() {
        boolean worked = false;
        for (Integer request = registers.nextRead(); request != null; request = registers.nextRead()) {
            answer(Registers.reqId(request), EnaRegister.MmioRegRead.register(request));
            worked = true;
        }
        return worked;
    }

    private void answer(int reqId, int offset) {
        int before = lastReqId;
        lastReqId = reqId;
        long iova = registers.address(EnaRegister.MMIO_RESP_LO, EnaRegister.MMIO_RESP_HI);
        EnaRegister register = EnaRegister.at(offset);
        told.readThroughMemory(register);
        int value = register == null ? 0 : registers.read(register);
        int toldOffset = offset;
        int toldId = reqId;
        if (host.faults().happens(EnaFaults.READ_LOST, offset) || iova == 0) {
            return;
        }
        if (host.faults().happens(EnaFaults.READ_STALE, offset)) {
            toldId = before;
        }
        if (host.faults().happens(EnaFaults.READ_WRONG_OFFSET, offset)) {
            toldOffset = (int) host.faults().value();
        }
        RegReadResponse.write(response, 0, toldId, toldOffset, value);
        boolean written = host.dma().writeEntry(DeviceDma.Kind.CONTROL, iova, response, 0, RegReadResponse.BYTES, 0);
        line("READ " + (register == null ? "no register" : register) + " = 0x" + Integer.toHexString(value)
            + " through memory" + (written ? "" : ", which cannot be written"));
    }

    private void line(String text) {
        if (host.trace().enabled()) {
            host.trace().line(text);
        }
    }

    @Override
    public long nextDueNanos() {
        if (silent) {
            return NEVER;
        }
        return events.fatal() ? controlDue : Math.min(controlDue, io.nextDueNanos());
    }

    private long controlDueNanos() {
        long next = registers.nextDueNanos();
        if (events.fatal()) {
            return next;
        }
        next = Math.min(next, Math.min(admin.nextDueNanos(), phc.nextDueNanos()));
        return Math.min(next, events.nextDueNanos());
    }

    @Override
    public void reset() {
        powerOn();
    }

    /** Tells the driver something, if it wants to know it: words of 8 bytes behind the event's header. Any thread. */
    public void sendEvent(AenqGroup group, int syndrome, long... payload) {
        wish(() -> aenq.post(group, syndrome, payload.clone()));
    }

    /** Sends hints. Any thread. */
    public void sendHints(HwHints hints) {
        wish(() -> events.sendHints(hints));
    }

    /** Reports a fatal error; nothing moves until the device is reset. Any thread. */
    public void failFatally() {
        wish(() -> events.fail(0));
    }

    @Override
    public List<Operation> operations() {
        return EnaOperations.ALL;
    }

    @Override
    public String operate(String name, List<String> arguments) {
        return new EnaOperations(this, registers, aenq, io).operate(name, arguments);
    }

    private void wish(Runnable what) {
        wishes.add(what);
        rung = true;
        host.wake();
    }

    /** What the data side has counted. Racy but for the device's thread. */
    public IoCounters counters() {
        return io.counters();
    }

    /** What the driver has set that concerns packets. For the device's thread, or while it does nothing. */
    public EnaSettings settings() {
        return settings;
    }

    /** The device's own address, once it is plugged in. */
    public MacAddress mac() {
        return device.mac();
    }

    /** Admin commands executed since the device was plugged in. Racy. */
    public long commandsExecuted() {
        return admin.executed();
    }

    @Override
    public void close() {
        response.close();
        if (host != null) {
            io.close();
            admin.close();
            aenq.close();
            phc.close();
        }
    }
}
