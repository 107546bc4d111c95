package org.netdev4j.platform.pci;

import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.Interrupts;

/** Interrupts of a function that can only be polled. */
record NoInterrupts(String device) implements Interrupts {
    @Override
    public int available() {
        return 0;
    }

    @Override
    public int enable(int count) {
        throw new PlatformException(device + ": there are no interrupts through sysfs, only polling; for interrupts bind"
            + " it to vfio-pci, with an IOMMU or in its no-IOMMU mode");
    }

    @Override
    public int enabled() {
        return 0;
    }

    @Override
    public void route(int vector, WaitEvent event) {
        throw none(vector);
    }

    @Override
    public void mask(int vector) {
        throw none(vector);
    }

    @Override
    public void unmask(int vector) {
        throw none(vector);
    }

    private IllegalArgumentException none(int vector) {
        return new IllegalArgumentException(device + ": interrupt vector " + vector
            + " is not enabled; there are none through sysfs");
    }

    @Override
    public void disable() {
        // there are none
    }
}
