package org.netdev4j.cli;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Supplier;
import org.netdev4j.cli.command.GlobalOptions;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.ConfigLoader;
import org.netdev4j.cli.console.Host;

/** The configuration: loaded when first asked for, which is after the options were read. One thread. */
@Singleton
final class ConfigHolder implements Supplier<Config> {
    private final Host host;
    private final GlobalOptions options;
    private Config config;

    @Inject
    ConfigHolder(Host host, GlobalOptions options) {
        this.host = host;
        this.options = options;
    }

    @Override
    public Config get() {
        if (config == null) {
            config = ConfigLoader.load(options.config(), host.directory(), host.environment(), options.values());
        }
        return config;
    }
}
