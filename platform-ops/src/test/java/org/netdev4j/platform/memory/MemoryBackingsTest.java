package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.CpuAffinity;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.OnLinux;

class MemoryBackingsTest {
    private final String system = System.getProperty("os.name");

    @AfterEach
    void restoreSystem() {
        System.setProperty("os.name", system);
    }

    @Test
    @OnLinux
    void byName_knowsEachBacking() {
        for (String[] pair : new String[][] {{"auto", "memfd"}, {"memfd", "memfd"}, {"hugepages", "hugetlb-2M"},
            {"anonymous", "anonymous"}, {"MemFD", "memfd"}}) {
            try (MemoryBacking named = MemoryBackings.byName(pair[0])) {
                assertEquals(pair[1], named.name());
            }
        }
    }

    @Test
    void byName_listsTheNames_whenItKnowsNoSuch() {
        assertEquals("no memory backing \"hugetlb\"; there are auto, physical, hugepages, memfd and anonymous",
            assertThrows(PlatformException.class, () -> MemoryBackings.byName("hugetlb")).getMessage());
    }

    @Test
    void elsewhereThanOnLinux_anonymousMemoryIsTheStandard_andTheRestIsRefused() {
        System.setProperty("os.name", "Plan 9");

        try (MemoryBacking standard = MemoryBackings.standard();
             MemoryBacking preferred = MemoryBackings.preferHugepages()) {
            assertEquals("anonymous", standard.name());
            assertEquals("anonymous", preferred.name());
        }
        String message = assertThrows(PlatformException.class, MemoryBackings::memfd).getMessage();
        assertTrue(message.startsWith("memfd memory: needs Linux on x86-64 or AArch64; this is Plan 9 on "), message);
        assertThrows(PlatformException.class, MemoryBackings::hugepages);
        assertThrows(PlatformException.class, CpuAffinity::allowed);
        assertThrows(PlatformException.class, () -> CpuAffinity.pin(0));
    }
}
