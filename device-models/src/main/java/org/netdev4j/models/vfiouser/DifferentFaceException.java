package org.netdev4j.models.vfiouser;

import org.netdev4j.platform.PlatformException;

/** A device cannot be put in place of another while a client stays that has read the configuration space of that one. */
public final class DifferentFaceException extends PlatformException {
    private static final long serialVersionUID = 1L;

    DifferentFaceException(String message) {
        super(message);
    }
}
