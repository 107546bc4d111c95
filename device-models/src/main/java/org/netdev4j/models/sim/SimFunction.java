package org.netdev4j.models.sim;

import java.nio.file.Path;
import java.util.Optional;
import org.netdev4j.models.device.BusCounters;
import org.netdev4j.models.device.BusTally;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.models.device.Faults;
import org.netdev4j.models.device.TextTrace;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceAddress.BadAddressException;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.Interrupts;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.memory.DmaDomain;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.mmio.TrappedMmio;
import org.netdev4j.platform.wire.WirePort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model as a PCI function. When a driver gets it, its BARs have addresses and answer, and it may not do DMA, as under
 * VFIO. After {@link #resetFunction()} that is so again: bus mastering and interrupts are to be set up anew.
 */
final class SimFunction implements PciFunction, SimDevice {
    private static final Logger LOG = LoggerFactory.getLogger(SimFunction.class);
    // Where systems put the BARs of devices below 4 GiB.
    private static final long FIRST_BAR_ADDRESS = 0xc000_0000L;

    private final String name;
    private final DeviceAddress address;
    private final Platform platform;
    private final SimOptions options;
    private final DeviceModel model;
    private final WirePort wire;
    private final long seed;
    private final FunctionState state = new FunctionState();
    private final ConfigSpace config;
    private final BusCounters counters;
    private final TextTrace trace;
    private final Faults faults;
    private final MsixTable msix;
    private final SimInterrupts interrupts;
    private final SimIommu iommu;
    private final ModelTurns turns;
    private final Engine engine;
    private volatile Throwable failure;
    private volatile boolean configKept;
    private boolean closed;

    SimFunction(String name, DeviceAddress address, SimOptions options, ModelFactory factory, DeviceModel model,
                Platform platform, WirePort wire) {
        this.name = name;
        this.address = address;
        this.options = options;
        this.platform = platform;
        this.model = model;
        this.wire = wire;
        this.seed = options.seed().orElseGet(() -> platform.random().nextLong());
        this.config = new ConfigSpace(model.pci());
        this.counters = new BusCounters(model.pci().vectors());
        this.trace = new TextTrace(platform.clock(), options.timed());
        this.faults = new Faults(BusFaults.and(factory.faults()), platform.clock(), seed, trace);
        this.msix = new MsixTable(name, model.pci().vectors(), counters, faults);
        this.interrupts = new SimInterrupts(name, this, msix, options.vectors());
        this.iommu = new SimIommu(name, options.addressBits());
        this.turns = new ModelTurns(this, options.accountingFile().isPresent());
        this.engine = platform.isVirtual() ? new SteppedEngine(name, platform) : new ThreadedEngine(name, platform);
    }

    /** Plugs it in. If it throws, {@link #close()} takes back what was done. */
    void plugIn() {
        options.traceFile().map(Path::of).ifPresent(file -> trace.toFile(file, options.append(), options.forms()));
        options.accountingFile().map(Path::of).ifPresent(CostReport::prepare);
        injectFaults();
        note("PLUGGED IN " + model.name() + " " + model.pci().identity());
        applyConfig(() -> config.assign(FIRST_BAR_ADDRESS));
        iommu.onFault(fault -> note("DMA FAULT " + (fault.write() ? "write" : "read") + " of " + fault.length() + " bytes, "
            + fault.kind()));
        platform.dma().attach(iommu);
        SimDma dma = new SimDma(name, state, iommu, faults, counters);
        model.attach(new SimHost(dma, msix, engine, platform.clock(), RandomSource.seeded(seed), wire, counters, trace,
            faults));
        SimDevices.add(this);
        engine.start(turns);
        wire.notify(engine.event());
        LOG.debug("{} is plugged into {}; seed {}", name, wire.name(), seed);
    }

    private void injectFaults() {
        try {
            options.faults().ifPresent(faults::inject);
        } catch (IllegalArgumentException e) {
            throw new BadAddressException(address.toString(), "faults=" + e.getMessage());
        }
    }

    /** The model threw, on any thread. */
    void failed(Throwable e) {
        LOG.error("{}: the device model failed; the device counts as pulled out", name, e);
        if (failure == null) {
            failure = e;
        }
        note("MODEL FAILED " + e);
        state.remove();
    }

    /** A line of the trace. */
    void note(String text) {
        if (trace.enabled()) {
            trace.line(text);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public DeviceAddress address() {
        return address;
    }

    @Override
    public DeviceIdentity identity() {
        return model.pci().identity();
    }

    @Override
    public String description() {
        return model.pci().description() + ", simulated";
    }

    @Override
    public Platform platform() {
        return platform;
    }

    @Override
    public long seed() {
        return seed;
    }

    @Override
    public DeviceModel model() {
        return model;
    }

    @Override
    public BusTally tally() {
        return counters.snapshot();
    }

    @Override
    public TextTrace trace() {
        return trace;
    }

    @Override
    public Faults faults() {
        return faults;
    }

    @Override
    public SimIommu iommu() {
        return iommu;
    }

    @Override
    public WirePort wire() {
        return wire;
    }

    FunctionState state() {
        return state;
    }

    BusCounters counters() {
        return counters;
    }

    MsixTable msix() {
        return msix;
    }

    @Override
    public int readConfig(int offset, int width) {
        counters.config(false);
        int value = config.read(offset, width);
        return configAnswers() ? value : width == Integer.BYTES ? -1 : (1 << width * Byte.SIZE) - 1;
    }

    @Override
    public void writeConfig(int offset, int width, int value) {
        counters.config(true);
        if (!configAnswers()) {
            return;
        }
        applyConfig(() -> config.write(offset, width, value));
        if ((config.read(ConfigSpace.EXPRESS_CONTROL, Short.BYTES) & ConfigSpace.CONTROL_INITIATE_FLR) != 0) {
            reset();
        }
    }

    private boolean configAnswers() {
        return configKept || !state.isRemoved();
    }

    @Override
    public void keepConfigurationSpace() {
        configKept = true;
    }

    /** Changes configuration space and does what it then says. */
    private void applyConfig(Runnable change) {
        int before = config.read(ConfigSpace.COMMAND, Short.BYTES);
        int msixBefore = config.read(ConfigSpace.MSIX_CONTROL, Short.BYTES);
        change.run();
        int command = config.read(ConfigSpace.COMMAND, Short.BYTES);
        if (command != before) {
            boolean memory = (command & ConfigSpace.COMMAND_MEMORY) != 0;
            boolean master = (command & ConfigSpace.COMMAND_BUS_MASTER) != 0;
            state.command(memory, master);
            note("COMMAND memory " + onOff(memory) + ", bus master " + onOff(master));
        }
        int control = config.read(ConfigSpace.MSIX_CONTROL, Short.BYTES);
        if (control != msixBefore) {
            msix.control((control & ConfigSpace.MSIX_ENABLE) != 0, (control & ConfigSpace.MSIX_MASK_ALL) != 0);
        }
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }

    /** Sets or clears MSI-X enable, as the system does. */
    void enableMsix(boolean on) {
        writeConfig(ConfigSpace.MSIX_CONTROL, Short.BYTES, on ? ConfigSpace.MSIX_ENABLE : 0);
    }

    @Override
    public Optional<Mmio> mapBar(int index, BarMapping mapping) {
        return model.pci().bars().stream().filter(bar -> bar.index() == index).findFirst().map(bar -> {
            boolean combined = mapping == BarMapping.WRITE_COMBINED && bar.prefetchable();
            BarWindow window = new BarWindow(this, index, combined, options.registers());
            return new TrappedMmio(name + " BAR" + index, bar.size(), window);
        });
    }

    @Override
    public boolean writeCombines(int index) {
        return model.pci().bars().stream().anyMatch(bar -> bar.index() == index && bar.prefetchable());
    }

    @Override
    public void setBusMaster(boolean enabled) {
        int command = config.read(ConfigSpace.COMMAND, Short.BYTES);
        writeConfig(ConfigSpace.COMMAND, Short.BYTES,
            enabled ? command | ConfigSpace.COMMAND_BUS_MASTER : command & ~ConfigSpace.COMMAND_BUS_MASTER);
    }

    @Override
    public Interrupts interrupts() {
        return interrupts;
    }

    @Override
    public DmaDomain dmaDomain() {
        return iommu;
    }

    @Override
    public boolean resetFunction() {
        if (!state.isRemoved()) {
            reset();
            applyConfig(() -> config.assign(FIRST_BAR_ADDRESS));
        }
        return true;
    }

    private void reset() {
        note("FUNCTION RESET");
        engine.exclusively(() -> {
            applyConfig(config::reset);
            msix.reset();
            interrupts.forget();
            try {
                model.reset();
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        });
    }

    @Override
    public void exclusively(Runnable work) {
        engine.exclusively(work);
    }

    @Override
    public void remove() {
        if (!state.isRemoved()) {
            state.remove();
            note("REMOVED");
        }
        msix.reset();
        engine.exclusively(() -> { });
    }

    @Override
    public boolean isRemoved() {
        return state.isRemoved();
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Closing closing = new Closing();
        closing.step(interrupts::disable);
        closing.step(() -> wire.notify(null));
        closing.step(engine::close);
        closing.step(() -> options.accountingFile().map(Path::of)
            .ifPresent(file -> CostReport.write(file, CostReport.text(this, turns.busyNanos()))));
        closing.step(state::remove);
        closing.step(model::close);
        closing.step(() -> platform.dma().detach(iommu));
        closing.step(wire::close);
        closing.step(trace::close);
        closing.step(() -> SimDevices.release(name));
        closing.end();
    }

    /** Does all steps, whatever fails on the way, and throws what failed first. */
    private static final class Closing {
        private RuntimeException first;

        void step(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }

        void end() {
            if (first != null) {
                throw first;
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
