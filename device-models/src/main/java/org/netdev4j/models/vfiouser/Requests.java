package org.netdev4j.models.vfiouser;

import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.vfiouser.VfioUser;
import org.netdev4j.platform.vfiouser.VfioUserException;

/** Checks that most messages need. */
final class Requests {
    private Requests() {
    }

    /** Refuses a message that is too short. */
    static void atLeast(int bytes, int wanted, String what) {
        if (bytes < wanted) {
            throw VfioUserException.invalid(what + " of " + bytes + " bytes: it has " + wanted);
        }
    }

    /** Refuses an {@code argsz}, the payload's first field, that has no room for the answer. */
    static int argsz(Memory in, int wanted, String what) {
        long argsz = in.getUnsignedInt(VfioUser.HEADER_BYTES);
        if (argsz < wanted) {
            throw VfioUserException.invalid(what + " with argsz " + argsz + ": its answer has " + wanted + " bytes");
        }
        return (int) Math.min(argsz, Integer.MAX_VALUE);
    }
}
