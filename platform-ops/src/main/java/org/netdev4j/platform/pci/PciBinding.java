package org.netdev4j.platform.pci;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.Suggest;
import org.netdev4j.platform.linux.Linux;
import org.netdev4j.platform.pci.BindingKernel.Refusal;
import org.netdev4j.platform.pci.BindingRecords.Before;

/**
 * Gives PCI functions from one driver of the kernel to another, and back.
 *
 * <p>What a function was bound to before the first change is kept in a file until it is given back, or the machine is
 * booted. Each step is verified by reading back what sysfs says; a change that fails half-way is taken back. Every wait is
 * bounded. One thread.
 *
 * <p>Sources: LINUX-PCI in docs/sources.md; [DPDK usertools/dpdk-devbind.py] for what users know.
 */
public final class PciBinding {
    /** The name that means: no driver. Also what the kernel is told then, so that it does not choose one by itself. */
    public static final String NONE = "none";

    private static final String VFIO_PCI = "vfio-pci";
    private static final Pattern DRIVER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");
    // As it is read when nothing is set.
    private static final String NO_OVERRIDE = "(null)";
    private static final String EMPTY = "\n";
    private static final String DIRECTORY = "netdev4j";

    private final PciDevices devices;
    private final KernelModules modules;
    private final BindingKernel kernel;
    private final BindingRecords records;
    private final BindingChecks checks;

    /**
     * For a machine.
     *
     * @param records directory for what is to be remembered; made when needed
     */
    public PciBinding(PciDevices devices, Path records) {
        this(devices, records, new BindingKernel.OfMachine(devices.root()), InterfaceUse::addresses4);
    }

    PciBinding(PciDevices devices, Path records, BindingKernel kernel, Function<String, List<String>> addresses4) {
        KernelFiles files = new KernelFiles(devices.root());
        this.devices = devices;
        this.modules = new KernelModules(devices);
        this.kernel = kernel;
        this.records = new BindingRecords(records, files);
        this.checks = new BindingChecks(devices, new InterfaceUse(files, addresses4));
    }

    /**
     * Where a user's changes are remembered: {@code /run/netdev4j}, or, for those who are not root, in their {@code
     * XDG_RUNTIME_DIR}. A reboot empties both.
     */
    public static Path records(PciDevices devices, Map<String, String> environment) {
        String own = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        boolean root = "root".equals(System.getProperty("user.name"));
        return root || own.isEmpty() ? devices.root().resolve("run").resolve(DIRECTORY) : Path.of(own).resolve(DIRECTORY);
    }

    /**
     * What came of a function.
     *
     * @param before as it was
     * @param after  as it is
     */
    public record Change(PciDevice before, PciDevice after) {
        /** True if it is bound to something else than before. */
        public boolean changed() {
            return !before.driver().equals(after.driver());
        }
    }

    /**
     * Finds a function.
     *
     * @param text {@code pci:0000:00:06.0}, {@code 0000:00:06.0}, {@code 00:06.0}, or the name of its network interface,
     *     also of one
     *     that it had before it was bound to something else
     * @throws IllegalArgumentException if it has none of these forms
     * @throws PlatformException        if there is no such function
     */
    public PciDevice find(String text) {
        String place = text.startsWith("pci:") ? text.substring("pci:".length()) : text;
        if (place.indexOf(':') >= 0) {
            PciLocation location = PciLocation.parse(place);
            return devices.find(location).orElseThrow(() -> new PlatformException("there is no PCI function " + location
                + networkControllers()));
        }
        List<PciDevice> all = devices.list();
        return all.stream().filter(d -> d.interfaces().contains(place)).findFirst()
            .or(() -> all.stream().filter(d -> before(d).filter(b -> b.interfaces().contains(place)).isPresent())
            .findFirst())
            .orElseThrow(() -> Files.exists(devices.sys().resolve("class/net").resolve(place))
                ? new PlatformException("network interface " + place + " is not one of a PCI function"
                + networkControllers())
                : new IllegalArgumentException("\"" + text
                + "\" is neither the place of a PCI function, as 0000:00:06.0, nor a network "
                    + "interface" + networkControllers()));
    }

    private String networkControllers() {
        List<String> all = devices.list().stream().filter(PciDevice::isNetwork)
            .map(d -> d.location() + (d.interfaces().isEmpty() ? "" : " (" + String.join(", ", d.interfaces()) + ")"))
            .toList();
        return all.isEmpty() ? "; there are no network controllers on PCI here" : "; network controllers are "
            + String.join(", ", all);
    }

    private Optional<Before> before(PciDevice device) {
        return records.of(device);
    }

    /** The driver that {@link #restore} would bind it to: {@link #NONE} for none; empty if nothing is remembered. */
    public Optional<String> driverBefore(PciDevice device) {
        return before(device).map(b -> b.driver().orElse(NONE));
    }

    /** Who uses it, each a phrase for people: {@code eth1 has the address 10.0.0.5}; empty if nobody would miss it. */
    public List<String> users(PciDevice device) {
        return checks.users(device);
    }

    /** Processes that have it open, each a phrase for people. */
    public List<String> holders(PciDevice device) {
        return checks.holders(device).stream().map(Object::toString).toList();
    }

    /**
     * Binds functions to a driver, one after the other. Everything that speaks against it is looked at before the first is
     * touched.
     *
     * @param driver a driver of the kernel, or {@link #NONE}; its module is loaded if need be
     * @param force  also what is in use
     * @param done   told of each as soon as it is bound
     * @throws PlatformException if it is refused, here or by the kernel; the function it failed at is as it was, unless the
     *     message says
     *     otherwise, those before it are bound
     */
    public void bind(List<PciDevice> functions, String driver, boolean force, Consumer<Change> done) {
        requireLinux();
        if (!DRIVER.matcher(driver).matches()) {
            throw new IllegalArgumentException("\"" + driver + "\" is not the name of a driver, as vfio-pci or ena");
        }
        List<PciDevice> wanting = functions.stream().filter(d -> !d.driver().orElse(NONE).equals(driver)).toList();
        wanting.forEach(device -> checks.require(device, force));
        if (!driver.equals(NONE) && !wanting.isEmpty()) {
            load(driver);
        }
        List<PciLocation> together = functions.stream().map(PciDevice::location).toList();
        if (driver.equals(VFIO_PCI)) {
            wanting.forEach(device -> checks.requireVfio(device, together, force));
        }
        boolean pinned = driver.equals(NONE) || KernelModules.USER_SPACE.contains(driver);
        for (PciDevice device : functions) {
            if (!wanting.contains(device)) {
                done.accept(new Change(device, device));
                continue;
            }
            boolean remembered = before(device).isPresent();
            records.keepFirst(device);
            PciDevice after;
            try {
                after = change(device, pinned ? driver : "", driver);
            } catch (PlatformException e) {
                if (!remembered) {
                    records.forget(device.location());
                }
                throw e;
            }
            if (!pinned && driverBefore(after).filter(driver::equals).isPresent()) {
                records.forget(after.location());
            }
            done.accept(new Change(device, after));
        }
    }

    /**
     * Gives functions back to what they were bound to before the first {@link #bind}, one after the other.
     *
     * @throws PlatformException if nothing is remembered of one, or it is refused; as of {@link #bind}
     */
    public void restore(List<PciDevice> functions, boolean force, Consumer<Change> done) {
        requireLinux();
        for (PciDevice device : functions) {
            if (before(device).isEmpty()) {
                List<String> fitting = modules.matching(device.identity());
                throw new PlatformException("PCI function " + device.location()
                    + ": nothing is remembered of what it was bound to; name the driver: "
                    + "netdev bind " + device.location() + " " + (fitting.isEmpty() ? "DRIVER" : fitting.getFirst()));
            }
        }
        List<PciDevice> wanting = functions.stream().filter(d -> !d.driver().equals(before(d).orElseThrow().driver()))
            .toList();
        wanting.forEach(device -> checks.require(device, force));
        for (PciDevice device : functions) {
            String driver = driverBefore(device).orElseThrow();
            if (!driver.equals(NONE)) {
                load(driver);
            }
            // Emptied also where somebody else has bound it back already: the kernel would keep it from that driver next
            // time.
            PciDevice after = change(device, "", driver);
            records.forget(device.location());
            done.accept(new Change(device, after));
        }
    }

    private void requireLinux() {
        if (devices.root().equals(Path.of("/"))) {
            Linux.require("binding PCI functions to drivers");
        }
    }

    private void load(String driver) {
        if (modules.hasDriver(driver)) {
            return;
        }
        String reason;
        try {
            kernel.load(driver);
            reason = "modprobe " + driver + " brought none";
        } catch (Refusal e) {
            reason = "modprobe " + driver + ": " + e.getMessage();
        }
        if (!modules.hasDriver(driver)) {
            List<String> known = new ArrayList<>(modules.drivers());
            known.addAll(KernelModules.USER_SPACE);
            throw new PlatformException("the kernel has no driver \"" + driver + "\" for PCI functions, and " + reason
                + Suggest.didYouMean(driver, known));
        }
    }

    /** Takes a function from its driver and gives it to another; on failure it is taken back. */
    private PciDevice change(PciDevice device, String override, String driver) {
        String old = KernelFiles.text(device.directory().resolve("driver_override")).filter(o -> !o.equals(NO_OVERRIDE))
            .orElse("");
        try {
            return steps(device.location(), override, driver);
        } catch (Refusal e) {
            throw new PlatformException("PCI function " + device.location() + ": " + e.getMessage()
                + takenBack(device, old));
        }
    }

    private String takenBack(PciDevice device, String override) {
        String driver = device.driver().orElse(NONE);
        try {
            steps(device.location(), override, driver);
            return driver.equals(NONE) ? "; it has no driver, as before" : "; it is bound to " + driver + " again";
        } catch (Refusal e) {
            return "; and it could not be given back to " + driver + ": " + e.getMessage();
        }
    }

    private PciDevice steps(PciLocation location, String override, String driver) throws Refusal {
        override(now(location), override);
        PciDevice device = now(location);
        if (device.driver().isPresent() && !device.isBoundTo(driver)) {
            String from = device.driver().get();
            order(from + "/unbind", location, "unbinding it from " + from);
            if (now(location).isBoundTo(from)) {
                throw new Refusal("unbinding it from " + from + ": it is still bound");
            }
        }
        if (!driver.equals(NONE) && !now(location).isBoundTo(driver)) {
            order(driver + "/bind", location, "binding it to " + driver);
        }
        PciDevice after = now(location);
        if (!after.driver().orElse(NONE).equals(driver)) {
            throw new Refusal("binding it to " + driver + ": it is bound to " + after.driver().orElse("nothing")
                + " instead; the kernel's log (dmesg) may say why");
        }
        return after;
    }

    private void override(PciDevice device, String driver) throws Refusal {
        Path file = device.directory().resolve("driver_override");
        try {
            kernel.write(file, driver.isEmpty() ? EMPTY : driver + "\n");
        } catch (Refusal e) {
            throw new Refusal("driver_override: " + e.getMessage());
        }
        String is = KernelFiles.text(file).filter(o -> !o.equals(NO_OVERRIDE)).orElse("");
        if (!is.equals(driver)) {
            throw new Refusal("driver_override is \"" + is + "\" and not \"" + driver + "\" as it was set");
        }
    }

    private void order(String file, PciLocation location, String what) throws Refusal {
        try {
            kernel.write(devices.sys().resolve("bus/pci/drivers").resolve(file), location.toString());
        } catch (Refusal e) {
            throw new Refusal(what + ": " + e.getMessage());
        }
    }

    private PciDevice now(PciLocation location) throws Refusal {
        return devices.find(location).orElseThrow(() -> new Refusal("it is gone"));
    }
}
