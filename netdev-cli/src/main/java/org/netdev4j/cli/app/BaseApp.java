package org.netdev4j.cli.app;

import java.util.List;
import org.netdev4j.cli.device.OpenDevice;

/** What all applications have: a name, devices and workers. */
abstract class BaseApp implements App {
    private final String name;
    private final List<OpenDevice> devices;
    private List<Worker> workers = List.of();

    BaseApp(String name, List<OpenDevice> devices) {
        this.name = name;
        this.devices = List.copyOf(devices);
    }

    final void workers(List<? extends Worker> all) {
        workers = List.copyOf(all);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final List<OpenDevice> devices() {
        return devices;
    }

    @Override
    public final List<Worker> workers() {
        return workers;
    }

    @Override
    public boolean usesStandardOutput() {
        return false;
    }

    @Override
    public void close() {
        devices.forEach(OpenDevice::close);
    }
}
