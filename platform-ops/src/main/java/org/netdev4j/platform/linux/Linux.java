package org.netdev4j.platform.linux;

import java.util.Set;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.PlatformException;

/** The C library, loaded by the first call that needs it, and what all wrappers share. Thread-safe. */
public final class Linux {
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64");

    // [glibc bits/confname.h]
    private static final int SC_PAGESIZE = 30;
    private static final int SC_NPROCESSORS_CONF = 83;

    private Linux() {
    }

    /**
     * Refuses to go on where there are no Linux calls to make; costs nothing and loads nothing.
     *
     * @param what what needs them, to begin the message
     * @throws PlatformException on another system or machine
     */
    public static void require(String what) {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        if (!"Linux".equals(os) || !ARCHITECTURES.contains(arch)) {
            throw new PlatformException(what + ": needs Linux on x86-64 or AArch64; this is " + os + " on " + arch);
        }
    }

    /** Bytes of a page of memory. */
    public static long pageSize() {
        return c().sysconf(SC_PAGESIZE);
    }

    /** CPUs that the machine has, numbered from 0, switched on or not. */
    public static int configuredCpus() {
        return (int) c().sysconf(SC_NPROCESSORS_CONF);
    }

    static LibC c() {
        LibC library = Library.C;
        if (library == null) {
            throw new PlatformException(Library.REFUSAL.getMessage(), Library.REFUSAL);
        }
        return library;
    }

    /** Error number of this thread's last call that failed. */
    static int errno() {
        return LastError.getLastError(Library.RUNTIME);
    }

    /**
     * What a failed call becomes.
     *
     * @param call  the call and what it was about: {@code open(/dev/net/tun)}
     * @param errno positive
     */
    static LinuxException failure(String call, int errno) {
        return new LinuxException(call, errno, Errno.name(errno), c().strerror(errno));
    }

    /** The result if it is no failure. For calls whose arguments need no words. */
    static int check(int result, String call) {
        if (result < 0) {
            throw failure(call, errno());
        }
        return result;
    }

    /** Loaded by the first use of a call: making the library costs some 200 ms, which showing the help must not. */
    private static final class Library {
        static final LibC C;
        static final Runtime RUNTIME;
        // Kept and thrown from c(): thrown here it would reach users as an ExceptionInInitializerError.
        static final PlatformException REFUSAL;

        static {
            LibC library = null;
            PlatformException refusal = null;
            try {
                require("Linux calls");
                library = LibraryLoader.create(LibC.class).load("c");
            } catch (PlatformException e) {
                refusal = e;
            } catch (LinkageError e) {
                refusal = new PlatformException("Linux calls: jnr-ffi cannot load its native library: " + firstLine(e)
                    + "; it unpacks to " + System.getProperty("java.io.tmpdir")
                    + ": if that is full or mounted noexec, set -Djava.io.tmpdir to another directory", e);
            }
            C = library;
            RUNTIME = library == null ? null : Runtime.getRuntime(library);
            REFUSAL = refusal;
        }

        private static String firstLine(Throwable e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
        }
    }
}
