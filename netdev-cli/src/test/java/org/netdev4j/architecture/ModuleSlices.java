package org.netdev4j.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** One slice for each module. */
final class ModuleSlices implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
        String[] words = javaClass.getPackageName().split("\\.");
        if (words.length < 3 || !words[0].equals("org") || !words[1].equals("netdev4j")) {
            return SliceIdentifier.ignore();
        }
        return switch (words[2]) {
            case "api", "spi", "net" -> SliceIdentifier.of("netdev-api");
            case "backend" -> SliceIdentifier.of("backend", words[3]);
            default -> SliceIdentifier.of(words[2]);
        };
    }

    @Override
    public String getDescription() {
        return "modules";
    }
}
