package org.netdev4j.models.vfiouser;

import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.vfiouser.MessageChannel;
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

    /** Refuses an {@code argsz} that is more than any answer has, too. */
    static void bounded(Memory in, int wanted, String what) {
        argsz(in, wanted, what);
        long argsz = in.getUnsignedInt(VfioUser.HEADER_BYTES);
        if (argsz > MessageChannel.MAX_TRANSFER) {
            throw VfioUserException.invalid(what + " with argsz " + argsz + ": it has at most "
                + MessageChannel.MAX_TRANSFER);
        }
    }

    /** Refuses an {@code argsz}, the payload's first field, that has no room for the structure. */
    static void argsz(Memory in, int wanted, String what) {
        long argsz = in.getUnsignedInt(VfioUser.HEADER_BYTES);
        if (argsz < wanted) {
            throw VfioUserException.invalid(what + " with argsz " + argsz + ": it has at least " + wanted);
        }
    }

    /** Refuses a message with data of another length than it says. */
    static void exactly(int bytes, int wanted, String what) {
        if (bytes != wanted) {
            throw VfioUserException.invalid(what + " has " + bytes + " bytes and says " + Integer.toUnsignedString(wanted));
        }
    }
}
