package org.netdev4j.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Linker;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LibCTest {
    @Test
    void signatures_keepToFourPrimitiveParameters_whichIsAllThatJnrStubsPassRight() {
        List<String> wrong = Arrays.stream(LibC.class.getMethods())
            .filter(m -> m.getParameterCount() > 4 && Arrays.stream(m.getParameterTypes()).allMatch(Class::isPrimitive))
            .map(Method::getName).toList();

        assertEquals(List.of(), wrong);
    }

    @Test
    void errnoNames_areThoseOfTheHeaders() {
        assertEquals("EPERM", Errno.name(1));
        assertEquals("EDEADLK", Errno.name(35));
        assertEquals("errno 41", Errno.name(41));
        assertEquals("EBADFD", Errno.name(77));
        assertEquals("ENOTRECOVERABLE", Errno.name(131));
        assertEquals("EHWPOISON", Errno.name(133));
        assertEquals("errno 134", Errno.name(134));
        assertEquals("errno 0", Errno.name(0));
    }

    @Test
    @OnLinux
    void everyCall_isInTheCLibrary() {
        List<String> missing = Arrays.stream(LibC.class.getMethods()).map(Method::getName)
            .filter(name -> Linker.nativeLinker().defaultLookup().find(name).isEmpty()).toList();

        assertEquals(List.of(), missing);
    }
}
