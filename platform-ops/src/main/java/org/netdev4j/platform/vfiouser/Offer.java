package org.netdev4j.platform.vfiouser;

import java.util.Map;
import org.netdev4j.platform.PlatformException;

/**
 * What a server says in its answer to VERSION that it can do. [VFIO-USER]
 *
 * @param fds         descriptors that it takes in one message
 * @param transfer    bytes that it moves in one message
 * @param maps        regions of memory that it takes
 * @param pages       sizes of pages that it maps, or'ed together
 * @param writesMany  whether it knows REGION_WRITE_MULTI
 */
record Offer(long fds, long transfer, long maps, long pages, boolean writesMany) {
    /** What holds for a server that says nothing. */
    static final Offer STANDARD = new Offer(1, 1 << 20, 65_535, 4096, false);

    private static final int WIDEST_ACCESS = 8;
    private static final int MOST_SHOWN = 60;

    /**
     * Reads the text of an answer. What it does not know it passes over.
     *
     * @throws PlatformException if the text is no JSON, or says what cannot be
     */
    static Offer parse(String text) {
        if (text.isBlank()) {
            return STANDARD;
        }
        Map<?, ?> capabilities = object(object(JsonText.parse(text), "the answer").get("capabilities"), "capabilities");
        Offer offer = new Offer(number(capabilities, "max_msg_fds", 0, STANDARD.fds),
            number(capabilities, "max_data_xfer_size", 1, STANDARD.transfer),
            number(capabilities, "max_dma_maps", 0, STANDARD.maps),
            number(capabilities, "pgsizes", 1, STANDARD.pages),
            capabilities.get("write_multiple") instanceof Boolean known && known);
        if (offer.transfer < WIDEST_ACCESS) {
            throw new PlatformException("it moves " + offer.transfer + " bytes in a message, and registers have "
                + WIDEST_ACCESS);
        }
        return offer;
    }

    /** Size of the smallest pages. */
    long smallestPage() {
        return Long.lowestOneBit(pages);
    }

    private static Map<?, ?> object(Object value, String name) {
        if (value != null && !(value instanceof Map)) {
            throw new PlatformException(name + " is no object but " + shortened(value));
        }
        return value == null ? Map.of() : (Map<?, ?>) value;
    }

    private static long number(Map<?, ?> in, String name, long least, long standard) {
        Object value = in.get(name);
        if (value == null) {
            return standard;
        }
        if (!(value instanceof Long number) || number < least) {
            throw new PlatformException(name + " is " + shortened(value) + ", no number from " + least + " on");
        }
        return number;
    }

    private static String shortened(Object value) {
        String text = String.valueOf(value);
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }
}
