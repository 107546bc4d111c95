package org.netdev4j.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.MonitorInstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The walls of docs/architecture.md hold; and each of them would be noticed if it did not. */
class ArchitectureTest {
    private static final JavaClasses PRODUCTION =
        new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("org.netdev4j");
    private static final JavaClasses OFFENDERS = new ClassFileImporter()
        .importPackages("org.netdev4j.backend.offender", "org.netdev4j.architecture.offender");

    @TestFactory
    Stream<DynamicTest> walls_hold() {
        return Walls.all().entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> e.getValue().check(PRODUCTION)));
    }

    @Test
    void all_modules_are_looked_at() {
        for (String module : List.of("platform", "api", "spi", "net", "backend.loopback", "conformance", "cli")) {
            assertTrue(PRODUCTION.stream().anyMatch(c -> c.getPackageName().startsWith("org.netdev4j." + module)),
                "no class of org.netdev4j." + module + " was imported");
        }
    }

    /** A rule that cannot fail protects nothing: classes made to break them are caught. */
    @TestFactory
    Stream<DynamicTest> offenders_are_caught() {
        Map<String, ArchRule> rules = Walls.all();
        return Stream.of("a backend does not touch memory past the platform layer",
            "a backend does not lock or run threads past the platform layer",
            "a backend has no synchronized methods",
            "a backend asks the platform layer for time",
            "a backend asks the platform layer for random numbers",
            "a backend knows no suite or command",
            "Guice is in the composition root only",
            "jnr-ffi is in the Linux layer only",
            "Logback is in the composition root only",
            "picocli and YAML are in the composition root only",
            "java.lang.foreign is in the platform layer only",
            "raw memory is for those who check bounds",
            "fences between CPU and device are in Barriers only",
            "the system's clock is behind Clock",
            "nobody sleeps",
            "nobody uses java.util.logging or sun.misc",
            "classes of registers, descriptors and layouts keep nothing")
            .map(name -> DynamicTest.dynamicTest(name, () -> {
                ArchRule rule = rules.get(name);
                assertTrue(rule != null, "there is no such rule");
                assertThrows(AssertionError.class, () -> rule.check(OFFENDERS));
            }));
    }

    /** ArchUnit does not see synchronized blocks; the instructions that they are made of do not hide. */
    @Test
    void backends_have_no_synchronized_blocks() throws IOException {
        Set<String> found = new TreeSet<>();
        int looked = 0;
        for (JavaClass each : PRODUCTION) {
            if (each.getPackageName().startsWith("org.netdev4j.backend.")) {
                looked++;
                found.addAll(monitors(each));
            }
        }
        assertTrue(looked > 5, "only " + looked + " classes of backends were looked at");
        assertEquals(Set.of(), found);
    }

    @Test
    void synchronized_blocks_are_seen() throws IOException {
        List<String> found = new ArrayList<>();
        for (JavaClass each : OFFENDERS) {
            found.addAll(monitors(each));
        }
        assertFalse(found.isEmpty(), "the offender's synchronized block was not seen");
    }

    private static List<String> monitors(JavaClass type) throws IOException {
        List<String> found = new ArrayList<>();
        try (InputStream bytes = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            ClassModel model = ClassFile.of().parse(bytes.readAllBytes());
            for (MethodModel method : model.methods()) {
                method.code().ifPresent(code -> code.forEach(element -> {
                    if (element instanceof MonitorInstruction monitor && monitor.opcode() == Opcode.MONITORENTER) {
                        found.add(type.getName() + "." + method.methodName().stringValue());
                    }
                }));
            }
        }
        return found;
    }
}
