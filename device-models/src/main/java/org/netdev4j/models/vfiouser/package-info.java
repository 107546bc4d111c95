/** Simulated devices for other processes: over vfio-user on Unix sockets, where QEMU plugs them into a virtual machine. */
package org.netdev4j.models.vfiouser;
