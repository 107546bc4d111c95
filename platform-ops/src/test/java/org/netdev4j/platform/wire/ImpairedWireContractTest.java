package org.netdev4j.platform.wire;

import org.junit.jupiter.api.Nested;
import org.netdev4j.platform.Platform;

/** An impaired wire is a wire. */
class ImpairedWireContractTest {
    private static WirePortContract.Ends around(Platform platform, Impairments what) {
        BackToBack cable = BackToBack.create(platform, 1);
        return new WirePortContract.Ends(new ImpairedWire(cable.left(), what, platform),
            new ImpairedWire(cable.right(), what, platform));
    }

    @Nested
    class WithoutImpairments extends WirePortContract {
        @Override
        Ends open(Platform on) {
            return around(on, Impairments.builder().build());
        }
    }

    @Nested
    class WithRareLoss extends WirePortContract {
        @Override
        Ends open(Platform on) {
            return around(on, Impairments.builder().loss(Double.MIN_VALUE).build());
        }
    }

    /** With frames that go through the lanes, but are due at once. */
    @Nested
    class WithRareDuplicatesAndReordering extends WirePortContract {
        @Override
        Ends open(Platform on) {
            return around(on, Impairments.builder().duplication(Double.MIN_VALUE).reordering(Double.MIN_VALUE).build());
        }
    }
}
