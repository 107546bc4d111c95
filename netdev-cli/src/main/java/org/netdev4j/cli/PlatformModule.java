package org.netdev4j.cli;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.TypeLiteral;
import java.util.function.Supplier;
import org.netdev4j.cli.console.Host;
import org.netdev4j.cli.device.DeviceOpener;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.pci.PciBinding;
import org.netdev4j.platform.pci.PciDevices;

/** Binds the machine and what opens devices on it. */
final class PlatformModule extends AbstractModule {
    @Override
    protected void configure() {
        bind(new TypeLiteral<Supplier<Platform>>() { }).to(PlatformHolder.class);
    }

    @Provides
    PciDevices devices(Host host) {
        return new PciDevices(host.root());
    }

    @Provides
    PciBinding binding(PciDevices devices, Host host) {
        return new PciBinding(devices, PciBinding.records(devices, host.environment()));
    }

    @Provides
    DeviceOpener opener(PlatformHolder platform) {
        return new DeviceOpener(platform, platform::need);
    }
}
