package org.netdev4j.models.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.netdev4j.models.device.FaultSpec;
import org.netdev4j.models.ena.io.EnaSettings;
import org.netdev4j.models.sim.SimBus;
import org.netdev4j.platform.bus.OptionSpec;

/** Keys, profiles and faults: what can be asked of the device, and how bad questions are answered. */
class EnaConfigTest {
    static List<String> profiles() {
        return EnaProfile.all().stream().map(EnaProfile::name).toList();
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void eachProfile_comesUp(String profile) {
        try (HandDriver driver = new HandDriver(",profile=" + profile).up()) {
            assertEquals(0, HandDriver.status(driver.get(1, 0)));
            assertEquals(profile, driver.model.config().profile().name());
            assertTrue(driver.function.description().contains(profile));
        }
    }

    @ParameterizedTest
    @CsvSource({"c5n.9xlarge,32,50000,50000000000", "c6in.metal,32,100000,100000000000", "t3.micro,2,5000,5000000000"})
    void profiles_haveTheFiguresOfTheirType(String profile, int queues, int speed, long bits) {
        EnaConfig config = EnaConfig.of(Map.of("profile", profile));

        assertEquals(queues, config.get(EnaKey.QUEUES));
        assertEquals(speed, config.get(EnaKey.SPEED));
        assertEquals(bits, config.get(EnaKey.BW_IN));
        assertEquals(bits, config.get(EnaKey.BW_OUT));
    }

    @Test
    void aKey_goesOverTheProfile() {
        EnaConfig config = EnaConfig.of(Map.of("profile", "t3.micro", "queues", "4", "bw-in", "1G"));

        assertEquals(4, config.get(EnaKey.QUEUES));
        assertEquals(1_000_000_000L, config.get(EnaKey.BW_IN));
        assertEquals(5_000_000_000L, config.get(EnaKey.BW_OUT));
        assertEquals(5, config.vectors());
    }

    @Test
    void aRecommendation_endsWithWhatItRecommends() {
        Map<String, String> narrow = Map.of("profile", "c6in.metal", "llq-entries", "1");

        assertEquals(4, EnaConfig.of(Map.of("profile", "c6in.metal")).get(EnaKey.LLQ_RECOMMENDED));
        assertEquals(0, EnaConfig.of(narrow).get(EnaKey.LLQ_RECOMMENDED));
    }

    @Test
    void everyProfile_usesKnownKeysOnly() {
        for (EnaProfile profile : EnaProfile.all()) {
            profile.values().keySet().forEach(key -> assertTrue(EnaKey.of(key).isPresent(), profile.name() + ": " + key));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "profile=c5n.9xlrge|profile=\"c5n.9xlrge\": there is no such profile; did you mean \"c5n.9xlarge\"?",
        "queues=0|queues=\"0\": not from 1 to 128",
        "queues=many|queues=\"many\": not a whole number from 1 to 128",
        "tx-depth=1000|tx-depth=\"1000\": not a power of two",
        "llq=maybe|llq=\"maybe\": not one of false|true",
        "mac=01:00:00:00:00:00|mac=\"01:00:00:00:00:00\": a device's own address is neither zero nor multicast",
        "mac=zero|mac=\"zero\" is not a MAC address",
        "llq-recommended=2|llq-recommended=\"2\": not one of the sizes",
        "msix-vectors=1|msix-vectors=\"1\": not 2 or more",
        "rx-offloads=0xff|rx-offloads=\"255\": not from 0 to 15",
        "keep-alive=5|keep-alive=\"5\": a duration is a number with",
        "bw-in=fast|bw-in=\"fast\": a rate is"})
    void badValues_areAnsweredByKeyAndRange(String option, String message) {
        String[] parts = option.split("=");
        IllegalArgumentException e =
            assertThrows(IllegalArgumentException.class, () -> EnaConfig.of(Map.of(parts[0], parts[1])));

        assertTrue(e.getMessage().startsWith(message), e.getMessage());
        assertFalse(e.getMessage().contains("\n"));
    }

    @Test
    void anUnknownKey_isAnsweredWithTheNearest() {
        IllegalArgumentException e =
            assertThrows(IllegalArgumentException.class, () -> EnaConfig.of(Map.of("quees", "4")));

        assertTrue(e.getMessage().contains("did you mean \"queues\"?"), e.getMessage());
    }

    @Test
    void keys_areNoKeysOfTheBus() {
        Set<String> keys = new HashSet<>(EnaKey.names());
        assertEquals(EnaKey.values().length, keys.size());
        List<OptionSpec> all = new SimBus().options();
        EnaConfig.options().forEach(own -> assertTrue(all.contains(own), own.key() + " is hidden by another"));
    }

    @Test
    void faults_haveNamesOfTheirOwn() {
        List<String> names = new EnaModelFactory().faults().stream().map(FaultSpec::name).toList();

        assertEquals(names.size(), new HashSet<>(names).size());
        assertTrue(names.contains("keep-alive-silent"));
    }

    @Test
    void allowances_andLimits_reachTheDataSide() {
        String keys = ",bw-in=8M,bw-out=16M,pps=500,tx-descs=9,rx-descs=5,rx-depth=512,tx-depth=256,llq-depth=1024";
        try (HandDriver driver = new HandDriver(keys)) {
            EnaSettings settings = driver.model.settings();

            assertEquals(1_000_000, settings.bytesInPerSecond);
            assertEquals(2_000_000, settings.bytesOutPerSecond);
            assertEquals(500, settings.packetsPerSecond);
            assertEquals(9, settings.maxTxDescs);
            assertEquals(5, settings.maxRxDescs);
            assertEquals(512, settings.maxRxDepth);
            assertEquals(1024, settings.maxCqDepth);
        }
    }

    @Test
    void powerOn_leavesGarbage_thatTheSeedDecides() {
        try (HandDriver one = new HandDriver(""); HandDriver two = new HandDriver("")) {
            EnaSettings a = one.model.settings();
            EnaSettings b = two.model.settings();

            assertTrue(Arrays.equals(a.rssKey, b.rssKey));
            assertFalse(Arrays.equals(a.rssKey, new byte[40]));
            assertEquals(one.registers.read32(0x10), two.registers.read32(0x10));
            assertEquals(one.model.mac(), two.model.mac());
            assertTrue(one.model.mac().isLocal());
        }
    }
}
