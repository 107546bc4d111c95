package org.netdev4j.platform.pci;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.netdev4j.platform.bus.DeviceIdentity;

/** Modules of the running kernel, and which of them would drive a PCI function. Reads only. Thread-safe. */
public final class KernelModules {
    /** The drivers under which a program drives a function itself. */
    public static final List<String> USER_SPACE = List.of("vfio-pci", "uio_pci_generic", "igb_uio");

    private static final String ALIAS = "alias ";

    private final KernelFiles files;

    /** Those of a machine. */
    public KernelModules(PciDevices devices) {
        this.files = new KernelFiles(devices.root());
    }

    /** True if a driver of PCI functions is there, as a module or part of the kernel. */
    public boolean hasDriver(String name) {
        return Files.isDirectory(files.at("sys/bus/pci/drivers/" + name));
    }

    /** Names of the drivers of PCI functions that are there. */
    public List<String> drivers() {
        return files.names("sys/bus/pci/drivers");
    }

    /** The running kernel's release, as {@code uname -r} has it; empty if it is not known. */
    public String release() {
        return files.text("proc/sys/kernel/osrelease").orElse("");
    }

    /** True if the machine has a module for a driver, loaded or not: one that can be loaded, or is part of the kernel. */
    public boolean isAvailable(String driver) {
        String module = driver.replace('-', '_');
        if (hasDriver(driver) || Files.isDirectory(files.at("sys/module/" + module))) {
            return true;
        }
        // A module's file may be named either way.
        String all = files.text("lib/modules/" + release() + "/modules.dep").orElse("");
        return all.contains("/" + driver + ".ko") || all.contains("/" + module + ".ko");
    }

    /** Names of modules made for a device, by the patterns of {@code modules.alias}; the generic ones are not among them. */
    public List<String> matching(DeviceIdentity.Pci identity) {
        TreeSet<String> names = new TreeSet<>();
        // The form of MODALIAS: pci:v00001D0Fd0000EC20sv00001D0Fsd0000EC20bc02sc00i00. [LINUX-PCI scripts/mod/file2alias.c]
        String alias = String.format(Locale.ROOT, "pci:v%08Xd%08Xsv%08Xsd%08Xbc%02Xsc%02Xi%02X", identity.vendor(),
            identity.device(),
            identity.subsystemVendor(), identity.subsystem(), identity.classCode() >> 16, identity.classCode() >> 8 & 0xff,
            identity.classCode() & 0xff);
        // Tens of thousands of lines: only those are taken apart that are of this vendor or of any.
        String all = files.text("lib/modules/" + release() + "/modules.alias").orElse("");
        for (String start : List.of(alias.substring(0, "pci:v00001D0F".length()), "pci:v*")) {
            for (int at = all.indexOf(ALIAS + start); at >= 0; at = all.indexOf(ALIAS + start, at + 1)) {
                int end = all.indexOf('\n', at);
                String[] words = all.substring(at, end < 0 ? all.length() : end).split(" ");
                if (words.length == 3 && fits(words[1], alias)) {
                    names.add(words[2]);
                }
            }
        }
        return new ArrayList<>(names);
    }

    /** A pattern with {@code *} for any letters against a text, as fnmatch(3) has it. */
    static boolean fits(String pattern, String text) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(text);
        }
        if (!text.startsWith(pattern.substring(0, star))) {
            return false;
        }
        String rest = pattern.substring(star + 1);
        for (int from = star; from <= text.length(); from++) {
            if (fits(rest, text.substring(from))) {
                return true;
            }
        }
        return false;
    }
}
