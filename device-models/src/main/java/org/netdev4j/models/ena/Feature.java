package org.netdev4j.models.ena;

import org.netdev4j.backend.ena.spec.AdminStatus;

/** What GET_FEATURE and SET_FEATURE do for one feature. A direction that a feature does not have is refused. */
interface Feature {
    /** Writes the answer to the reply. */
    default AdminStatus get(AdminRequest request) {
        return AdminStatus.ILLEGAL_PARAMETER;
    }

    /** Takes what the command says. */
    default AdminStatus set(AdminRequest request) {
        return AdminStatus.ILLEGAL_PARAMETER;
    }

    /** Back to what holds after a reset. */
    default void reset() {
    }
}
