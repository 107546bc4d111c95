package org.netdev4j.cli;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import java.util.function.Supplier;
import org.netdev4j.cli.config.Config;

/** Binds the configuration. */
final class ConfigModule extends AbstractModule {
    @Override
    protected void configure() {
        // A supplier, not a provider: what is wrong with the configuration is not wrong with the wiring, and must not be told so.
        bind(new TypeLiteral<Supplier<Config>>() { }).to(ConfigHolder.class);
    }
}
