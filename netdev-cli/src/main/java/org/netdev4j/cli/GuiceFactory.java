package org.netdev4j.cli;

import com.google.inject.Injector;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;

/** Has Guice make the commands; picocli makes the rest itself. */
final class GuiceFactory implements IFactory {
    private final IFactory own = CommandLine.defaultFactory();
    private final Injector injector;

    GuiceFactory(Injector injector) {
        this.injector = injector;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        return type.isAnnotationPresent(Command.class) ? injector.getInstance(type) : own.create(type);
    }
}
