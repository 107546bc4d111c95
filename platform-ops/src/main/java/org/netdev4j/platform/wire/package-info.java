/** What carries frames between devices and the world: in-process wires, TAP interfaces of the kernel, capture files. */
package org.netdev4j.platform.wire;
