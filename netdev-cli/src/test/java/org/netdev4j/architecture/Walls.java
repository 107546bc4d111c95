package org.netdev4j.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import org.netdev4j.api.fixture.Fixtures.ApiKnowsABackend;
import org.netdev4j.api.fixture.Fixtures.ApiLogsToItsOwnFramework;
import org.netdev4j.api.fixture.Fixtures.ApiParsesOptions;
import org.netdev4j.api.fixture.Fixtures.ApiTestsItself;
import org.netdev4j.api.fixture.Fixtures.ApiTouchesForeignMemory;
import org.netdev4j.api.fixture.Fixtures.ApiUsesGuice;
import org.netdev4j.api.fixture.Fixtures.LoudApi;
import org.netdev4j.backend.fixture.Fixtures;
import org.netdev4j.backend.fixture.spec.SpecFixtures;
import org.netdev4j.cli.config.CliKnowsABackend;
import org.netdev4j.conformance.fixture.ConformanceKnowsABackend;
import org.netdev4j.conformance.fixture.ConformanceKnowsAModel;
import org.netdev4j.models.fixture.ModelFixtures;
import org.netdev4j.models.sim.fixture.BusKnowsAModel;
import org.netdev4j.models.vfiouser.fixture.ServerKnowsAModel;
import org.netdev4j.net.fixture.HeaderKnowsTheApi;
import org.netdev4j.platform.fixture.PlatformFixtures;

/** The walls of docs/architecture.md, each with classes that would break it. */
enum Walls {
    BACKENDS_TOUCH_NO_MACHINE(
        noClasses().that().resideInAPackage("org.netdev4j.backend..")
            .should().dependOnClassesThat(resideInAnyPackage("java.lang.foreign..", "jnr..", "com.kenai..", "sun..", "jdk.internal..",
                "java.util.concurrent.locks..", "java.util.random..", "java.nio.channels..", "org.netdev4j.platform.raw..",
                "org.netdev4j.platform.linux.."))
            .because("the platform layer is the only way from a driver to the machine"),
        Fixtures.ForeignMemory.class, Fixtures.Locks.class, Fixtures.RandomGenerators.class),

    BACKENDS_HAVE_NO_BUFFERS_THREADS_OR_RANDOM_NUMBERS(
        noClasses().that().resideInAPackage("org.netdev4j.backend..")
            .should().dependOnClassesThat(assignableTo(java.nio.Buffer.class).or(assignableTo(Thread.class))
                .or(assignableTo(java.util.Random.class)).or(assignableTo(java.util.SplittableRandom.class))
                .or(assignableTo(java.util.concurrent.Executor.class)).or(assignableTo(java.util.Timer.class)))
            .because("memory, threads, timers and random numbers are the platform's"),
        Fixtures.Buffers.class, Fixtures.Threads.class, Fixtures.Randoms.class, Fixtures.SecureRandoms.class),

    BACKENDS_ASK_NO_CLOCK(
        noClasses().that().resideInAPackage("org.netdev4j.backend..")
            .should().accessTargetWhere(calls(System.class, "nanoTime", "currentTimeMillis").or(calls(Math.class, "random")))
            .orShould().dependOnClassesThat(resideInAnyPackage("java.time.."))
            .because("time and chance are the platform's, or a run could not be repeated"),
        Fixtures.Clocks.class, Fixtures.MillisClocks.class, Fixtures.MathRandom.class),

    BACKENDS_SYNCHRONIZE_NO_METHOD(
        noMethods().that().areDeclaredInClassesThat().resideInAPackage("org.netdev4j.backend..")
            .should().haveModifier(JavaModifier.SYNCHRONIZED),
        Fixtures.SynchronizedMethod.class),

    BACKENDS_ENTER_NO_MONITOR(
        classes().that().resideInAPackage("org.netdev4j.backend..").should(new EnterNoMonitor()),
        Fixtures.SynchronizedBlock.class),

    BACKENDS_DO_NOT_KNOW_EACH_OTHER(
        slices().matching("org.netdev4j.backend.(*)..").should().notDependOnEachOther(),
        Fixtures.KnowsAnother.class, org.netdev4j.backend.loopback.LoopbackDriver.class),

    GUICE_IN_THE_COMPOSITION_ROOT_ONLY(
        noClasses().that(resideOutsideOfPackages("org.netdev4j.cli")).should()
            .dependOnClassesThat().resideInAPackage("com.google.inject..")
            .because("the SPI is usable with new and ServiceLoader alone"),
        ApiUsesGuice.class, Fixtures.GuiceInABackend.class),

    JNR_IN_ITS_CORNER_ONLY(
        noClasses().that().resideOutsideOfPackage("org.netdev4j.platform.linux..")
            .should().dependOnClassesThat().resideInAnyPackage("jnr..", "com.kenai.."),
        PlatformFixtures.UsesJnr.class),

    PICOCLI_AND_YAML_IN_THE_CLI_ONLY(
        noClasses().that().resideOutsideOfPackage("org.netdev4j.cli..")
            .should().dependOnClassesThat().resideInAnyPackage("picocli..", "org.snakeyaml..", "jakarta.inject.."),
        ApiParsesOptions.class),

    JUNIT_IN_THE_SUITE_ONLY(
        noClasses().that().resideOutsideOfPackage("org.netdev4j.conformance..")
            .should().dependOnClassesThat().resideInAPackage("org.junit.."),
        ApiTestsItself.class),

    FOREIGN_MEMORY_IN_PLATFORM_OPS_ONLY(
        noClasses().that().resideOutsideOfPackage("org.netdev4j.platform..")
            .should().dependOnClassesThat().resideInAPackage("java.lang.foreign.."),
        ApiTouchesForeignMemory.class),

    LOGBACK_IN_THE_CLI_ONLY(
        noClasses().that().resideOutsideOfPackage("org.netdev4j.cli..")
            .should().dependOnClassesThat().resideInAnyPackage("ch.qos.logback..", "java.util.logging.."),
        ApiLogsToItsOwnFramework.class),

    PLATFORM_OPS_KNOWS_ONLY_THE_JDK_JNR_AND_SLF4J(
        classes().that().resideInAPackage("org.netdev4j.platform..")
            .should().onlyDependOnClassesThat(resideInAnyPackage("java..", "jdk..", "jnr..", "org.slf4j..", "org.netdev4j.platform..")),
        PlatformFixtures.KnowsTheApi.class),

    API_KNOWS_ONLY_PLATFORM_OPS(
        classes().that().resideInAnyPackage("org.netdev4j.api..", "org.netdev4j.spi..", "org.netdev4j.net..")
            .should().onlyDependOnClassesThat(resideInAnyPackage("java..", "org.slf4j..", "org.netdev4j.platform..", "org.netdev4j.api..",
                "org.netdev4j.spi..", "org.netdev4j.net..")),
        ApiKnowsABackend.class, ApiUsesGuice.class),

    PACKET_HEADERS_KNOW_ONLY_MEMORY(
        noClasses().that().resideInAPackage("org.netdev4j.net..")
            .should().dependOnClassesThat().resideInAnyPackage("org.netdev4j.api..", "org.netdev4j.spi..", "org.netdev4j.platform.bus..",
                "org.netdev4j.platform.wire..", "org.netdev4j.platform.mmio.."),
        HeaderKnowsTheApi.class),

    BACKENDS_KNOW_ONLY_API_AND_PLATFORM_OPS(
        classes().that().resideInAPackage("org.netdev4j.backend..")
            .should().onlyDependOnClassesThat(resideInAnyPackage("java..", "org.slf4j..", "org.netdev4j.platform..", "org.netdev4j.api..",
                "org.netdev4j.spi..", "org.netdev4j.net..", "org.netdev4j.backend..")),
        Fixtures.KnowsTheCli.class),

    SPECS_KNOW_ONLY_MEMORY(
        classes().that().resideInAPackage("org.netdev4j.backend.*.spec..")
            .should().onlyDependOnClassesThat(resideInAnyPackage("java..", "org.netdev4j.platform.memory..", "org.netdev4j.platform.mmio..",
                "org.netdev4j.net..", "org.netdev4j.backend.*.spec.."))
            .because("drivers and models share them, and nothing else"),
        SpecFixtures.KnowsTheApi.class),

    MODELS_KNOW_ONLY_PLATFORM_OPS_SPECS_AND_PACKETS(
        classes().that().resideInAPackage("org.netdev4j.models..").and().resideOutsideOfPackage("org.netdev4j.models.vfiouser..")
            .should().onlyDependOnClassesThat(resideInAnyPackage("java..", "org.slf4j..", "org.netdev4j.platform", "org.netdev4j.platform.bus..",
                "org.netdev4j.platform.memory..", "org.netdev4j.platform.mmio..", "org.netdev4j.platform.wire..", "org.netdev4j.net..",
                "org.netdev4j.backend.*.spec..", "org.netdev4j.models.."))
            .because("a model knows nothing of the driver that will drive it"),
        ModelFixtures.KnowsADriver.class, ModelFixtures.KnowsTheApi.class, ModelFixtures.CallsLinux.class),

    MODELS_TAKE_THREADS_AND_CHANCES_FROM_THEIR_HOST(
        noClasses().that().resideInAPackage("org.netdev4j.models..")
            .and().resideOutsideOfPackages("org.netdev4j.models.sim..", "org.netdev4j.models.vfiouser..", "org.netdev4j.models.control..")
            .should().dependOnClassesThat(assignableTo(Thread.class).or(assignableTo(java.util.Random.class))
                .or(assignableTo(java.util.SplittableRandom.class)).or(assignableTo(java.util.concurrent.Executor.class))
                .or(assignableTo(java.util.Timer.class)))
            .orShould().accessTargetWhere(calls(Math.class, "random"))
            .because("a stepped run is the same for the same seed"),
        ModelFixtures.HasAThread.class, ModelFixtures.HasChances.class),

    THE_SIMULATED_BUS_FINDS_MODELS_BY_SERVICE_LOADER(
        classes().that().resideInAnyPackage("org.netdev4j.models.sim..", "org.netdev4j.models.device..")
            .should().onlyDependOnClassesThat(resideInAnyPackage("java..", "org.slf4j..", "org.netdev4j.platform..",
                "org.netdev4j.models.sim..", "org.netdev4j.models.device..")),
        BusKnowsAModel.class),

    THE_VFIO_USER_SERVER_KNOWS_NO_MODEL(
        classes().that().resideInAPackage("org.netdev4j.models.vfiouser..")
            .should().onlyDependOnClassesThat(resideInAnyPackage("java..", "org.slf4j..", "com.fasterxml.jackson..", "org.netdev4j.platform",
                "org.netdev4j.platform.bus..", "org.netdev4j.platform.memory..", "org.netdev4j.platform.mmio..", "org.netdev4j.platform.vfiouser..",
                "org.netdev4j.platform.wire..", "org.netdev4j.models.sim..", "org.netdev4j.models.device..", "org.netdev4j.models.vfiouser.."))
            .because("any simulated device can be served"),
        ServerKnowsAModel.class),

    PACKAGES_OF_MODELS_FORM_NO_CYCLE(
        slices().matching("org.netdev4j.models.(*)..").should().beFreeOfCycles(),
        BusKnowsAModel.class, ModelFixtures.IsPluggedIn.class, org.netdev4j.models.sim.SimBus.class),

    CONFORMANCE_KNOWS_NO_BACKEND(
        noClasses().that().resideInAPackage("org.netdev4j.conformance..")
            .should().dependOnClassesThat().resideInAnyPackage("org.netdev4j.backend..", "org.netdev4j.cli.."),
        ConformanceKnowsABackend.class),

    CASES_KNOW_NO_MODEL(
        noClasses().that().resideInAPackage("org.netdev4j.conformance..")
            .and().resideOutsideOfPackage("org.netdev4j.conformance.sim..")
            .should().dependOnClassesThat().resideInAPackage("org.netdev4j.models..")
            .because("anybody can put a driver under the suite with a rig of their own"),
        ConformanceKnowsAModel.class),

    CLI_FINDS_BACKENDS_BY_SERVICE_LOADER(
        noClasses().that().resideInAPackage("org.netdev4j.cli..")
            .should().dependOnClassesThat().resideInAPackage("org.netdev4j.backend.."),
        CliKnowsABackend.class),

    NOBODY_KNOWS_THE_CLI(
        noClasses().that().resideOutsideOfPackage("org.netdev4j.cli..")
            .should().dependOnClassesThat().resideInAPackage("org.netdev4j.cli.."),
        Fixtures.KnowsTheCli.class),

    MODULES_FORM_NO_CYCLE(
        slices().assignedFrom(new ModuleSlices()).should().beFreeOfCycles(),
        PlatformFixtures.KnowsTheApi.class, org.netdev4j.api.NetDevs.class, org.netdev4j.api.NetDev.class,
        org.netdev4j.platform.Platform.class),

    PACKAGES_OF_THE_CLI_FORM_NO_CYCLE(
        slices().matching("org.netdev4j.cli.(*)..").should().beFreeOfCycles(),
        org.netdev4j.cli.config.CycleFixture.class, org.netdev4j.cli.console.CycleFixture.class),

    RAW_MEMORY_FOR_THOSE_WHO_CHECK_BOUNDS(
        noClasses().that().resideOutsideOfPackages("org.netdev4j.platform..", "org.netdev4j.api")
            .should().dependOnClassesThat().resideInAPackage("org.netdev4j.platform.raw.."),
        Fixtures.RawAccess.class, HeaderKnowsTheApi.class),

    UNSAFE_SEGMENTS_IN_PLATFORM_OPS_ONLY(
        noClasses().that().resideOutsideOfPackages("org.netdev4j.platform.raw", "org.netdev4j.platform.memory", "org.netdev4j.platform.linux")
            .should().accessTargetWhere(calls(java.lang.foreign.MemorySegment.class, "reinterpret", "ofAddress")
                .or(calls(java.lang.foreign.Arena.class, "global", "ofAuto"))),
        Fixtures.ForeignMemory.class, PlatformFixtures.GlobalArena.class),

    NO_OUTPUT_BUT_THE_CLIS(
        noClasses().that().resideOutsideOfPackage("org.netdev4j.cli..")
            .should().accessTargetWhere(describe("System.out or System.err",
                (JavaAccess<?> a) -> a.getTargetOwner().isEquivalentTo(System.class) && Set.of("out", "err").contains(a.getName())))
            .orShould().callMethod(Throwable.class, "printStackTrace"),
        LoudApi.class),

    FENCES_IN_BARRIERS_ONLY(
        noClasses().that().doNotHaveFullyQualifiedName("org.netdev4j.platform.Barriers")
            .and().doNotHaveFullyQualifiedName("org.netdev4j.platform.AsymmetricBarrier")
            .should().accessTargetWhere(describe("fences of VarHandle",
                (JavaAccess<?> a) -> a.getTargetOwner().isEquivalentTo(java.lang.invoke.VarHandle.class) && a.getName().endsWith("Fence"))),
        Fixtures.Fences.class),

    LAYOUTS_HAVE_NO_STATE(
        fields().that().areDeclaredInClassesThat(areLayouts()).should().beStatic().andShould().beFinal(),
        SpecFixtures.StatefulDescriptor.class, SpecFixtures.MutableRegisters.class),

    LAYOUTS_HAVE_NO_INSTANCES(
        classes().that(areLayouts()).should().haveOnlyPrivateConstructors(),
        SpecFixtures.InstantiableCompletion.class),

    NOBODY_SLEEPS(
        noClasses().should().accessTargetWhere(calls(Thread.class, "sleep")),
        LoudApi.class),

    THE_SYSTEMS_CLOCK_IS_BEHIND_CLOCK(
        noClasses().that().doNotHaveFullyQualifiedName("org.netdev4j.platform.SystemClock")
            .and().resideOutsideOfPackage("org.netdev4j.conformance..")
            .should().accessTargetWhere(calls(System.class, "nanoTime", "currentTimeMillis")),
        LoudApi.class),

    LOGGERS_ARE_PRIVATE_STATIC_FINAL(
        fields().that().haveRawType(org.slf4j.Logger.class).should().bePrivate().andShould().beStatic().andShould().beFinal(),
        LoudApi.class),

    DATA_PATH_DECLARES_NO_CHECKED_EXCEPTION(
        noMethods().that().areDeclaredInClassesThat(assignableTo(org.netdev4j.api.RxQueue.class)
            .or(assignableTo(org.netdev4j.api.TxQueue.class)))
            .should(ArchCondition.from(describe("declare a checked exception",
                (JavaMethod m) -> m.getExceptionTypes().stream().anyMatch(t -> !t.isAssignableTo(RuntimeException.class))))),
        Fixtures.ThrowingQueue.class);

    // Between two of a kind it takes both to break a wall.
    private static final Set<String> ABOUT_SEVERAL =
        Set.of("BACKENDS_DO_NOT_KNOW_EACH_OTHER", "MODULES_FORM_NO_CYCLE", "PACKAGES_OF_THE_CLI_FORM_NO_CYCLE",
            "PACKAGES_OF_MODELS_FORM_NO_CYCLE");

    private final ArchRule rule;
    private final List<Class<?>> offenders;

    Walls(ArchRule rule, Class<?>... offenders) {
        this.rule = rule;
        this.offenders = List.of(offenders);
    }

    ArchRule rule() {
        return rule;
    }

    /** Sets of classes each of which breaks it. */
    List<List<Class<?>>> offenders() {
        return ABOUT_SEVERAL.contains(name()) ? List.of(offenders) : offenders.stream().<List<Class<?>>>map(List::of).toList();
    }

    private static DescribedPredicate<JavaAccess<?>> calls(Class<?> owner, String... names) {
        Set<String> all = Set.of(names);
        return describe("calls of " + owner.getSimpleName() + "." + all,
            access -> access.getTargetOwner().isAssignableTo(owner) && all.contains(access.getName()));
    }

    private static DescribedPredicate<JavaClass> areLayouts() {
        return describe("are layouts of hardware",
            c -> resideInAPackage("org.netdev4j.backend.*.spec..").test(c)
                && c.getSimpleName().matches(".*(Descriptor|Registers|Completion|Layout)"));
    }
}
