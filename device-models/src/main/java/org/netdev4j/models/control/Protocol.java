package org.netdev4j.models.control;

import org.netdev4j.platform.wire.WirePort;

/**
 * The protocol, version 1. Numbers are big-endian, texts are UTF-8 behind their length in bytes (u32).
 *
 * <pre>
 *   message:  u32 bytes of payload | u16 type | u16 device, from 0 | u32 id | payload
 *
 *   client to server
 *   HELLO     u64 {@link #MAGIC} | u64 nonce | u16 version    first; later it begins a new session
 *   POWER_ON  u32 flags | u16 n | n times text key, text value    device with these keys besides those it is served with
 *   RELEASE                                  the device is as before the first POWER_ON
 *   INJECT    text                           faults, as {@link org.netdev4j.models.device.Faults} reads them
 *   CLEAR                                    no faults any more
 *   PLACE     u8 receive | u32 queue         answered with s32, the place of the queue's faults
 *   REMOVE                                   the device is gone
 *   LINK      u8 up | u64 nanoseconds        the link goes up or down, and changes every so often if that is not 0
 *   TALLY                                    answered with u64 register accesses, u64 accesses to configuration space
 *   TRACE     u32 lines                      answered with text: what the device saw
 *   SYNC                                     answered when all frames before it, both ways, have arrived
 *   BYE                                      all devices are released, and the session ends
 *   FRAME     u32 power-on | bytes           to the device; has id 0 and no answer
 *   CREDIT    u32 power-on | u64             bytes taken off the wire since then, of all frames; the same
 *
 *   server to client
 *   WELCOME   u64 {@link #MAGIC} | u64 nonce | u16 version | u16 n | n times: text model, text socket,
 *             u16 faults, texts, u16 keys, texts
 *   DONE      what the request brings        answers a request: has its id
 *   REFUSED   u16 code | text                the same
 *   FRAME, CREDIT                            as above, from the device
 * </pre>
 *
 * <p>A power-on is known by the id of its request: frames of another one are dropped. Each side may have {@link #WINDOW} bytes
 * of frames under way, a frame counting {@link #cost} bytes. A client has one request at a time under way. Whoever breaks these
 * rules loses the connection.
 */
final class Protocol {
    static final int VERSION = 1;
    static final long MAGIC = 0x6e_65_74_64_65_76_34_6aL;

    static final int HEADER_BYTES = 12;
    static final int MOST_PAYLOAD = 1 << 18;
    static final int MOST_TEXT = 1 << 16;
    static final int WINDOW = 4 << 20;
    /** Room in a ring that takes a window of frames, however they lie. */
    static final int RING = 2 * WINDOW;
    /** So much taken off the wire is told at once. */
    static final int CREDIT_STEP = WINDOW / 16;

    static final int HELLO = 1;
    static final int POWER_ON = 2;
    static final int RELEASE = 3;
    static final int INJECT = 4;
    static final int CLEAR = 5;
    static final int PLACE = 6;
    static final int REMOVE = 7;
    static final int LINK = 8;
    static final int TALLY = 9;
    static final int TRACE = 10;
    static final int SYNC = 11;
    static final int BYE = 12;
    static final int FRAME = 32;
    static final int CREDIT = 33;
    static final int WELCOME = 64;
    static final int DONE = 65;
    static final int REFUSED = 66;

    /** Flag of POWER_ON: the client of the device outlives it. */
    static final int CLIENT_STAYS = 1;
    /** Flag of POWER_ON: the device keeps a trace. */
    static final int TRACED = 2;

    private static final int FRAME_OVERHEAD = 24;

    private Protocol() {
    }

    /** What a frame takes of the window. */
    static int cost(int length) {
        return FRAME_OVERHEAD + (Math.min(length, WirePort.MAX_FRAME) + 7 & -8);
    }
}
