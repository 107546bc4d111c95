package org.netdev4j.platform.pci;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stands for Linux's driver core: what is written to {@code driver_override}, {@code unbind} and {@code bind} changes the
 * links of a fake tree as it would change those of sysfs. A driver takes a function whose override names it, or that has no
 * override and is one of its own; one of the kernel's makes a network interface, and an interface goes with its driver.
 */
final class FakeBindingKernel implements BindingKernel {
    /** What it was told, in order. */
    final List<String> told = new ArrayList<>();
    /** Drivers that refuse to take a function, with their reason. */
    final Map<String, String> refusing = new HashMap<>();
    /** Drivers that take nothing and do not say so. */
    final Set<String> idle = new HashSet<>();
    /** Drivers that modprobe would find. */
    final Set<String> loadable = new HashSet<>();

    private final FakeSysfs sysfs;

    FakeBindingKernel(FakeSysfs sysfs) {
        this.sysfs = sysfs;
    }

    @Override
    public void write(Path file, String text) throws Refusal {
        if (file.endsWith("driver_override")) {
            told.add(file.getFileName() + "=" + text.strip());
            FakeSysfs.write(file, text.isBlank() ? "(null)\n" : text);
        } else {
            order(file, text);
        }
    }

    private void order(Path file, String location) throws Refusal {
        String driver = file.getParent().getFileName().toString();
        told.add(driver + "/" + file.getFileName());
        if (!Files.isDirectory(file.getParent())) {
            throw new Refusal("No such file or directory");
        }
        if (file.endsWith("unbind")) {
            if (refusing.containsKey("un" + driver)) {
                throw new Refusal(refusing.get("un" + driver));
            }
            remove(sysfs.directory(location).resolve("driver"));
            KernelFiles.names(sysfs.directory(location).resolve("net"))
                .forEach(n -> remove(sysfs.directory(location).resolve("net").resolve(n)));
            return;
        }
        String override = KernelFiles.text(sysfs.directory(location).resolve("driver_override")).orElseThrow();
        boolean own = override.equals("(null)") && driver.equals("ena");
        if (!override.equals(driver) && !own) {
            throw new Refusal("No such device");
        }
        if (refusing.containsKey(driver)) {
            throw new Refusal(refusing.get(driver));
        }
        if (!idle.contains(driver)) {
            sysfs.bound(location, driver);
        }
        if (driver.equals("ena")) {
            sysfs.networkInterface(location, "eth1");
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void load(String driver) throws Refusal {
        told.add("modprobe " + driver);
        if (!loadable.contains(driver)) {
            throw new Refusal("Module " + driver + " not found.");
        }
        FakeSysfs.write(sysfs.root().resolve("sys/bus/pci/drivers").resolve(driver).resolve("bind"), "");
    }
}
