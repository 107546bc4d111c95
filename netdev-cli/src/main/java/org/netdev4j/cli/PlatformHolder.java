package org.netdev4j.cli;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Supplier;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.MemoryBackings;

/** The platform that all devices of a command share: made when first asked for, closed at the end. One thread. */
@Singleton
final class PlatformHolder implements Supplier<Platform>, AutoCloseable {
    private final Supplier<Config> config;
    private Platform platform;

    @Inject
    PlatformHolder(Supplier<Config> config) {
        this.config = config;
    }

    @Override
    public Platform get() {
        if (platform == null) {
            platform = Platform.builder().backing(MemoryBackings.byName(config.get().get(Keys.MEMORY))).build();
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
