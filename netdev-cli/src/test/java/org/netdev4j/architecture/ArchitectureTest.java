package org.netdev4j.architecture;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds the walls of docs/architecture.md over the classes of all modules. */
class ArchitectureTest {
    private static JavaClasses production;

    @BeforeAll
    static void load() {
        String own = ArchitectureTest.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        production = new ClassFileImporter().withImportOption(location -> !location.contains(own)).importPackages("org.netdev4j");
    }

    @ParameterizedTest
    @EnumSource
    void wall_holds(Walls wall) {
        // Some walls stand before there is anything behind them: descriptors come with the first hardware backend.
        ArchRule rule = wall.rule().allowEmptyShould(true);

        rule.check(production);
    }

    @ParameterizedTest
    @EnumSource
    void wall_isBroken_byItsFixtures(Walls wall) {
        for (List<Class<?>> offenders : wall.offenders()) {
            JavaClasses imported = new ClassFileImporter().importClasses(offenders);
            assertTrue(wall.rule().evaluate(imported).hasViolation(), offenders + " does not break " + wall);
        }
    }

    @Test
    void walls_seeTheClassesOfAllModules() throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent();
        List<Path> modules;
        try (Stream<Path> children = Files.list(root)) {
            modules = children.filter(m -> Files.isDirectory(m.resolve("src/main/java/org/netdev4j"))).toList();
        }
        assertFalse(modules.isEmpty());
        for (Path module : modules) {
            if (module.endsWith("benchmarks")) {
                continue; // measures, and is part of nothing
            }
            Path sources = module.resolve("src/main/java");
            try (Stream<Path> files = Files.walk(sources)) {
                Path first = files.filter(f -> f.toString().endsWith(".java") && !f.endsWith("module-info.java")
                    && !f.endsWith("package-info.java")).findFirst().orElseThrow();
                String name = sources.relativize(first).toString().replace(".java", "").replace('/', '.');
                assertTrue(production.contain(name), "netdev-cli does not depend on " + module.getFileName()
                    + ": its classes are not looked at (" + name + ")");
            }
        }
    }
}
