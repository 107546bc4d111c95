package org.netdev4j.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.Map;

/** The walls of docs/architecture.md as rules, by name. */
final class Walls {
    private static final String PLATFORM = "org.netdev4j.platform..";
    private static final String API = "org.netdev4j.api..";
    private static final String SPI = "org.netdev4j.spi..";
    private static final String NET = "org.netdev4j.net..";
    private static final String BACKENDS = "org.netdev4j.backend..";
    private static final String CONFORMANCE = "org.netdev4j.conformance..";
    private static final String CLI = "org.netdev4j.cli..";
    private static final String LINUX = "org.netdev4j.platform.linux..";

    private Walls() {
    }

    /** All rules. */
    static Map<String, ArchRule> all() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        directions(rules);
        backends(rules);
        libraries(rules);
        machine(rules);
        return rules;
    }

    private static void directions(Map<String, ArchRule> rules) {
        rules.put("the platform layer knows nobody above it", noClasses().that().resideInAPackage(PLATFORM)
            .should().dependOnClassesThat().resideInAnyPackage(API, SPI, NET, BACKENDS, CONFORMANCE, CLI));
        rules.put("the API knows no backend, suite or command", noClasses().that().resideInAnyPackage(API, SPI, NET)
            .should().dependOnClassesThat().resideInAnyPackage(BACKENDS, CONFORMANCE, CLI));
        rules.put("packet headers know memory and nothing else of ours", noClasses().that().resideInAPackage(NET)
            .should().dependOnClassesThat().resideInAnyPackage(API, SPI, "org.netdev4j.platform.bus..", "org.netdev4j.platform.wire..",
                "org.netdev4j.platform.mmio.."));
        rules.put("a backend knows no other backend", slices().matching("org.netdev4j.backend.(*)..").should().notDependOnEachOther());
        rules.put("a backend knows no suite or command", noClasses().that().resideInAPackage(BACKENDS)
            .should().dependOnClassesThat().resideInAnyPackage(CONFORMANCE, CLI));
        rules.put("the suite knows no backend and no command", noClasses().that().resideInAPackage(CONFORMANCE)
            .should().dependOnClassesThat().resideInAnyPackage(BACKENDS, CLI));
        rules.put("the commands reach backends through ServiceLoader only", noClasses().that().resideInAPackage(CLI)
            .should().dependOnClassesThat().resideInAPackage(BACKENDS));
    }

    private static void backends(Map<String, ArchRule> rules) {
        rules.put("a backend does not touch memory past the platform layer", noClasses().that().resideInAPackage(BACKENDS)
            .should().dependOnClassesThat().resideInAnyPackage("java.lang.foreign..", "jnr..", "com.kenai.jffi..", "sun.misc..",
                "jdk.internal..", "java.nio", "java.nio.channels..", "org.netdev4j.platform.raw.."));
        rules.put("a backend does not lock or run threads past the platform layer", noClasses().that().resideInAPackage(BACKENDS)
            .should().dependOnClassesThat().resideInAPackage("java.util.concurrent.locks..")
            .orShould().dependOnClassesThat().areAssignableTo(java.util.concurrent.Executor.class)
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.Timer")
            .orShould().dependOnClassesThat().areAssignableTo(Thread.class));
        rules.put("a backend has no synchronized methods", methods().that().areDeclaredInClassesThat().resideInAPackage(BACKENDS)
            .should().notHaveModifier(JavaModifier.SYNCHRONIZED).allowEmptyShould(true));
        rules.put("a backend asks the platform layer for time", noClasses().that().resideInAPackage(BACKENDS)
            .should().callMethod(System.class, "nanoTime").orShould().callMethod(System.class, "currentTimeMillis")
            .orShould().dependOnClassesThat().resideInAPackage("java.time.."));
        rules.put("a backend asks the platform layer for random numbers", noClasses().that().resideInAPackage(BACKENDS)
            .should().dependOnClassesThat().areAssignableTo(java.util.random.RandomGenerator.class)
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
            .orShould().callMethod(Math.class, "random"));
    }

    private static void libraries(Map<String, ArchRule> rules) {
        rules.put("Guice is in the composition root only", noClasses().that(not(resideInAPackage(CLI)))
            .should().dependOnClassesThat().resideInAnyPackage("com.google..", "jakarta.inject..", "javax.inject.."));
        rules.put("jnr-ffi is in the Linux layer only", noClasses().that(not(resideInAPackage(LINUX)))
            .should().dependOnClassesThat().resideInAnyPackage("jnr..", "com.kenai.jffi.."));
        rules.put("Logback is in the composition root only", noClasses().that(not(resideInAPackage(CLI)))
            .should().dependOnClassesThat().resideInAPackage("ch.qos.logback.."));
        rules.put("picocli and YAML are in the composition root only", noClasses().that(not(resideInAPackage(CLI)))
            .should().dependOnClassesThat().resideInAnyPackage("picocli..", "org.snakeyaml.."));
        rules.put("JUnit is in the suite and the tests only", noClasses().that(not(resideInAnyPackage(CONFORMANCE)))
            .should().dependOnClassesThat().resideInAPackage("org.junit.."));
        rules.put("nobody uses java.util.logging or sun.misc", noClasses()
            .should().dependOnClassesThat().resideInAnyPackage("java.util.logging..", "sun.misc.."));
    }

    private static void machine(Map<String, ArchRule> rules) {
        rules.put("java.lang.foreign is in the platform layer only", noClasses().that(not(resideInAPackage(PLATFORM)))
            .should().dependOnClassesThat().resideInAPackage("java.lang.foreign.."));
        rules.put("raw memory is for those who check bounds", noClasses().that(not(resideInAnyPackage(PLATFORM, "org.netdev4j.api")))
            .should().dependOnClassesThat().resideInAPackage("org.netdev4j.platform.raw.."));
        rules.put("fences between CPU and device are in Barriers only", noClasses().that().haveNameNotMatching(".*\\.Barriers")
            .should().callMethod(java.lang.invoke.VarHandle.class, "fullFence")
            .orShould().callMethod(java.lang.invoke.VarHandle.class, "acquireFence")
            .orShould().callMethod(java.lang.invoke.VarHandle.class, "releaseFence"));
        rules.put("the system's clock is behind Clock", noClasses().that().haveNameNotMatching(".*\\.SystemClock")
            .and(not(resideInAnyPackage(CONFORMANCE, CLI)))
            .should().callMethod(System.class, "nanoTime").orShould().callMethod(System.class, "currentTimeMillis"));
        rules.put("nobody sleeps", noClasses().should().callMethod(Thread.class, "sleep", long.class));
        rules.put("classes of registers, descriptors and layouts keep nothing", classes().that()
            .haveNameMatching(".*(Registers|Descriptor|Completion|Layout)").should().haveOnlyFinalFields().allowEmptyShould(true));
    }
}
