/**
 * The vfio-user protocol, by which a PCI device of one process is used by another: its numbers, its messages on a Unix
 * socket, and what comes along with them: memory and events of the peer.
 */
package org.netdev4j.platform.vfiouser;
