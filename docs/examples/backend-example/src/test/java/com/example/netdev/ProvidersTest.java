package com.example.netdev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.spi.NetDevDriver;

/** Bus and driver are found on the class path and on the module path, and the jar names the same for both. */
class ProvidersTest {
    private static final Set<String> OTHER_MODULES = Set.of("slf4j", "jnr", "jffi", "asm", "platform-ops", "netdev-api");

    private static Path ownClasses() {
        return Path.of(System.getProperty("user.dir"), "target", "classes");
    }

    @Test
    void classPath_findsBusAndDriver() {
        assertEquals(List.of(), NetDevs.problems());
        assertTrue(NetDevs.buses().stream().anyMatch(ExampleBus.class::isInstance));
        assertTrue(NetDevs.drivers().stream().anyMatch(ExampleDriver.class::isInstance));
        try (NetDev device = NetDevs.open("example:a")) {
            assertEquals("example", device.info().driver());
            assertTrue(device.macAddress().isStation());
            device.configure(DeviceConfig.queues(1));
        }
    }

    @Test
    void moduleDescriptor_andServicesFiles_nameTheSameClasses() throws Exception {
        Map<String, List<String>> provided = ModuleFinder.of(ownClasses()).find("com.example.netdev").orElseThrow()
            .descriptor().provides().stream().collect(Collectors.toMap(Provides::service, Provides::providers));
        assertEquals(Set.of(Bus.class.getName(), NetDevDriver.class.getName()), provided.keySet());
        for (Map.Entry<String, List<String>> service : provided.entrySet()) {
            assertEquals(service.getValue(), Files.readAllLines(ownClasses().resolve("META-INF/services/"
                + service.getKey())));
        }
    }

    /** The real modules, resolved as the launcher does, in a layer of their own. */
    @Test
    @SuppressWarnings("restricted") // native access for the modules of this layer, as the launcher's option gives it
    void modulePath_findsBusAndDriver_andOpensTheDevice() throws Exception {
        Path[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
            .filter(entry -> entry.equals(ownClasses()) || isNeeded(entry)).toArray(Path[]::new);
        Configuration configuration = ModuleLayer.boot().configuration()
            .resolveAndBind(ModuleFinder.of(path), ModuleFinder.of(), Set.of("org.netdev4j.api"));
        ModuleLayer.Controller controller = ModuleLayer.defineModulesWithOneLoader(configuration,
            List.of(ModuleLayer.boot()),
            ClassLoader.getPlatformClassLoader());
        ModuleLayer layer = controller.layer();
        layer.modules().forEach(controller::enableNativeAccess);
        ClassLoader loader = layer.findLoader("org.netdev4j.api");
        ClassLoader usual = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        try {
            Class<?> netDevs = loader.loadClass(NetDevs.class.getName());
            assertSame(layer.findModule("org.netdev4j.api").orElseThrow(), netDevs.getModule());
            assertEquals(List.of("example"), names(netDevs.getMethod("drivers"), loader, NetDevDriver.class, "name"));
            assertEquals(List.of("example", "pci", "vfio-user"), names(netDevs.getMethod("buses"), loader, Bus.class, "scheme"));
            Object device = netDevs.getMethod("open", String.class).invoke(null, "example:");
            Class<?> netDev = loader.loadClass(NetDev.class.getName());
            assertEquals("UNCONFIGURED", netDev.getMethod("state").invoke(device).toString());
            netDev.getMethod("close").invoke(device);
            assertEquals("CLOSED", netDev.getMethod("state").invoke(device).toString());
        } finally {
            Thread.currentThread().setContextClassLoader(usual);
        }
    }

    private static boolean isNeeded(Path entry) {
        String text = entry.toString();
        boolean ours = text.contains("platform-ops") || text.contains("netdev-api");
        return ours && !text.contains("test-classes")
            || OTHER_MODULES.stream().anyMatch(name -> entry.getFileName().toString().startsWith(name));
    }

    private static List<Object> names(Method list, ClassLoader loader, Class<?> service, String getter) throws Exception {
        Method name = loader.loadClass(service.getName()).getMethod(getter);
        List<Object> names = new ArrayList<>();
        for (Object provider : (List<?>) list.invoke(null)) {
            assertTrue(provider.getClass().getModule().isNamed(), provider.getClass() + " is in a named module");
            names.add(name.invoke(provider));
        }
        return names;
    }
}
