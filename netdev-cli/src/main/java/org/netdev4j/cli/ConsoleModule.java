package org.netdev4j.cli;

import com.google.inject.AbstractModule;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.console.Host;
import org.netdev4j.cli.console.Interruption;

/** Binds the world outside. */
final class ConsoleModule extends AbstractModule {
    private final Host host;
    private final Interruption interruption;

    ConsoleModule(Host host, Interruption interruption) {
        this.host = host;
        this.interruption = interruption;
    }

    @Override
    protected void configure() {
        bind(Host.class).toInstance(host);
        bind(Interruption.class).toInstance(interruption);
        bind(Console.class).toInstance(new Console(host));
    }
}
