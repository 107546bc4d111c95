package org.netdev4j.architecture.offender;

import com.google.inject.Injector;
import java.lang.invoke.VarHandle;

/** Breaks the walls that hold everywhere, so that they can be seen to stand. */
public final class OffendingDescriptor {
    private int kept;

    /** Uses Guice outside the composition root. */
    public Object guice(Injector injector) {
        return injector.getInstance(Object.class);
    }

    /** Uses jnr-ffi outside the Linux layer. */
    public Class<?> jnr() {
        return jnr.ffi.Pointer.class;
    }

    /** Uses Logback, picocli and java.util.logging. */
    public Object[] logging() {
        return new Object[] {ch.qos.logback.classic.Level.INFO, picocli.CommandLine.Help.Ansi.OFF, java.util.logging.Level.INFO};
    }

    /** Fences and sleeps by itself. */
    public void fence() throws InterruptedException {
        kept++;
        VarHandle.fullFence();
        Thread.sleep(kept);
    }
}
