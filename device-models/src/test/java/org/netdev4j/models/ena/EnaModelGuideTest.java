package org.netdev4j.models.ena;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.netdev4j.models.device.FaultSpec;
import org.netdev4j.models.ena.io.IoFaults;

/** The guide to the model names all that can be asked of it. */
class EnaModelGuideTest {
    @Test
    void guide_namesEveryKeyProfileAndFault() throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "devices", "ena-model.md"));
        List<String> names = Stream.of(EnaKey.names().stream(), EnaProfile.all().stream().map(EnaProfile::name),
            Stream.concat(EnaFaults.specs().stream(), IoFaults.specs().stream()).map(FaultSpec::name)).flatMap(each -> each).toList();

        for (String name : names) {
            assertTrue(guide.contains("| `" + name + "` |"), "docs/devices/ena-model.md has no row for " + name);
        }
    }
}
