package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.netdev4j.api.PacketMeta.TX_IP_CHECKSUM;
import static org.netdev4j.api.PacketMeta.TX_TCP_CHECKSUM;
import static org.netdev4j.api.PacketMeta.TX_TSO;
import static org.netdev4j.api.PacketMeta.TX_UDP_CHECKSUM;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.netdev4j.api.Capability;
import org.netdev4j.api.Coalescing;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.Platform;
import org.netdev4j.spi.DeviceSettings;

/** What queues are told. ENA 36: each offload switches its own requests and no others. */
class QueueSettingsTest {
    private static QueueSettings with(Set<Capability> offloads) {
        return QueueSettings.of(DeviceSettings.initial(MacAddress.parse("02:00:00:00:00:01"), 1500).edit().offloads(offloads)
            .coalescing(new Coalescing(7, 0, 9, 0, false)).done());
    }

    @ParameterizedTest
    @EnumSource(Capability.class)
    void of_mapsEachOffloadByItself(Capability one) {
        QueueSettings settings = with(Set.of(one));
        int ipv4 = switch (one) {
            case TX_IPV4_CHECKSUM -> TX_IP_CHECKSUM;
            case TX_L4_CHECKSUM_IPV4 -> TX_TCP_CHECKSUM | TX_UDP_CHECKSUM;
            case TX_TSO_IPV4 -> TX_TSO;
            default -> 0;
        };
        int ipv6 = switch (one) {
            case TX_L4_CHECKSUM_IPV6 -> TX_TCP_CHECKSUM | TX_UDP_CHECKSUM;
            case TX_TSO_IPV6 -> TX_TSO;
            default -> 0;
        };
        assertEquals(new QueueSettings(1500, ipv4, ipv6, one == Capability.TX_SCATTER_GATHER, one == Capability.RX_CHECKSUM,
            one == Capability.RSS_HASH, one == Capability.RX_TIMESTAMP, new Coalescing(7, 0, 9, 0, false)), settings);
    }

    @Test
    void terms_refuseWhatCannotBe() {
        LlqPlan llq = new LlqPlan(128, 2, true, false, 0);
        assertThrows(IllegalArgumentException.class, () -> terms(Optional.of(llq), 1, 1, 48));
        assertThrows(IllegalArgumentException.class, () -> terms(Optional.empty(), 0, 1, 48));
        assertThrows(IllegalArgumentException.class, () -> terms(Optional.empty(), 255, 1, 48));
        assertThrows(IllegalArgumentException.class, () -> terms(Optional.empty(), 1, 0, 48));
        assertEquals(254, terms(Optional.empty(), 254, 1, 48).maxTxBuffers());
        assertThrows(IllegalArgumentException.class, () -> terms(Optional.empty(), 1, 1, 31));
        assertThrows(IllegalArgumentException.class, () -> terms(Optional.empty(), 1, 1, 49));
    }

    private static QueueTerms terms(Optional<LlqPlan> llq, int txBuffers, int rxBuffers, int bits) {
        return new QueueTerms(null, Optional.empty(), llq, txBuffers, rxBuffers, true, false, false, true, true, bits, 1);
    }

    @Test
    void stamp_isNever0_whichMeansNotUnderWay() {
        try (Platform platform = Platform.create()) {
            EnaQueueContext context = new EnaQueueContext(platform, null, (reason, evidence) -> { }, 1, 1);
            assertTrue(context.stamp() != 0);
            context.tick(-1_000, 1_000);
            assertTrue(context.stamp() != 0);
            context.tick(5, 1_000);
            assertEquals(1_005, context.stamp());
        }
    }
}
