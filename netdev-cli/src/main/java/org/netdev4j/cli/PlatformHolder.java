package org.netdev4j.cli;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Supplier;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.MemoryNeed;

/** The platform that all devices of a command share: made when first asked for, closed at the end. One thread. */
@Singleton
final class PlatformHolder implements Supplier<Platform>, AutoCloseable {
    private final Supplier<Config> config;
    private MemoryNeed need = MemoryNeed.ANY;
    private Platform platform;

    @Inject
    PlatformHolder(Supplier<Config> config) {
        this.config = config;
    }

    /** What a device needs that will be opened; says nothing any more once the platform is made. */
    void need(MemoryNeed device) {
        need = need.and(device);
    }

    @Override
    public Platform get() {
        if (platform == null) {
            platform = Platform.builder().memory(config.get().get(Keys.MEMORY), need).build();
        }
        return platform;
    }

    @Override
    public void close() {
        if (platform != null) {
            platform.close();
        }
    }
}
