package org.netdev4j.cli;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.TypeLiteral;
import java.util.function.Supplier;
import org.netdev4j.cli.device.DeviceOpener;
import org.netdev4j.platform.Platform;

/** Binds the machine and what opens devices on it. */
final class PlatformModule extends AbstractModule {
    @Override
    protected void configure() {
        bind(new TypeLiteral<Supplier<Platform>>() { }).to(PlatformHolder.class);
    }

    @Provides
    DeviceOpener opener(PlatformHolder platform) {
        return new DeviceOpener(platform, platform::need);
    }
}
